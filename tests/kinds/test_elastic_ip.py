"""Elastic IP addresses."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.kinds import nat_gateway
from carbuyer_cleanup.kinds.elastic_ip import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import spec
from strict_moto.rules import RULES
from strict_moto.states import STATES
from strict_moto.world import After

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def addresses(account: Account) -> set[str]:
    """Return the allocations that there are."""
    return {address["AllocationId"] for address in account.client("ec2").describe_addresses()["Addresses"]}


def allocate(account: Account, name: str = "") -> str:
    """Allocate an address, and return its allocation."""
    tags = {"TagSpecifications": spec("elastic-ip", name)} if name else {}
    return str(account.client("ec2").allocate_address(Domain="vpc", **tags)["AllocationId"])


def test_of_the_nat_gateway(account: Account) -> None:
    """The address of the NAT gateway, which has no name, is released once that is gone, and no other."""
    account.build("nat_gateway")
    other = allocate(account)
    account.take_down_each(nat_gateway.KIND, KIND)
    assert addresses(account) == {other}


def test_recognised_before(account: Account) -> None:
    """While the NAT gateway lives it tells which address is ours."""
    builder = account.build("nat_gateway")
    (address,) = account.find(KIND)
    assert (address.id, address.ours) == (builder.ids["carbuyer-nat-gateway address"], True)


def test_after_a_run_that_died(account: Account) -> None:
    """An hour after a run that died between the two steps, nothing but the journal knows the address."""
    account.build("nat_gateway")
    other = allocate(account)
    account.take_down(nat_gateway.KIND)
    account.wait(7200)
    assert account.client("ec2").describe_nat_gateways()["NatGateways"] == []
    account.take_down(KIND)
    assert addresses(account) == {other}


def test_deleted_by_somebody_else(account: Account) -> None:
    """The address of a gateway that was deleted without us is not ours: what deleted gateways tell is not believed."""
    builder = account.build("nat_gateway")
    account.client("ec2").delete_nat_gateway(NatGatewayId=builder.ids["carbuyer-nat-gateway"])
    account.wait(600)
    taken = account.take_down(KIND)
    address = builder.ids["carbuyer-nat-gateway address"]
    assert addresses(account) == {address}
    assert "no NAT gateway of the workshop used it" in taken.left_alone[address].why


def test_held_by_the_nat_gateway(account: Account) -> None:
    """An address that its gateway holds is waited for; at the deadline the error names what holds it."""
    account.build("nat_gateway")
    with pytest.raises(Overdue, match=r"eni-.*AuthFailure"):
        account.take_down(KIND, wait_for=60)


def test_by_name(account: Account) -> None:
    """An unattached address goes if its Name tag has the prefix."""
    allocate(account, "carbuyer-spare")
    others = {allocate(account, "mycarbuyer-x"), allocate(account)}
    taken = account.take_down(KIND)
    assert addresses(account) == set(taken.left_alone) == others


@pytest.mark.parametrize(("name", "stays"), [("prod", True), ("carbuyer-admin-service", False)])
def test_by_name_and_in_use(account: Account, name: str, *, stays: bool) -> None:
    """In the default VPC, AWS takes an address from the instance that has it: one that others' has stays, and is told.

    Our own loses it.
    """
    ec2, address = account.client("ec2"), allocate(account, "carbuyer-spare")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, TagSpecifications=spec("instance", name))
    user = made["Instances"][0]["InstanceId"]
    account.wait(600)
    ec2.associate_address(AllocationId=address, InstanceId=user)
    with pytest.raises(Blocked, match=rf"EC2 instance prod \({user}\)") if stays else nullcontext():
        account.take_down(KIND)
    assert addresses(account) == ({address} if stays else set())


def test_in_use_again(account: Account) -> None:
    """An address that was the NAT gateway's but is an instance's by now is left alone, and told."""
    builder = account.build("nat_gateway", "instance")
    account.take_down(nat_gateway.KIND)
    address, user = builder.ids["carbuyer-nat-gateway address"], builder.ids["carbuyer-admin-service"]
    account.wait(600)
    account.client("ec2").associate_address(AllocationId=address, InstanceId=user)
    taken = account.take_down(KIND)
    assert addresses(account) == {address}
    assert user in taken.left_alone[address].why


def test_bystanders(account: Account) -> None:
    """The address of another VPC's NAT gateway stays attached."""
    builder = account.build("nat_gateway")
    network.vpc(builder, "other")
    network.nat_gateway(builder, "other-nat", "other")
    account.take_down_each(nat_gateway.KIND, KIND)
    (address,) = account.client("ec2").describe_addresses()["Addresses"]
    assert address["AllocationId"] == builder.ids["other-nat address"]
    assert address["AssociationId"]


def test_released_by_aws(account: Account) -> None:
    """What AWS allocated for a regional NAT gateway goes after it: it is waited for, and nobody tries to release it."""
    STATES["nat_gateway"]["and a regional one"](account.build("vpc"))
    account.take_down_each(nat_gateway.KIND, KIND)
    assert addresses(account) == set()
    assert account.calls("ec2:ReleaseAddress") == 0


