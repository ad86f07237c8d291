"""Target groups: by name.

After its load balancer is gone, a target group reads as in use for up to two more minutes: terraform-provider-aws
waits that long (internal/service/elbv2/target_group.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, one_of, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import sign
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import vpc
from carbuyer_cleanup.kinds.common import as_sign, each, is_ours, judged, places, related, unless_named
from carbuyer_cleanup.kinds.load_balancer import define_tags
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference


ENTRY = "elbv2.target_group"


async def find(aws: Aws) -> list[Resource]:
    """Find target groups by name, and those of our VPC, even after it is gone."""
    groups = await aws.pages("elbv2:DescribeTargetGroups", "TargetGroups")
    others = [g for g in groups if not is_ours(aws, ENTRY, g["TargetGroupName"])]
    known = _gone_vpcs(aws) | await places(aws) if others else {}
    return related(_judged(aws, group, known) for group in groups)


def _gone_vpcs(aws: Aws) -> dict[str, Inference]:
    """Return, by VPC id, what having been in a deleted VPC of the workshop says about a target group."""
    memories = aws.journal.remembered(vpc.MEMORY, aws.region)
    return {id_: sign(f"it was in {memory.because}, which is gone") for id_, memory in memories.items()}


def _judged(aws: Aws, group: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    arn, name = group["TargetGroupArn"], group["TargetGroupName"]
    inferred = as_sign(known.get(group["VpcId"])) or unless_named(name)
    claim = aws.workshop.claim(ENTRY, name, id_=arn, inferred=inferred)
    details = {"balancers": group["LoadBalancerArns"]}
    return judged(aws, "target group", arn, claim, entry=ENTRY, name=name, arn=arn, details=details)


@each
async def delete(aws: Aws, group: Resource) -> None:
    """Delete a target group, unless somebody else's load balancer forwards to it."""
    if strangers := [arn for arn in group.details["balancers"] if not _is_ours(aws, arn)]:
        raise Blocked(
            f"{group} is not deleted: listeners or rules of {', '.join(strangers)}, which the workshop does not own, "
            "forward to it. Let them forward elsewhere, then run again."
        )
    await aws.call("elbv2:DeleteTargetGroup", TargetGroupArn=group.id)


def _is_ours(aws: Aws, balancer: str) -> bool:
    """Judge by the name in the ARN (…:loadbalancer/app/<name>/<hash>): the load balancer itself may be gone."""
    claim = aws.workshop.claim("elbv2.load_balancer", balancer.split("/")[-2])
    return claim is not None and claim.ours


async def holders(_aws: Aws, groups: list[Resource]) -> list[str]:
    """Name the load balancers that forward to the groups."""
    return sorted({arn for group in groups for arn in group.details["balancers"]})


async def define(aws: Aws, group: Resource) -> Any:
    """Return a target group, and its targets."""
    described = await one_of("elbv2:DescribeTargetGroups", "TargetGroups", "TargetGroupArn", aws, group)
    which = {"TargetGroupArn": group.id}
    health = await told_of(aws, group, "elbv2:DescribeTargetHealth", **which)
    attributes = await told_of(aws, group, "elbv2:DescribeTargetGroupAttributes", **which)
    tags = await define_tags(aws, group, [group.id])
    targets = [one["Target"] for one in health["TargetHealthDescriptions"]]
    return {
        "TargetGroup": described, "Targets": targets, "Attributes": attributes["Attributes"], "Tags": tags[group.id],
    }  # fmt: skip


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "target group": Definition(
            define,
            calls={
                "elbv2:DescribeTargetGroupAttributes": read("TargetGroupNotFound", has="Attributes"),
                "elbv2:DescribeTargetHealth": read("TargetGroupNotFound", has="TargetHealthDescriptions"),
            },
        )
    }


KIND = Kind(
    "target group",
    find,
    delete,
    step=2,
    entry=ENTRY,
    deadline=5,  # it reads in use after its load balancer is gone: tf elbv2/target_group.go, 2
    waits_for=("load balancer",),  # ResourceInUse while a listener forwards to it
    price=0,
    console="ec2/home?region={region}#TargetGroup:targetGroupArn={arn}",
    calls={
        "elbv2:DescribeTargetGroups": read("TargetGroupNotFound"),
        "elbv2:DeleteTargetGroup": write("TargetGroupNotFound", "ResourceInUse"),
    },
    grants=(
        grant(
            "LoadBalancing",
            "elbv2:DeleteTargetGroup",
            "elasticloadbalancing:{region}:*:targetgroup/{elbv2.target_group}/*",
        ),
    ),
    definitions=definitions,
    holders=holders,
)
