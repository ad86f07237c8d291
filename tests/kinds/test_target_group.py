"""Target groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import load_balancer, vpc
from carbuyer_cleanup.kinds.target_group import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def groups(account: Account) -> list[str]:
    """Return the names of the target groups that there are."""
    return [group["TargetGroupName"] for group in account.client("elbv2").describe_target_groups()["TargetGroups"]]


def test_estate(account: Account) -> None:
    """Both go once the load balancer is gone, though they read as in use for a while."""
    account.build("load_balancer", "instance")
    account.take_down_each(load_balancer.KIND, KIND)
    assert groups(account) == []


def test_bystanders(account: Account) -> None:
    """Target groups of other names stay."""
    builder = account.build("vpc")
    for name in ("mycarbuyer-x", "carbuyers-x", "carbuyer-x", "other"):
        network.target_group(builder, name, 80, "")
    account.take_down(KIND)
    assert sorted(groups(account)) == ["carbuyers-x", "mycarbuyer-x", "other"]


def test_of_a_vpc_that_is_gone(account: Account) -> None:
    """One of another name in our VPC outlives it, and stays in doubt: the journal knows where it stood."""
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "carbuyer-fcj-vpc"}]}]
    made = account.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    account.client("elbv2").create_target_group(Name="homework", Protocol="HTTP", Port=80, VpcId=made)
    account.take_down(vpc.KIND)

    found = account.find(KIND)

    assert [(one.name, one.doubtful) for one in found] == [("homework", True)]
    assert "it was in the VPC carbuyer-fcj-vpc" in found[0].why


def test_used_by_another_load_balancer(account: Account) -> None:
    """One that somebody else's load balancer forwards to stays, and the error names that one."""
    builder = account.build("target_group", "security_group")
    elb: Any = account.client("elbv2")
    subnets = [builder.ids["carbuyer-fcj-public1"], builder.ids["carbuyer-fcj-public2"]]
    other = elb.create_load_balancer(Name="other", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": builder.ids["carbuyer-customer-tg"]}]
    elb.create_listener(LoadBalancerArn=other, Protocol="HTTP", Port=80, DefaultActions=forward)
    with pytest.raises(Blocked, match="loadbalancer/app/other/"):
        account.take_down(KIND)
    assert groups(account) == ["carbuyer-customer-tg"]


def test_held_by_our_own_load_balancer(account: Account) -> None:
    """While our own load balancer forwards to them they are waited for; the error names it at the deadline."""
    account.build("load_balancer")
    with pytest.raises(Overdue, match=r"Held by: arn:.*loadbalancer/app/carbuyer-alb/"):
        account.take_down(KIND, wait_for=60)
    assert groups(account) != []
