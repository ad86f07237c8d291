"""All APIs of API Gateway, in both versions, others' too: listed once, because two answers could differ."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.kinds import http_api, rest_api

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


class Apis(NamedTuple):
    """The names of the existing APIs by id: the workshop's, and others'."""

    ours: dict[str, str]
    others: dict[str, str]


async def listed(aws: Aws) -> Apis:
    """Return all APIs, and whose they are.

    A deleted API comes and goes in the answers for a while: with two lists, one of ours could pass for somebody else's.
    """
    rest, http = await asyncio.gather(rest_api.names(aws), http_api.names(aws))
    ours = {api.id: api.name for api in rest_api.of(aws, rest) + http_api.of(aws, http) if api.ours}
    return Apis(ours, {id_: name for id_, name in (rest | http).items() if id_ not in ours})
