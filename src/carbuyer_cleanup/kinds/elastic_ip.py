"""Elastic IP addresses: those of the workshop's NAT gateways, which have no name, and those whose ``Name`` tag is ours.

Which address was a NAT gateway's is known from the gateway while it lives, and from the journal after that: a gateway
that reads ``deleted`` may or may not still tell its addresses (kubernetes-sigs/cluster-api-provider-aws#791 and
gardener/gardener-extension-provider-aws#1879 disagree), so what it tells is not believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, OURS, Claim
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import nat_gateway
from carbuyer_cleanup.kinds.common import each, judged, tag
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


HAS_RECORD = "InvalidAddress.PtrSet"


async def find(aws: Aws) -> list[Resource]:
    addresses = (await aws.call("ec2:DescribeAddresses")).get("Addresses", [])
    because = await _because(aws) if addresses else {}
    return [found for address in addresses for found in _judged(aws, address, because)]


async def _because(aws: Aws) -> dict[str, str]:
    """Return the ids of the addresses that NAT gateways of ours have, or had, each with the reason."""
    gateways = [nat for nat in await nat_gateway.find(aws) if nat.ours]
    kept = aws.journal.remembered("elastic ip", aws.region)
    had = {id_: f"it was the address {memory.because}" for id_, memory in kept.items()}
    return had | {id_: f"it is the address of the {nat}" for nat in gateways for id_ in nat.details["addresses"]}


def _judged(aws: Aws, address: dict[str, Any], because: dict[str, str]) -> list[Resource]:
    id_, claim = address["AllocationId"], _claim(aws, address, because)
    details = {"association": address.get("InstanceId") or address.get("NetworkInterfaceId", "")}
    return judged(aws, "Elastic IP", id_, claim, name=tag(address) or address["PublicIp"], details=details)


def _claim(aws: Aws, address: dict[str, Any], because: dict[str, str]) -> Claim | None:
    """Judge an address; one that AWS allocated for a service of its own goes with that, and is nobody's to release."""
    if "ServiceManaged" in address:
        return None
    named = aws.workshop.claim("", tag(address))
    if named and named.ours:
        return named
    if user := address.get("InstanceId"):  # also one that was a NAT gateway's: somebody has a use for it again
        return Claim(FOREIGN, f"the EC2 instance {user} has it; AWS bills it, also when that is gone")
    if why := because.get(address["AllocationId"]):
        return Claim(OURS, why)
    if "AssociationId" not in address:
        return Claim(FOREIGN, "no NAT gateway of the workshop had it; AWS bills it while it is unattached")
    return named


@each
async def delete(aws: Aws, address: Resource) -> None:
    """Release it; one with a reverse DNS record loses that first, which takes minutes."""
    try:
        await aws.call("ec2:ReleaseAddress", AllocationId=address.id)
    except AwsError as error:
        if error.code != HAS_RECORD:
            raise
        removing = Preparing()
        with removing:
            await _remove_record(aws, address)
        with removing.deletion():
            raise


async def _remove_record(aws: Aws, address: Resource) -> None:
    """Remove the reverse DNS record, unless that is under way (terraform-provider-aws, ec2_eip_domain_name.go)."""
    which = {"Attribute": "domain-name"}
    described = await aws.call("ec2:DescribeAddressesAttribute", AllocationIds=[address.id], **which)
    changes = [one.get("PtrRecordUpdate", {}).get("Status", "") for one in described.get("Addresses", ())]
    if "PENDING" not in [status.upper() for status in changes]:
        await aws.call("ec2:ResetAddressAttribute", AllocationId=address.id, **which)


async def holders(_aws: Aws, addresses: list[Resource]) -> list[str]:
    return [user for address in addresses if (user := address.details["association"])]


KIND = Kind("Elastic IP", find, delete, holders=holders)
