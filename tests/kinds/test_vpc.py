"""VPCs, and taking one apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import (
    internet_gateway,
    network_acl,
    network_interface,
    route_table,
    security_group,
    subnet,
    vpc_endpoint,
)
from carbuyer_cleanup.kinds.vpc import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import named, spec
from strict_moto.rules import RULES
from strict_moto.states_beside import nat_regional
from strict_moto.world import After

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kinds.accounts import Account

OTHER = "444455556666"
INSIDE = (
    vpc_endpoint.KIND,
    network_interface.KIND,
    internet_gateway.KIND,
    subnet.KIND,
    route_table.KIND,
    network_acl.KIND,
    security_group.INSIDE,
)


def vpcs(account: Account) -> set[str]:
    """Return the ids of the VPCs that there are."""
    return {vpc["VpcId"] for vpc in account.client("ec2").describe_vpcs()["Vpcs"]}


def create(account: Account, name: str) -> str:
    """Make an empty VPC."""
    made = account.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=spec("vpc", name))
    return str(made["Vpc"]["VpcId"])


def test_all_that_the_console_deletes(account: Account) -> None:
    """What is inside goes first, the VPC last, and nothing of either is left."""
    before = vpcs(account)
    account.build("vpc", "vpc_endpoint", "security_group")
    account.take_down_each(*INSIDE, KIND)
    assert vpcs(account) == before


def test_groups_are_listed_seldom(account: Account) -> None:
    """If the account has another VPC, looks list the groups once a minute; anew as soon as one was deleted."""
    account.build("security_group")
    create(account, "other")
    call = "ec2:DescribeSecurityGroups"
    before = account.calls(call)
    for _ in range(3):
        account.find(KIND)
        account.wait(5)
    assert account.calls(call) == before + 1

    account.wait(60)
    account.find(KIND)
    assert account.calls(call) == before + 2

    account.take_down(security_group.KIND)
    before = account.calls(call)
    account.wait(5)
    account.find(KIND)
    assert account.calls(call) == before + 1


def test_two_of_the_name(account: Account) -> None:
    """Both go."""
    before = vpcs(account)
    for _ in range(2):
        create(account, "carbuyer-fcj-vpc")
    account.take_down(KIND)
    assert vpcs(account) == before


def test_bystanders(account: Account) -> None:
    """Other VPCs stay, and the default one whatever its tag says."""
    ec2 = account.client("ec2")
    (default,) = vpcs(account)
    ec2.create_tags(Resources=[default], Tags=named("carbuyer-fcj-vpc"))
    left = {default, create(account, "mycarbuyer-x"), create(account, "carbuyers-x"), create(account, "other")}
    account.take_down_each(*INSIDE)
    taken = account.take_down(KIND)
    assert vpcs(account) == left
    assert taken.left_alone[default].why == "it is the Region's default VPC"
    assert ec2.describe_subnets()["Subnets"]


def test_something_left_inside(account: Account) -> None:
    """While something is left inside it is waited for, and the error at the deadline tells AWS's answer."""
    account.build("vpc")
    with pytest.raises(Overdue, match="DependencyViolation"):
        account.take_down(KIND, wait_for=60)


def test_peering_connection(account: Account) -> None:
    """A VPC that is joined to another one stays, and the error names the connection."""
    ours, other = create(account, "carbuyer-x"), create(account, "other")
    ec2 = account.client("ec2")
    peering = ec2.create_vpc_peering_connection(VpcId=other, PeerVpcId=ours)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    with pytest.raises(Blocked, match=rf"peering connection without a name \({peering['VpcPeeringConnectionId']}\)"):
        account.take_down(KIND)
    assert ours in vpcs(account)


def test_private_gateway(account: Account) -> None:
    """So does one that a virtual private gateway is attached to."""
    ours = create(account, "carbuyer-x")
    ec2 = account.client("ec2")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1", TagSpecifications=spec("vpn-gateway", "office"))["VpnGateway"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway["VpnGatewayId"], VpcId=ours)
    with pytest.raises(Blocked, match=rf"virtual private gateway office \({gateway['VpnGatewayId']}\)"):
        account.take_down(KIND)
    assert ours in vpcs(account)


def test_regional_nat_gateway_of_another_name(account: Account) -> None:
    """So does one with a regional NAT gateway of another name, which has no interface; nobody waits for that."""
    builder = account.build("vpc")
    nat_regional(builder)
    account.client("ec2").create_tags(Resources=[builder.ids["regional"]], Tags=named("homework"))
    with pytest.raises(Blocked, match=rf"NAT gateway homework \({builder.ids['regional']}\)"):
        account.take_down(KIND)
    assert builder.ids["carbuyer-fcj-vpc"] in vpcs(account)


def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in it not one part of it is touched."""
    builder = account.build("vpc", "security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    before = account.writes()
    for kind in (*INSIDE[1:], KIND):
        if any(found.ours for found in account.find(kind)):
            with pytest.raises(Blocked, match=foreign):
                account.take_down(kind)
    assert account.writes() == before


LISTS = {"ec2:DescribeVpcs": "Vpcs", "ec2:DescribeSubnets": "Subnets", "ec2:DescribeSecurityGroups": "SecurityGroups"}


def test_shared_by_another_account(account: Account) -> None:
    """Lists show what others share with the account, whatever they call it: it is theirs."""
    account.build("vpc")
    ec2 = account.client("ec2")
    ec2.create_tags(Resources=[s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]], Tags=named("carbuyer-x"))

    def shared(path: str) -> Callable[..., dict[str, Any]]:
        return lambda _world, _request, answer: answer | {path: [one | {"OwnerId": OTHER} for one in answer[path]]}

    source = "VPC user guide, Share your VPC subnets with other accounts"
    account.sandbox.use((*(After(call, shared(path), source) for call, path in LISTS.items()), *RULES))
    found = [one for kind in (KIND, subnet.KIND, security_group.INSIDE) for one in account.find(kind)]
    assert [one for one in found if one.ours] == []
    assert f"it belongs to account {OTHER}" in {one.why for one in found}
