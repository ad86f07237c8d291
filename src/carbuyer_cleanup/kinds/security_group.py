"""Security groups: by group name or ``Name`` tag, and all in the workshop's VPC except the default one.

A group can't be deleted while a network interface uses it or a rule of another group refers to it, in or out; rules
that refer to each other block both (https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import strongest
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import Several, each, in_our_vpc, judged, our_vpcs, owned, related, tag, unless_named
from carbuyer_cleanup.kinds.occupancy import held_by, unless_used, vacant
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Claim

REVOKE = {
    "IpPermissions": "ec2:RevokeSecurityGroupIngress",
    "IpPermissionsEgress": "ec2:RevokeSecurityGroupEgress",
}
GUARDDUTY = "GuardDutyManagedSecurityGroup-"  # and the VPC's id: AWS creates it (terraform-provider-aws#46953)
PORTS = ("IpProtocol", "FromPort", "ToPort")
Groups = list[dict[str, Any]]


@dataclass(frozen=True)
class Reference:
    """A rule of one group that refers to another; ``ours`` if the rule's own group is."""

    group: dict[str, Any]
    revoke: str
    rule: dict[str, Any]
    ours: bool = False

    def __str__(self) -> str:
        ports = "-".join(str(self.rule[port]) for port in PORTS if port in self.rule)
        return f"rule {ports} of security group {self.group['GroupName']} ({self.group['GroupId']})"


async def find(aws: Aws) -> list[Resource]:
    """Find security groups by name."""
    groups, vpcs = await _seen(aws)
    return _judged(aws, groups, vpcs, {group["GroupId"]: _claim_by_name(aws, group) for group in groups})


async def find_inside(aws: Aws) -> list[Resource]:
    """Find all security groups in our VPC, whatever they are called."""
    groups, vpcs = await _seen(aws)
    return _judged(aws, groups, vpcs, {group["GroupId"]: in_our_vpc(vpcs, group["VpcId"]) for group in groups})


async def _seen(aws: Aws) -> tuple[Groups, dict[str, str]]:
    groups = await aws.pages("ec2:DescribeSecurityGroups", "SecurityGroups")
    return [group for group in groups if owned(aws, group)], await our_vpcs(aws)


def _claim_by_name(aws: Aws, group: dict[str, Any]) -> Claim | None:
    name, entry = group["GroupName"], "ec2.security_group"
    return strongest(
        aws.workshop.claim(entry, name, inferred=unless_named(name)), aws.workshop.claim(entry, tag(group))
    )


def _judged(aws: Aws, groups: Groups, vpcs: Mapping[str, str], claims: Mapping[str, Claim | None]) -> list[Resource]:
    references = _references(aws, groups, vpcs)
    return related(
        judged(
            aws, "security group", group["GroupId"], claims[group["GroupId"]], name=group["GroupName"],
            place=group["VpcId"], follows=group["GroupName"].startswith(GUARDDUTY),
            details={"references": references[group["GroupId"]]}
            | ({"vpc": group["VpcId"]} if group["VpcId"] in vpcs else {}),
        )
        for group in groups
        if group["GroupName"] != "default"  # deleted with its VPC, and not before
    )  # fmt: skip


def _references(aws: Aws, groups: Groups, vpcs: Mapping[str, str]) -> defaultdict[str, list[Reference]]:
    """Return the rules that refer to a group other than their own, by the id of that other group."""
    references: defaultdict[str, list[Reference]] = defaultdict(list)
    for group in groups:
        claim = in_our_vpc(vpcs, group["VpcId"]) or _claim_by_name(aws, group)
        for revoke, rule, pair in _pairs(group):
            if pair["GroupId"] not in ("", group["GroupId"]):
                reference = Reference(group, revoke, rule, ours=claim is not None and claim.ours)
                references[pair["GroupId"]].append(reference)
    return references


