"""Route tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import nat_gateway, subnet
from carbuyer_cleanup.kinds.route_table import KIND
from strict_moto import estate_network as network
from strict_moto.builder import named

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def tables(account: Account, vpc: str) -> list[dict[str, Any]]:
    """Return a VPC's route tables."""
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    described: list[dict[str, Any]] = account.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    return described


def only_the_main_one(account: Account, vpc: str) -> bool:
    """Return whether a VPC has only the route table that it was made with."""
    return [[a["Main"] for a in table["Associations"]] for table in tables(account, vpc)] == [[True]]


def test_estate(account: Account) -> None:
    """All but the main one go, also with a route into nothing where the NAT gateway was."""
    builder = account.build("nat_gateway")
    account.take_down_each(nat_gateway.KIND, subnet.KIND, KIND)
    assert only_the_main_one(account, builder.ids["carbuyer-fcj-vpc"])


def test_still_associated(account: Account) -> None:
    """Tables that subnets still use are taken off them."""
    builder = account.build("vpc")
    account.take_down(KIND)
    assert only_the_main_one(account, builder.ids["carbuyer-fcj-vpc"])


def test_bystanders(account: Account) -> None:
    """Other VPCs' tables stay; so does one of our name that their subnets use, and the error names the subnet."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    account.client("ec2").create_tags(Resources=[builder.ids["other-rtb-public"]], Tags=named("carbuyer-x"))
    with pytest.raises(Blocked, match=builder.ids["other-public1"]):
        account.take_down(KIND)
    assert len(tables(account, builder.ids["other-vpc"])) == 4
    assert account.calls("ec2:DisassociateRouteTable") == 4  # those of our own VPC


def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in the VPC its routes stay."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=foreign):
        account.take_down(KIND)
    assert account.calls("ec2:DisassociateRouteTable") == 0
