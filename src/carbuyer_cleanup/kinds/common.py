"""What the kinds share: tags, claims, and acting on several resources at once."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import OURS, Claim
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.resource import Delete


class Several(Exception):
    """What went wrong with which resource; the others were acted on."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def each(delete_one: Callable[[Aws, Resource], Awaitable[None]]) -> Delete:
    """Make of a deleter of one resource the deleter of many, all at once; one's error does not stop the others.

    Raises:
        Several: the errors by resource id.
    """

    async def told(aws: Aws, resource: Resource) -> None:
        with contained(str(resource)):
            await delete_one(aws, resource)

    @wraps(delete_one)
    async def delete(aws: Aws, resources: list[Resource]) -> None:
        results = await asyncio.gather(*(told(aws, r) for r in resources), return_exceptions=True)
        errors = {r.id: result for r, result in zip(resources, results, strict=True) if result is not None}
        if errors:
            raise Several({id_: e for id_, e in errors.items() if isinstance(e, Exception)})

    return delete


def tag(described: Mapping[str, Any], key: str = "Name") -> str:
    """Return the value of a tag of something that EC2 described, "" if it has none."""
    tags: Iterable[Mapping[str, str]] = described.get("Tags") or described.get("TagSet") or ()  # an interface's
    return next((t["Value"] for t in tags if t["Key"] == key), "")


def judged(aws: Aws, kind: str, id_: str, claim: Claim | None, **facts: Any) -> list[Resource]:
    """Return the resource as its claim says, whosever it is; nothing if it has none."""
    if claim is None:
        return []
    facts.setdefault("region", aws.region)
    facts.setdefault("name", id_)
    return [Resource(kind, id_, why=claim.why, whose=claim.whose, **facts)]


async def our_vpcs(aws: Aws) -> dict[str, str]:
    """Return the ids of the workshop's VPCs, each with its name; never the default one, or one of another account."""
    vpcs = [v for v in await aws.pages("ec2:DescribeVpcs", "Vpcs") if not v["IsDefault"] and owned(aws, v)]
    return {v["VpcId"]: tag(v) for v in vpcs if (claim := aws.workshop.claim("ec2.vpc", tag(v))) and claim.ours}


def is_named(aws: Aws, entry: str, described: Mapping[str, Any]) -> bool:
    """Return whether the ``Name`` tag alone makes something ours, wherever it stands."""
    claim = aws.workshop.claim(entry, tag(described))
    return claim is not None and claim.ours


def owned(aws: Aws, described: Mapping[str, Any]) -> bool:
    """Return whether something that EC2 described is this account's: lists also show what others share with it."""
    return bool(described.get("OwnerId", aws.account) == aws.account)


def in_our_vpc(vpcs: Mapping[str, str], vpc: str) -> Claim | None:
    """Return the claim on something that exists only inside a VPC."""
    return Claim(OURS, f"it stands in the VPC {vpcs[vpc] or vpc}") if vpc in vpcs else None


def judged_inside(
    aws: Aws, kind: str, id_: str, described: Mapping[str, Any], vpcs: Mapping[str, str], **details: Any
) -> list[Resource]:
    """Judge a part of a VPC: ours with the VPC, which ``details`` then name, else by its ``Name`` tag."""
    vpc = described.get("VpcId", "")
    inside = in_our_vpc(vpcs, vpc)
    claim = inside or (aws.workshop.claim("", tag(described)) if owned(aws, described) else None)
    details |= {"vpc": vpc} if inside else {}
    return judged(aws, kind, id_, claim, name=tag(described) or id_, state=described.get("State", ""), details=details)
