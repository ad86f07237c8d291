"""A ``Name`` tag is changed with a click: what the workshop's names still point to is doubtful, not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds import elastic_ip, instance, load_balancer, nat_gateway, target_group, vpc
from strict_moto import estate_network as network

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account

HOMEWORK = [{"Key": "Name", "Value": "homework"}]


def rename(account: Account) -> None:
    """Give everything that EC2 has the same name."""
    ec2 = account.client("ec2")
    things = [
        *(one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]),
        *(one["NatGatewayId"] for one in ec2.describe_nat_gateways()["NatGateways"]),
        *(i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]),
    ]
    ec2.create_tags(Resources=things, Tags=HOMEWORK)


@pytest.mark.parametrize("kind", [vpc.KIND, nat_gateway.KIND, elastic_ip.KIND, instance.KIND], ids=lambda k: k.name)
def test_renamed(account: Account, kind: Kind) -> None:
    """A VPC that holds the workshop's groups, and what stands in there, is told with the reason; nothing goes."""
    account.build("instance", "nat_gateway", "security_group")
    account.wait(300)
    rename(account)
    before = account.writes()
    taken = account.take_down(kind)
    assert account.writes() == before
    assert len(taken.doubtful) == (2 if kind is instance.KIND else 1)
    assert not taken.found


def test_group_in_the_default_vpc(account: Account) -> None:
    """The console proposes the default VPC for a new group: it stays the account's own, and foreign."""
    account.client("ec2").create_security_group(GroupName="carbuyer-alb-sg", Description="by the console")
    assert account.find(vpc.KIND) == []


@pytest.mark.parametrize("kind", [load_balancer.KIND, target_group.KIND], ids=lambda k: k.name)
def test_of_another_name_in_our_vpc(account: Account, kind: Kind) -> None:
    """A load balancer or target group of another name inside the workshop's VPC may be the workshop's."""
    builder = account.build("vpc")
    account.client("elbv2").create_load_balancer(
        Name="homework", Subnets=[builder.ids["carbuyer-fcj-public1"], builder.ids["carbuyer-fcj-public2"]]
    )
    network.target_group(builder, "homework", 80, "nobody")
    (found,) = account.find(kind)
    assert found.doubtful
    assert found.why == "it is in the VPC carbuyer-fcj-vpc, but its name is homework"
