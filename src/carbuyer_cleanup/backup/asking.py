"""A resource's definition: what AWS says about it, which a backup saves before the resource is deleted.

Each kind declares how it is asked for (``Kind.definitions``). Most are told by the list in which they were found.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import AwsError, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.call import Call, Grant
    from carbuyer_cleanup.resource import Resource

    Define = Callable[[Aws, Resource], Awaitable[Any]]


@dataclass(frozen=True)
class Definition:
    """How a definition is asked for.

    Args:
        ask: asks AWS for it; raises ``Gone`` if there is no such resource any more.
        by_aws: the members that AWS changes by itself, such as states and counters, as paths without the places in
            lists, separated by spaces: a resource in which nothing else has changed is not saved again.
        calls: the rows of the calls that only a backup makes.
        grants: which of them IAM must allow for which resources; all others only list.
    """

    ask: Define
    _: KW_ONLY
    by_aws: str = ""
    calls: Mapping[str, Call] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()


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


def of_iam(sort: str, path: str, id_: str) -> Define:
    """Return what asks for something of IAM's with all that hangs on it: policies, too."""
    return listed("iam:GetAccountAuthorizationDetails", path, id_, Filter=[sort])


def without_meta(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer tells, without what is about the request."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
