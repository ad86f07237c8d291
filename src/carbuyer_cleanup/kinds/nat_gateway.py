"""NAT gateways: by their ``Name`` tag, and those without one in the workshop's VPC.

A deleted gateway is still listed, as ``deleted``, for about an hour; it takes a minute or more to get there
(https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html). One that could not be created reads
``failed`` until AWS deletes it, within about an hour: we don't wait for that
(https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, is_named, judged, places, related, tag
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

NAMES = "ec2.nat_gateway"
GONE, FAILED = frozenset({"deleted"}), "failed"
ASKED = "failed nat gateway"  # the journal's topic for those that AWS was asked to delete


async def find(aws: Aws) -> list[Resource]:
    """Find NAT gateways by name, and those in our VPC."""
    gateways = await aws.pages("ec2:DescribeNatGateways", "NatGateways")
    existing = [gateway for gateway in gateways if not _is_gone(aws, gateway)]
    unnamed = [gateway for gateway in existing if not is_named(aws, NAMES, gateway)]
    known = await places(aws) if unnamed else {}
    return related(_judged(aws, gateway, known) for gateway in existing)


def _is_gone(aws: Aws, gateway: dict[str, Any]) -> bool:
    """Return whether a gateway may be ignored: a failed one has nothing, costs nothing, and disappears by itself."""
    return gateway["State"] in GONE or (gateway["State"] == FAILED and (aws.read_only or _had_failed(aws, gateway)))


def _had_failed(aws: Aws, gateway: dict[str, Any]) -> bool:
    return gateway["NatGatewayId"] in aws.journal.remembered(ASKED, aws.region)


def _judged(aws: Aws, gateway: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    id_, vpc = gateway["NatGatewayId"], gateway["VpcId"]
    inside = None if is_named(aws, NAMES, gateway) else known.get(vpc)
    return judged(
        aws, "NAT gateway", id_, aws.workshop.claim(NAMES, tag(gateway), id_=id_, inferred=inside),
        entry=NAMES, name=tag(gateway), state=gateway["State"], place=gateway.get("SubnetId") or vpc,
        details={"addresses": _addresses(aws, gateway)} | ({"vpc": vpc} if inside else {}),
    )  # fmt: skip


def _addresses(aws: Aws, gateway: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the addresses that the gateway has, by allocation id, each with what ties it to the gateway.

    A regional gateway has no interfaces: its addresses have only an association (EC2 API reference, NatGatewayAddress).
    A failed one lists addresses that it never got, such as one that somebody else uses
    (``Resource.AlreadyAssociated``: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
    """
    failed = gateway["State"] == FAILED or _had_failed(aws, gateway)
    listed = [] if failed else gateway["NatGatewayAddresses"]
    had = [one for one in listed if one["NetworkInterfaceId"] or one["AssociationId"]]
    return {
        one["AllocationId"]: {key: one[key] for key in ("NetworkInterfaceId", "AssociationId", "PublicIp")}
        for one in had
        if one["AllocationId"] and one["PublicIp"] and one["Status"] != "failed"
    }


@vacant
@each
async def delete(aws: Aws, nat: Resource) -> None:
    """Delete the gateway, after writing its addresses to the disk: once it is gone, nothing else shows them.

    The same goes for a gateway that somebody else has just deleted.
    """
    addresses, because = nat.details["addresses"], f"of the {replace(nat, state='')}"
    aws.journal.remember("elastic ip", nat.region, addresses, because=because, facts=addresses)
    if nat.state == FAILED:
        aws.journal.remember(ASKED, nat.region, [nat.id], because="it had failed; AWS removes it within about an hour")
        with Preparing():
            await aws.call("ec2:DeleteNatGateway", NatGatewayId=nat.id)
    elif nat.state != "deleting":
        await aws.call("ec2:DeleteNatGateway", NatGatewayId=nat.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "NAT gateway": Definition(
            listed("ec2:DescribeNatGateways", "NatGateways", "NatGatewayId"),
            by_aws="State ProvisionedBandwidth NatGatewayAddresses.Status",
        )
    }


KIND = Kind(
    "NAT gateway",
    find,
    delete,
    step=4,
    entry=NAMES,
    deadline=30,  # tf ec2/vpc_nat_gateway.go, Delete; usually gone after 1 to 5 minutes
    usually=3,  # "a few minutes": VPC user guide
    price=43.10,
    console="vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}",
    calls={
        "ec2:DescribeNatGateways": read("NatGatewayNotFound"),
        "ec2:DeleteNatGateway": write("NatGatewayNotFound"),
    },
    grants=(grant("InTheVpc", "ec2:DeleteNatGateway", "ec2:{region}:*:natgateway/*"),),
    definitions=definitions,
)