def test_not_yet_released_by_aws(account: Account) -> None:
    """While AWS keeps it, the step fails and says who has it; what nothing of ours had is left to the audit."""
    account.sandbox.world.quirks = replace(account.sandbox.world.quirks, managed_address_kept=86400)
    STATES["nat_gateway"]["and a regional one"](account.build("vpc"))
    with pytest.raises(Overdue, match=r"released by AWS\] still there after 20 minutes\. Held by: AWS \(rnat\)\."):
        account.take_down_each(nat_gateway.KIND, KIND)
    account.aws.journal.forget("elastic ip", account.aws.region, addresses(account))
    assert account.find(KIND) == []
    assert account.calls("ec2:ReleaseAddress") == 0


def test_every_address_of_a_gateway(account: Account) -> None:
    """Secondary addresses are released, too, and those given to a regional gateway, which has no interface."""
    STATES["nat_gateway"]["and one with more addresses"](account.build("nat_gateway"))
    assert len([address for address in account.find(KIND) if address.ours]) == 4
    account.take_down_each(nat_gateway.KIND, KIND)
    assert addresses(account) == set()


def test_used_by_a_regional_gateway(account: Account) -> None:
    """An address that a regional NAT gateway of others has is used, though no interface has it: it isn't idle."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    zones = [{"AvailabilityZone": f"{builder.region}a", "AllocationIds": [allocate(account)]}]
    account.client("ec2").create_nat_gateway(
        AvailabilityMode="regional", VpcId=builder.ids["other-vpc"], AvailabilityZoneAddresses=zones
    )
    assert account.find(KIND) == []


def test_remembered_as_another(account: Account) -> None:
    """What the journal says of an address is believed if it is the one that it was: its number is the same."""
    address = allocate(account)
    facts = {address: {"PublicIp": "192.0.2.1"}}
    account.aws.journal.remember("elastic ip", account.aws.region, [address], because="of a NAT gateway", facts=facts)
    account.take_down(KIND)
    assert addresses(account) == {address}


def test_list_that_lags(account: Account) -> None:
    """An address that is shown at the interface of its NAT gateway, which is gone, is the workshop's as before."""
    account.build("nat_gateway")
    (gateway,) = account.client("ec2").describe_nat_gateways()["NatGateways"]
    (held,) = gateway["NatGatewayAddresses"]

    def held_still(_world: Any, _request: Any, answer: Any) -> Any:
        shown = {"AssociationId": held["AssociationId"], "NetworkInterfaceId": held["NetworkInterfaceId"]}
        return answer | {"Addresses": [one | shown for one in answer["Addresses"]]}

    account.sandbox.use((After("ec2:DescribeAddresses", held_still, "lists lag, as moto's server does"), *RULES))
    account.take_down_each(nat_gateway.KIND, KIND)
    assert addresses(account) == set()


def record(account: Account, id_: str) -> None:
    """Give an address a reverse DNS record."""
    account.client("ec2").modify_address_attribute(AllocationId=id_, DomainName="mail.example.com")


def test_reverse_dns_record(account: Account) -> None:
    """An address with one loses it first, once, and is released when AWS has removed it."""
    record(account, allocate(account, "carbuyer-x"))
    account.take_down(KIND)
    assert addresses(account) == set()
    assert account.calls("ec2:ResetAddressAttribute") == 1


def test_reverse_dns_record_that_stays(account: Account) -> None:
    """If AWS does not remove it, that is told at once, with what helps."""
    record(account, allocate(account, "carbuyer-x"))
    account.deny("ec2:ResetAddressAttribute")
    with pytest.raises(AwsError, match=r"PTR record set\. Before that, ec2:ResetAddressAttribute answered Unauth"):
        account.take_down(KIND)
    assert account.calls("ec2:ReleaseAddress") == 1


def test_locked(account: Account) -> None:
    """One that AWS has locked is told at once, with whom to ask."""
    id_ = allocate(account, "carbuyer-x")
    account.sandbox.world.recall("ec2-locked", account.aws.account, account.aws.region)[id_] = True
    with pytest.raises(AwsError, match="ask AWS Support to unlock it"):
        account.take_down(KIND)


def test_named_since(account: Account) -> None:
    """A remembered address to which its owner has given a name since is his, and stays."""
    ec2 = account.client("ec2")
    made = ec2.allocate_address(Domain="vpc")
    facts = {made["AllocationId"]: {"PublicIp": made["PublicIp"]}}
    account.aws.journal.remember("elastic ip", account.aws.region, facts, because="of a NAT gateway", facts=facts)
    ec2.create_tags(Resources=[made["AllocationId"]], Tags=[{"Key": "Name", "Value": "prod-egress"}])
    taken = account.take_down(KIND)
    assert list(taken.left_alone) == [made["AllocationId"]]
    assert len(ec2.describe_addresses()["Addresses"]) == 1
