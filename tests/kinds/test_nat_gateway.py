"""NAT gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.nat_gateway import KIND
from strict_moto import estate_network as network

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def states(account: Account) -> dict[str, str]:
    """Return the state of each NAT gateway that EC2 lists."""
    return {nat["NatGatewayId"]: nat["State"] for nat in account.client("ec2").describe_nat_gateways()["NatGateways"]}


def remembered(account: Account) -> set[str]:
    """Return the addresses that the journal keeps for step 5."""
    return set(account.aws.journal.remembered("elastic ip", account.aws.region))


def test_estate(account: Account) -> None:
    """It is deleted, and done only when AWS says so; its address was written down before."""
    builder = account.build("nat_gateway")
    account.take_down(KIND)
    assert states(account) == {builder.ids["carbuyer-nat-gateway"]: "deleted"}
    assert remembered(account) == {builder.ids["carbuyer-nat-gateway address"]}


def test_written_down_first(account: Account) -> None:
    """The address is on disk also if the call that deletes fails."""
    builder = account.build("nat_gateway")
    account.deny("ec2:DeleteNatGateway")
    with pytest.raises(Exception, match="ec2:DeleteNatGateway"):
        account.take_down(KIND)
    assert remembered(account) == {builder.ids["carbuyer-nat-gateway address"]}


@pytest.mark.exhaustive
def test_second_one_and_private_one(account: Account) -> None:
    """Every gateway in the workshop's VPC goes, whatever its name, also a private one, which has no address."""
    builder = account.build("nat_gateway")
    ec2 = account.client("ec2")
    ec2.create_nat_gateway(SubnetId=builder.ids["carbuyer-fcj-private1"], ConnectivityType="private")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=builder.ids["carbuyer-fcj-public1"], AllocationId=address)
    account.take_down(KIND)
    assert list(states(account).values()) == ["deleted"] * 3
    assert remembered(account) == {builder.ids["carbuyer-nat-gateway address"], address}


def test_deleting_is_waited_for(account: Account) -> None:
    """A gateway that somebody has begun to delete is not deleted again, but waited for."""
    builder = account.build("nat_gateway")
    account.client("ec2").delete_nat_gateway(NatGatewayId=builder.ids["carbuyer-nat-gateway"])
    assert set(states(account).values()) == {"deleting"}
    account.take_down(KIND)
    assert set(states(account).values()) == {"deleted"}
    assert account.calls("ec2:DeleteNatGateway") == 1


def test_failed(account: Account) -> None:
    """One that AWS failed to make is deleted too; the address that it lists, and never got, is not written down."""
    builder = account.build("nat_gateway")
    ec2 = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    ec2.nat_gateways[builder.ids["carbuyer-nat-gateway"]].state = "failed"
    account.take_down(KIND)
    assert set(states(account).values()) == {"deleted"}
    assert remembered(account) == set()


def test_failed_and_stays(account: Account) -> None:
    """If AWS leaves it for its hour, nobody waits; nor does it count as left."""
    builder = account.build("nat_gateway")
    ec2 = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    ec2.nat_gateways[builder.ids["carbuyer-nat-gateway"]].state = "failed"
    account.refuse("ec2:DeleteNatGateway", "InvalidParameter", holding="nat-")
    began = account.sandbox.clock.now()
    account.take_down(KIND)
    assert set(states(account).values()) == {"failed"}
    assert account.sandbox.clock.now() - began < 60
    assert account.find(KIND) == []


def test_bystanders(account: Account) -> None:
    """Another VPC's gateway stays, and nothing is written down of it."""
    builder = account.build("nat_gateway")
    network.vpc(builder, "other")
    other = network.nat_gateway(builder, "mycarbuyer-nat", "other")
    taken = account.take_down(KIND)
    assert states(account)[other] == "available"
    assert list(taken.left_alone) == [other]
    assert builder.ids["mycarbuyer-nat address"] not in remembered(account)


def test_shared_vpc(account: Account) -> None:
    """While somebody else's instance is in the VPC, only what bears our name goes."""
    builder = account.build("nat_gateway", "instance")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private2")
    subnet = builder.ids["carbuyer-fcj-public1"]
    unnamed = account.client("ec2").create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]
    with pytest.raises(Blocked, match=foreign):
        account.take_down(KIND)
    assert states(account)[unnamed["NatGatewayId"]] == "available"
    assert states(account)[builder.ids["carbuyer-nat-gateway"]] == "deleted"
