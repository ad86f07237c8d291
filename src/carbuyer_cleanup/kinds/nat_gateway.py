"""NAT gateways: by their ``Name`` tag, and those without one that stand in the workshop's VPC.

A deleted gateway is still listed, as ``deleted``, for about an hour; it takes a minute or more to get there
(https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.kinds.common import each, is_named, judged, places, tag
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.claims import Inference

NAMES = "ec2.nat_gateway"
GONE = frozenset({"deleted"})


async def find(aws: Aws) -> list[Resource]:
    gateways = await aws.pages("ec2:DescribeNatGateways", "NatGateways")
    existing = [gateway for gateway in gateways if gateway["State"] not in GONE]
    unnamed = [gateway for gateway in existing if not is_named(aws, NAMES, gateway)]
    known = await places(aws) if unnamed else {}
    return [nat for gateway in existing for nat in _judged(aws, gateway, known)]


def _judged(aws: Aws, gateway: dict[str, Any], known: Mapping[str, Inference]) -> list[Resource]:
    id_, vpc = gateway["NatGatewayId"], gateway.get("VpcId", "")
    inside = None if is_named(aws, NAMES, gateway) else known.get(vpc)
    return judged(
        aws, "NAT gateway", id_, aws.workshop.claim(NAMES, tag(gateway), id_=id_, inferred=inside),
        entry=NAMES, name=tag(gateway), state=gateway["State"],
        details={"addresses": _addresses(gateway)} | ({"vpc": vpc} if inside else {}),
    )  # fmt: skip


def _addresses(gateway: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the addresses that the gateway has, by their allocation, each with its interface and public address.

    One that failed lists addresses that it never got, such as one that somebody else uses
    (``Resource.AlreadyAssociated``: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
    """
    listed = [] if gateway["State"] == "failed" else gateway.get("NatGatewayAddresses", [])
    kept = ("NetworkInterfaceId", "PublicIp")
    return {
        one["AllocationId"]: {key: one[key] for key in kept}
        for one in listed
        if {"AllocationId", *kept} <= one.keys() and one.get("Status", "succeeded") != "failed"
    }


@vacant
@each
async def delete(aws: Aws, nat: Resource) -> None:
    """Delete the gateway; what addresses it had is on the disk first, for once it is gone nothing tells.

    So is what one has that somebody deleted a moment ago.
    """
    addresses, because = nat.details["addresses"], f"of the {replace(nat, state='')}"
    facts = {id_: {"PublicIp": one["PublicIp"]} for id_, one in addresses.items()}
    aws.journal.remember("elastic ip", nat.region, addresses, because=because, facts=facts)
    if nat.state != "deleting":
        await aws.call("ec2:DeleteNatGateway", NatGatewayId=nat.id)


KIND = Kind("NAT gateway", find, delete)
