"""All APIs of API Gateway, of both versions, foreign ones too: listed once, so that no two answers can differ."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.kinds import http_api, rest_api

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


class Apis(NamedTuple):
    """The APIs that exist, by id, with their names: the workshop's, and others'."""

    ours: dict[str, str]
    others: dict[str, str]


async def listed(aws: Aws) -> Apis:
    """List them and say whose they are.

    A deleted one is in one answer and not in the next for a while: taken from two, ours would be somebody else's.
    """
    rest, http = await asyncio.gather(rest_api.names(aws), http_api.names(aws))
    ours = {api.id: api.name for api in rest_api.of(aws, rest) + http_api.of(aws, http) if api.ours}
    return Apis(ours, {id_: name for id_, name in (rest | http).items() if id_ not in ours})
