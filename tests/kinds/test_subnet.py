"""Subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.subnet import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import named

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def subnets(account: Account, vpc: str) -> set[str]:
    """Return the ids of a VPC's subnets."""
    described = account.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return {subnet["SubnetId"] for subnet in described}


def test_estate(account: Account) -> None:
    """The four subnets go, also one that has lost its name."""
    builder = account.build("vpc")
    account.client("ec2").delete_tags(Resources=[builder.ids["carbuyer-fcj-public1"]], Tags=[{"Key": "Name"}])
    account.take_down(KIND)
    assert subnets(account, builder.ids["carbuyer-fcj-vpc"]) == set()


def test_bystanders(account: Account) -> None:
    """Subnets of other VPCs stay, but for one of our name."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    before = subnets(account, builder.ids["other-vpc"])
    ec2 = account.client("ec2")
    ec2.create_tags(Resources=[builder.ids["other-public1"]], Tags=named("carbuyer-x"))
    ec2.create_tags(Resources=[builder.ids["other-public2"]], Tags=named("mycarbuyer-x"))
    account.take_down(KIND)
    assert subnets(account, builder.ids["other-vpc"]) == before - {builder.ids["other-public1"]}


def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in one of them all stay, and the error names it."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=rf"EC2 instance other \({foreign}\) of account {account.aws.account}"):
        account.take_down(KIND)
    assert len(subnets(account, builder.ids["carbuyer-fcj-vpc"])) == 4


def test_two_vpcs_of_the_name(account: Account) -> None:
    """Of two VPCs of ours, one that somebody else uses does not keep the other one's subnets."""
    builder = account.build("security_group", "role", "key_pair")
    network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    network.vpc(builder, "carbuyer-second")
    with pytest.raises(Blocked):
        account.take_down(KIND)
    assert subnets(account, builder.ids["carbuyer-second-vpc"]) == set()
    assert len(subnets(account, builder.ids["carbuyer-fcj-vpc"])) == 4


def test_ours_still_there(account: Account) -> None:
    """While something of ours is in them they are waited for; at the deadline the error names it."""
    builder = account.build("instance")
    with pytest.raises(Overdue, match=builder.ids["carbuyer-admin-service"]):
        account.take_down(KIND, wait_for=60)
