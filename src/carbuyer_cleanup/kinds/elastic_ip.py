"""Elastic IP addresses: those of the workshop's NAT gateways, which have no name, and those whose ``Name`` tag is ours.

Which address was a NAT gateway's is known from the gateway while it lives, and from the journal after that: a gateway
that reads ``deleted`` may or may not still tell its addresses (kubernetes-sigs/cluster-api-provider-aws#791 and
gardener/gardener-extension-provider-aws#1879 disagree), so what it tells is not believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.kinds import nat_gateway
from carbuyer_cleanup.kinds.common import each, judged, tag
from carbuyer_cleanup.resource import Kind, Resource, minutes
from carbuyer_cleanup.workshop import Claim

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    gateways = [nat for nat in await nat_gateway.find(aws) if nat.ours]
    because = {address: f"it is the address of the {nat}" for nat in gateways for address in nat.details["addresses"]}
    because |= {
        id_: f"it was the address {why}" for id_, why in aws.journal.remembered("elastic ip", aws.region).items()
    }
    addresses = (await aws.call("ec2:DescribeAddresses")).get("Addresses", [])
    return [found for address in addresses for found in _judged(aws, address, because)]


def _judged(aws: Aws, address: dict[str, Any], because: dict[str, str]) -> list[Resource]:
    id_ = address["AllocationId"]
    claim = Claim(ours=True, why=because[id_]) if id_ in because else aws.workshop.claim("", tag(address))
    if claim is None and "AssociationId" not in address:
        claim = Claim(ours=False, why="no NAT gateway of the workshop had it; AWS bills it while it is unattached")
    return judged(aws, "Elastic IP", id_, claim, name=tag(address) or address["PublicIp"])


@each
async def delete(aws: Aws, address: Resource) -> None:
    await aws.call("ec2:ReleaseAddress", AllocationId=address.id)


KIND = Kind("Elastic IP", find, delete, deadline=minutes(10))
