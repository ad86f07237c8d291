"""What the kinds share: tags, claims, and acting on several resources at once."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.availability import words_for
from carbuyer_cleanup.aws.reading import Absent, needed, tag_in
from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS, Claim, Inference, proof, sign
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Delete


class Several(Exception):
    """What went wrong, by resource id; the other resources were acted on."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def each(delete_one: Callable[[Aws, Resource], Awaitable[None]]) -> Delete:
    """Return a deleter of many resources, all at once, made from a deleter of one; an error does not stop the others.

    It raises Several, with the errors by resource id.
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
    """Return the value of a tag on something that EC2 described, "" if it doesn't have the tag."""
    return tag_in(described.get("Tags") or described.get("TagSet"), key)  # the latter for an interface


def judged(aws: Aws, kind: str, id_: str, claim: Claim | None, **facts: Any) -> Resource | None:
    """Return the resource that a claim is about, whoever's it is; None if there is no claim.

    ``facts`` are other fields of Resource.

    Raises:
        Absent: AWS does not report its id, without which nothing can be done about it.
    """
    if claim is None:
        return None
    if not id_:
        raise Absent(f"id of the {kind} {facts.get('name', '')}".rstrip())
    facts.setdefault("region", aws.region)
    facts.setdefault("name", id_)
    return Resource(kind, id_, why=claim.why, whose=claim.whose, **facts)


def related(judgements: Iterable[Resource | None]) -> list[Resource]:
    """Return the judged resources for a finder to return: all that have anything to do with the workshop."""
    return [resource for resource in judgements if resource]


async def vpcs(aws: Aws) -> list[tuple[dict[str, Any], Claim | None]]:
    """Return the VPCs as EC2 describes them, each with its claim.

    A VPC with another name that holds a security group with the workshop's name is doubtful: a click changes a
    ``Name`` tag, but a group's name never changes. In the default VPC a group says nothing, because the console
    proposes that VPC for a new group.
    """
    described = await aws.pages("ec2:DescribeVpcs", "Vpcs")
    renamed = [v for v in described if _may_be_ours(aws, v) and not is_named(aws, "ec2.vpc", v)]
    groups = await _our_groups(aws) if renamed else {}
    return [(vpc, _claim_on_vpc(aws, vpc, groups)) for vpc in described]


def _may_be_ours(aws: Aws, vpc: Mapping[str, Any]) -> bool:
    return owned(aws, vpc) and not vpc["IsDefault"]


async def _our_groups(aws: Aws) -> dict[str, str]:
    """Return the VPCs that hold a security group with one of our names, each with that name."""
    groups = await aws.pages("ec2:DescribeSecurityGroups", "SecurityGroups")
    entry = "ec2.security_group"
    return {g["VpcId"]: g["GroupName"] for g in groups if g["VpcId"] and is_ours(aws, entry, g["GroupName"])}


def _claim_on_vpc(aws: Aws, vpc: dict[str, Any], groups: Mapping[str, str]) -> Claim | None:
    claim = aws.workshop.claim("ec2.vpc", tag(vpc), id_=vpc["VpcId"])
    if claim and not owned(aws, vpc):
        return Claim(FOREIGN, f"it belongs to account {vpc['OwnerId']}")
    if claim and vpc["IsDefault"]:
        return Claim(FOREIGN, "it is the Region's default VPC")
    if claim and claim.ours and "IsDefault" not in vpc:
        return Claim(DOUBTFUL, f"{claim.why}, but AWS does not say whether it is the Region's default VPC")
    group = groups.get(vpc["VpcId"], "") if _may_be_ours(aws, vpc) else ""
    held = sign(f"it holds the security group {group}") if group else None
    return aws.workshop.claim("ec2.vpc", tag(vpc), id_=vpc["VpcId"], inferred=held)


async def our_vpcs(aws: Aws) -> dict[str, str]:
    """Return the ids of the workshop's VPCs, each with its name; never the default VPC, or another account's."""
    return {needed("VpcId", vpc): tag(vpc) for vpc, claim in await vpcs(aws) if claim and claim.ours}


async def places(aws: Aws) -> dict[str, Inference]:
    """Return what being in a VPC says about a resource, for the workshop's VPCs and for doubtful ones."""
    claims = {needed("VpcId", v): (f"the VPC {tag(v) or v['VpcId']}", claim) for v, claim in await vpcs(aws) if claim}
    ours = {id_: proof(f"it is in {vpc}") for id_, (vpc, claim) in claims.items() if claim.ours}
    return ours | {
        id_: sign(f"it is in {vpc}, which may be the workshop's: {claim.why}")
        for id_, (vpc, claim) in claims.items()
        if claim.doubtful
    }


def refuse_if_used(resource: Resource, users: Iterable[str]) -> None:
    """Leave a resource of ours alone if it is used by something that is not, or not for certain, the workshop's.

    Raises:
        Blocked: there are such users; the message names them.
    """
    if who := ", ".join(sorted(set(users))):
        raise Blocked(
            f"The {resource} is not deleted, because others use it: {who}. If that is the workshop's too, say so with "
            "--name; otherwise let it use something else. Then run again."
        )


def unless_named(name: str) -> Inference | None:
    """Return what a missing name says about something that always has one: it is doubtful. None if there is a name."""
    return None if name else sign("AWS does not report its name")


def as_sign(inferred: Inference | None) -> Inference | None:
    """Return what a place says about something that anybody could have put there."""
    return inferred and sign(inferred.why)


def is_ours(aws: Aws, entry: str, name: str) -> bool:
    """Return whether a name alone makes something the workshop's."""
    claim = aws.workshop.claim(entry, name) if name else None
    return claim is not None and claim.ours


def is_named(aws: Aws, entry: str, described: Mapping[str, Any]) -> bool:
    """Return whether the ``Name`` tag alone makes something ours, wherever it is."""
    return is_ours(aws, entry, tag(described))


def owned(aws: Aws, described: Mapping[str, Any]) -> bool:
    """Return whether something that EC2 described is this account's: lists also show what others share."""
    return (described.get("OwnerId") or aws.account) == aws.account  # not all have an owner


def in_our_vpc(vpcs: Mapping[str, str], vpc: str) -> Claim | None:
    """Return the claim on a part of a VPC, which AWS's console also deletes with the VPC; None for other VPCs."""
    return Claim(OURS, f"it is in the VPC {vpcs[vpc] or vpc}") if vpc in vpcs else None


def judged_inside(
    aws: Aws, kind: str, id_: str, described: Mapping[str, Any], vpcs: Mapping[str, str], **details: Any
) -> Resource | None:
    """Return a part of a VPC, if any claim is on it: ours with the VPC (then in ``details``), else by ``Name`` tag."""
    vpc = described["VpcId"]
    inside = in_our_vpc(vpcs, vpc)
    claim = inside or (aws.workshop.claim("", tag(described)) if owned(aws, described) else None)
    details |= {"vpc": vpc} if inside else {}
    return judged(
        aws, kind, id_, claim, name=tag(described) or id_, state=described.get("State", ""), place=vpc,
        details=details,
    )  # fmt: skip


async def if_offered(aws: Aws, operation: str, path: str, seconds: float = 0) -> list[Any]:
    """List what AWS doesn't offer everywhere; return nothing where AWS says so, which the audit reports.

    With ``seconds``, a list up to that old will do.

    Raises:
        AwsError: AWS refused for another reason.
    """
    try:
        return await aws.recent(operation, path, seconds) if seconds else await aws.pages(operation, path)
    except AwsError as error:
        if words_for(error.code, error.message):
            return []
        raise
