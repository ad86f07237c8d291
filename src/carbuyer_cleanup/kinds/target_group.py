"""Target groups: by name.

After its load balancer is gone a target group reads as in use for up to two minutes more: terraform-provider-aws
waits that long (internal/service/elbv2/target_group.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    return [
        found
        for group in await aws.pages("elbv2:DescribeTargetGroups", "TargetGroups")
        for found in judged(
            aws, "target group", group["TargetGroupArn"],
            aws.workshop.claim("elbv2.target_group", group["TargetGroupName"]),
            name=group["TargetGroupName"], arn=group["TargetGroupArn"],
            details={"balancers": group["LoadBalancerArns"]},
        )
    ]  # fmt: skip


@each
async def delete(aws: Aws, group: Resource) -> None:
    if strangers := [arn for arn in group.details["balancers"] if not _is_ours(aws, arn)]:
        raise Blocked(
            f"{group} is not deleted: listeners or rules of {', '.join(strangers)}, which the workshop does not own, "
            "forward to it. Let them forward elsewhere, then run again."
        )
    await aws.call("elbv2:DeleteTargetGroup", TargetGroupArn=group.id)


def _is_ours(aws: Aws, balancer: str) -> bool:
    """Judge by the name within the ARN (…:loadbalancer/app/<name>/<hash>): the one that had it may be gone."""
    claim = aws.workshop.claim("elbv2.load_balancer", balancer.split("/")[-2])
    return claim is not None and claim.ours


async def holders(_aws: Aws, groups: list[Resource]) -> list[str]:
    return sorted({arn for group in groups for arn in group.details["balancers"]})


KIND = Kind("target group", find, delete, holders=holders)
