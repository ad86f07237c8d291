"""Elastic IP addresses: those of the workshop's NAT gateways, which have no name, and those whose ``Name`` tag is ours.

A gateway shows which address is its own while its network interface holds the address, and then the journal does: a
gateway that reads ``deleted`` may or may not still list its addresses
(kubernetes-sigs/cluster-api-provider-aws#791 and gardener/gardener-extension-provider-aws#1879 disagree), so that list
is not believed. The journal counts only for an address that is still what it was: the same public address, without a
name, and attached to nothing or to the gateway's own interface, which lists may show for a moment after the gateway is
gone (moto's server always does).

In the default VPC, a released address is taken from the instance that has it, without a word (EC2 API reference,
ReleaseAddress); in others AWS refuses. So one of ours that somebody else's instance has stays.

A regional NAT gateway may have addresses that AWS allocated for it (``ServiceManaged``). AWS releases them when the
gateway is gone, not always at once; nobody else may (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html).
We wait for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, OURS, Claim, Inference, proof, sign
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import nat_gateway, users_of
from carbuyer_cleanup.kinds.common import each, judged, refuse_if_used, related, tag
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.teardown.journal import Memory

ENTRY = "ec2.elastic_ip"
MANAGED = "released by AWS"  # the state of those that only AWS may release
HAS_RECORD = "InvalidAddress.PtrSet"


async def find(aws: Aws) -> list[Resource]:
    """Find the addresses of our NAT gateways, and those by name."""
    addresses = await aws.pages("ec2:DescribeAddresses", "Addresses")
    # An address without an allocation is an old one of EC2-Classic, never the workshop's.
    own = [address for address in addresses if "AllocationId" in address]
    gateways = [nat for nat in await nat_gateway.find(aws) if nat.ours or nat.doubtful] if own else []
    return related(_judged(aws, address, gateways) for address in own)


def _judged(aws: Aws, address: dict[str, Any], gateways: list[Resource]) -> Resource | None:
    return judged(
        aws, "Elastic IP", address["AllocationId"], _claim(aws, address, gateways),
        entry=ENTRY, name=tag(address) or address["PublicIp"], state=MANAGED if _is_managed(address) else "",
        details={"holder": f"AWS ({address['ServiceManaged']})" if _is_managed(address) else _user(address),
                 "instance": address["InstanceId"]},
    )  # fmt: skip


def _is_managed(address: dict[str, Any]) -> bool:
    return bool(address["ServiceManaged"])


def _user(address: dict[str, Any]) -> str:
    return str(address["InstanceId"] or address["NetworkInterfaceId"] or address["AssociationId"])


def _claim(aws: Aws, address: dict[str, Any], gateways: list[Resource]) -> Claim | None:
    inferred = _held(address, gateways) or _remembered(aws, address)
    claim = aws.workshop.claim(ENTRY, tag(address), id_=address["AllocationId"], inferred=inferred)
    if claim or _is_managed(address):
        return claim  # AWS releases others' addresses together with what uses them
    if address["InstanceId"]:
        return Claim(
            FOREIGN, f"the EC2 instance {address['InstanceId']} has it; AWS charges for it even after that is gone"
        )
    if not _user(address):
        return Claim(FOREIGN, "no NAT gateway of the workshop used it; AWS charges for it while it is unattached")
    return None


def _held(address: dict[str, Any], gateways: list[Resource]) -> Inference | None:
    """Infer from the NAT gateway that holds the address now, by its network interface or else by the association."""
    for nat in gateways:
        held = nat.details["addresses"].get(address["AllocationId"], {})
        tie = "NetworkInterfaceId" if held.get("NetworkInterfaceId") else "AssociationId"
        if held and held[tie] == address[tie]:
            return (proof if nat.ours else sign)(f"it is the address of the {nat}")
    return None


def _remembered(aws: Aws, address: dict[str, Any]) -> Inference | None:
    """Infer from what this or an earlier run saw before it deleted a NAT gateway."""
    memory = aws.journal.remembered("elastic ip", aws.region).get(address["AllocationId"])
    if memory is None or _is_elsewhere(address, memory) or memory.facts.get("PublicIp") != address["PublicIp"]:
        return None
    return Inference(OURS, FOREIGN, f"it was the address {memory.because}")


def _is_elsewhere(address: dict[str, Any], memory: Memory) -> bool:
    """Return whether something other than the NAT gateway that had the address has it now."""
    still = {"", memory.facts.get("NetworkInterfaceId"), memory.facts.get("AssociationId")}
    return not _is_managed(address) and _user(address) not in still


@each
async def delete(aws: Aws, address: Resource) -> None:
    """Release an address; if it has a reverse DNS record, first remove that, which takes minutes."""
    refuse_if_used(address, await users_of.address(aws, address.details["instance"]))
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
    """Remove the reverse DNS record, unless AWS is changing it (terraform-provider-aws, ec2_eip_domain_name.go)."""
    which = {"Attribute": "domain-name"}
    described = await aws.call("ec2:DescribeAddressesAttribute", AllocationIds=[address.id], **which)
    changes = [one["PtrRecordUpdate"]["Status"] for one in described["Addresses"]]
    if "PENDING" not in [status.upper() for status in changes]:
        await aws.call("ec2:ResetAddressAttribute", AllocationId=address.id, **which)


async def holders(_aws: Aws, addresses: list[Resource]) -> list[str]:
    """Name what uses the addresses."""
    return [holder for address in addresses if (holder := address.details["holder"])]


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"Elastic IP": Definition(listed("ec2:DescribeAddresses", "Addresses", "AllocationId"))}


KIND = Kind(
    "Elastic IP",
    find,
    delete,
    step=5,
    also="exactly the addresses of those NAT gateways",
    entry=ENTRY,
    # AuthFailure after its gateway reads deleted (kubernetes/kops#1604), and then its reverse DNS record:
    # tf ec2/ec2_eip.go, Delete, 3; tf ec2/ec2_eip_domain_name.go, SetDefaultDeleteTimeout, 10
    deadline=20,
    waits_for=("NAT gateway",),  # AuthFailure while a gateway holds it
    price=3.65,
    console="ec2/home?region={region}#ElasticIpDetails:AllocationId={id}",
    calls={
        "ec2:DescribeAddresses": read("InvalidAllocationID.NotFound", "InvalidAddress.NotFound", has="Addresses"),
        # AuthFailure is AWS's answer while a NAT gateway holds the address, and for some seconds after it reads
        # "deleted": eformat/sno-for-100#5 and #9, kubernetes/kops#1604; lasting: then it is about the key. PtrSet: its
        # reverse DNS record is being removed (cloud-custodian/cloud-custodian#8924).
        "ec2:ReleaseAddress": write(
            "InvalidAllocationID.NotFound",
            "AuthFailure InvalidIPAddress.InUse InvalidAddress.PtrSet",
            "validate the provided access credentials",
        ),
        "ec2:DescribeAddressesAttribute": read(
            "InvalidAllocationID.NotFound", "InvalidAddress.NotFound", has="Addresses"
        ),
        "ec2:ResetAddressAttribute": write("InvalidAllocationID.NotFound InvalidAddress.NotFound"),
    },
    grants=(grant("InTheVpc", "ec2:ReleaseAddress ec2:ResetAddressAttribute", "ec2:{region}:*:elastic-ip/*"),),
    definitions=definitions,
    leaving=frozenset({MANAGED}),
    holders=holders,
)