def _pairs(group: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Yield a group's references to groups: the call that revokes it, the rule cut down to it, and the reference."""
    for part, revoke in REVOKE.items():
        for rule in group[part]:
            ports = {port: rule[port] for port in PORTS if port in rule}
            for pair in rule["UserIdGroupPairs"]:
                yield revoke, ports | {"UserIdGroupPairs": [pair]}, pair


def _touched(group: Resource) -> list[str]:
    """Return the ids of the groups that deleting this one changes."""
    return [group.id, *(reference.group["GroupId"] for reference in group.details["references"])]


@unless_used("group-id", _touched)
async def delete(aws: Aws, groups: list[Resource]) -> None:
    """First delete the groups that no rule refers to: their own rules that refer to the others go with them."""
    errors: dict[str, Exception] = {}
    gone: set[str] = set()
    for referred in (False, True):
        batch = [group for group in groups if bool(group.details["references"]) is referred]
        try:
            await _delete_each(aws, [_without(group, gone) for group in batch])
        except Several as several:
            errors |= several.errors
        gone |= {group.id for group in batch} - set(errors)
    if errors:
        raise Several(errors)


def _without(group: Resource, gone: set[str]) -> Resource:
    """Return the group without the references that were deleted with other groups."""
    references = [one for one in group.details["references"] if one.group["GroupId"] not in gone]
    return replace(group, details={**group.details, "references": references})


@each
async def _delete_each(aws: Aws, group: Resource) -> None:
    references: list[Reference] = group.details["references"]
    if foreign := [reference for reference in references if not reference.ours]:
        raise Blocked(
            f"{group} is not deleted: {', '.join(map(str, foreign))}, which the workshop does not own, refers to it. "
            "Remove that rule, then run again."
        )
    revoking = Preparing()
    for reference in references:
        with revoking:
            await aws.call(reference.revoke, GroupId=reference.group["GroupId"], IpPermissions=[reference.rule])
    with revoking.deletion():
        await aws.call("ec2:DeleteSecurityGroup", GroupId=group.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "security group": Definition(
            listed("ec2:DescribeSecurityGroups", "SecurityGroups", "GroupId"),
            by_aws="IpPermissions.UserIdGroupPairs.PeeringStatus IpPermissionsEgress.UserIdGroupPairs.PeeringStatus",
        )
    }


HOLDERS = held_by("group-id")
CHANGES = "ec2:DeleteSecurityGroup ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress ec2:DeleteVpc"
CALLS = {
    # Every look at a VPC lists them, if the account has a VPC of somebody else's. A VPC takes its groups with it.
    "ec2:DescribeSecurityGroups": read("InvalidGroup.NotFound", changed_by=CHANGES),
    "ec2:RevokeSecurityGroupIngress": write("InvalidPermission.NotFound InvalidGroup.NotFound"),
    "ec2:RevokeSecurityGroupEgress": write("InvalidPermission.NotFound InvalidGroup.NotFound"),
    # InvalidGroup.InUse: the same in the default VPC (terraform-provider-aws, internal/service/ec2/errors.go).
    "ec2:DeleteSecurityGroup": write("InvalidGroup.NotFound", "DependencyViolation InvalidGroup.InUse"),
}
GRANTS = (
    grant(
        "InTheVpc",
        "ec2:DeleteSecurityGroup ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress",
        "ec2:{region}:*:security-group/*",
    ),
)
KIND = Kind(
    "security group",
    find,
    delete,
    step=11,
    also="rules among them",
    entry="ec2.security_group",
    deadline=15,  # interfaces of a deleted load balancer use it: tf ec2/vpc_security_group.go, Delete
    # Their network interfaces use them.
    waits_for=("load balancer", "EC2 instance", "interface endpoint", "EC2 Instance Connect endpoint"),
    comes_after=("Lambda function",),  # its interfaces use them for half an hour if it was in the VPC
    price=0,
    console="ec2/home?region={region}#SecurityGroup:groupId={id}",
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
    holders=HOLDERS,
)
INSIDE = Kind(
    "security group in the VPC",
    find_inside,
    vacant(delete),
    step=13,
    entry="ec2.security_group",
    deadline=15,  # as the others
    waits_for=("network interface", "security group"),
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
    holders=HOLDERS,
)
