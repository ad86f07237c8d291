"""Asking AWS for the definition of one resource, most of which are told by the list in which they were found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import AwsError, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

    Define = Callable[[Aws, Resource], Awaitable[Any]]


class Gone(AwsError):
    """AWS no longer tells of a resource: a list may have it a while longer, and what is only late is told soon."""


def gone(resource: Resource, call: str) -> Gone:
    """Return what is said of a resource of which a call tells nothing."""
    return Gone(call, "NotFound", "AWS no longer returns its definition", Trouble.BUSY, resource.region)


async def told_of(aws: Aws, resource: Resource, call: str, **params: Any) -> Any:
    """Return what a call says about a resource.

    Raises:
        Gone: AWS says that there is no such thing; an empty answer would be saved as a definition.
    """
    answer = await aws.fresh(call, **params)
    if not answer:
        raise gone(resource, call)
    return answer


async def one_of(call: str, path: str, id_: str, aws: Aws, resource: Resource, **params: Any) -> Any:
    """Return the line of a list that is about a resource."""
    region = "" if resource.region == "global" else resource.region
    lines = await aws.pages(call, path, region=region, **params)
    found = [line for line in lines if line[id_] == resource.id]
    if not found:
        raise gone(resource, call)
    return found[0]


def listed(call: str, path: str, id_: str, **params: Any) -> Define:
    """Return what asks a list; ``id_`` is the member that has a resource's id."""
    return partial(one_of, call, path, id_, **params)
