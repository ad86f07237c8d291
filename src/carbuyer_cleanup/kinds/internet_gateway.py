"""Internet gateways, also egress-only ones: those of the workshop's VPC, and those whose ``Name`` tag is ours.

One can outlive its VPC: it is detached first, and a run may die between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import each, judged_inside, our_vpcs
from carbuyer_cleanup.kinds.occupancy import held_by, vacant
from carbuyer_cleanup.resource import Kind, Resource, minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws import Aws

EGRESS_ONLY = "egress-only internet gateway"


async def find(aws: Aws) -> list[Resource]:
    both = await aws.pages("ec2:DescribeInternetGateways", "InternetGateways")
    outward = await aws.pages("ec2:DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways")
    vpcs = await our_vpcs(aws) if both or outward else {}
    gateways = [_judged(aws, "internet gateway", g["InternetGatewayId"], g, vpcs) for g in both]
    gateways += [_judged(aws, EGRESS_ONLY, g["EgressOnlyInternetGatewayId"], g, vpcs) for g in outward]
    return [found for gateway in gateways for found in gateway]


def _judged(aws: Aws, kind: str, id_: str, gateway: dict[str, Any], vpcs: Mapping[str, str]) -> list[Resource]:
    attached = [attachment["VpcId"] for attachment in gateway["Attachments"]]
    described = gateway | {"VpcId": next(iter(attached), ""), "State": ""}
    return judged_inside(aws, kind, id_, described, vpcs, attached=attached)


@vacant
@each
async def delete(aws: Aws, gateway: Resource) -> None:
    """Detach and delete; both are done at once."""
    attached = gateway.details["attached"]
    if attached and "vpc" not in gateway.details:
        raise Blocked(
            f"{gateway} is not deleted: it is attached to {', '.join(attached)}, which is not the workshop's VPC. "
            "Detach it, then run again."
        )
    if gateway.kind == EGRESS_ONLY:
        await aws.call("ec2:DeleteEgressOnlyInternetGateway", EgressOnlyInternetGatewayId=gateway.id)
        return
    for vpc in attached:
        await aws.call("ec2:DetachInternetGateway", InternetGatewayId=gateway.id, VpcId=vpc)
    await aws.call("ec2:DeleteInternetGateway", InternetGatewayId=gateway.id)


KIND = Kind("internet gateway", find, delete, deadline=minutes(15), holders=held_by("vpc-id"))
