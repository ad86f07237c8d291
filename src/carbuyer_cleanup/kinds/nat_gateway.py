"""NAT gateways: by their ``Name`` tag, and every one that stands in the workshop's VPC.

A deleted gateway is still listed, as ``deleted``, for about an hour; it takes a minute or more to get there
(https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.kinds.common import each, in_our_vpc, is_named, judged, our_vpcs, tag
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws import Aws

NAMES = "ec2.nat_gateway"
GONE = frozenset({"deleted"})


async def find(aws: Aws) -> list[Resource]:
    gateways = await aws.pages("ec2:DescribeNatGateways", "NatGateways")
    existing = [gateway for gateway in gateways if gateway["State"] not in GONE]
    unnamed = [gateway for gateway in existing if not is_named(aws, NAMES, gateway)]
    vpcs = await our_vpcs(aws) if unnamed else {}
    return [nat for gateway in existing for nat in _judged(aws, gateway, vpcs)]


def _judged(aws: Aws, gateway: dict[str, Any], vpcs: Mapping[str, str]) -> list[Resource]:
    vpc = gateway.get("VpcId", "")
    inside = None if is_named(aws, NAMES, gateway) else in_our_vpc(vpcs, vpc)
    addresses = [a["AllocationId"] for a in gateway["NatGatewayAddresses"] if "AllocationId" in a]
    return judged(
        aws, "NAT gateway", gateway["NatGatewayId"],
        inside or aws.workshop.claim(NAMES, tag(gateway)),
        name=tag(gateway), state=gateway["State"],
        details={"addresses": addresses} | ({"vpc": vpc} if inside else {}),
    )  # fmt: skip


@vacant
@each
async def delete(aws: Aws, nat: Resource) -> None:
    """Delete the gateway; what addresses it had is on the disk first, for once it is gone nothing tells.

    So is what one has that somebody deleted a moment ago.
    """
    aws.journal.remember("elastic ip", nat.region, nat.details["addresses"], because=f"of the {replace(nat, state='')}")
    if nat.state != "deleting":
        await aws.call("ec2:DeleteNatGateway", NatGatewayId=nat.id)


KIND = Kind("NAT gateway", find, delete)
