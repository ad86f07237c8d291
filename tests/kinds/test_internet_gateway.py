"""Internet gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.kinds.internet_gateway import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import spec

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def gateways(account: Account) -> dict[str, list[str]]:
    """Return the internet gateways that there are, and the VPCs that each is attached to."""
    described = account.client("ec2").describe_internet_gateways()["InternetGateways"]
    return {g["InternetGatewayId"]: [a["VpcId"] for a in g["Attachments"]] for g in described}


def create(account: Account, name: str) -> str:
    """Make an internet gateway."""
    made = account.client("ec2").create_internet_gateway(TagSpecifications=spec("internet-gateway", name))
    return str(made["InternetGateway"]["InternetGatewayId"])


def test_estate(account: Account) -> None:
    """The VPC's gateway is detached and deleted; the default VPC keeps its own."""
    before = gateways(account)
    account.build("vpc")
    account.take_down(KIND)
    assert gateways(account) == before


def test_after_a_run_that_died(account: Account) -> None:
    """One that is detached already is known by its name."""
    before = gateways(account)
    builder = account.build("vpc")
    ids = {"InternetGatewayId": builder.ids["carbuyer-fcj-igw"], "VpcId": builder.ids["carbuyer-fcj-vpc"]}
    account.client("ec2").detach_internet_gateway(**ids)
    account.take_down(KIND)
    assert gateways(account) == before


def test_unnamed_after_a_run_that_died(account: Account) -> None:
    """An unnamed one that is detached already is known from the journal."""
    before = gateways(account)
    builder = account.build("vpc")
    account.client("ec2").delete_tags(Resources=[builder.ids["carbuyer-fcj-igw"]], Tags=[{"Key": "Name"}])
    account.deny("ec2:DeleteInternetGateway", times=1)
    with pytest.raises(AwsError, match="ec2:DeleteInternetGateway"):
        account.take_down(KIND)
    assert gateways(account)[builder.ids["carbuyer-fcj-igw"]] == []
    account.take_down(KIND)
    assert gateways(account) == before


def test_without_a_name(account: Account) -> None:
    """Also an unnamed one goes with the VPC, and an egress-only one."""
    builder = account.build("vpc")
    ec2 = account.client("ec2")
    ec2.delete_tags(Resources=[builder.ids["carbuyer-fcj-igw"]], Tags=[{"Key": "Name"}])
    ec2.create_egress_only_internet_gateway(VpcId=builder.ids["carbuyer-fcj-vpc"])
    account.take_down(KIND)
    assert builder.ids["carbuyer-fcj-igw"] not in gateways(account)
    assert ec2.describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"] == []


def test_attached_to_another_vpc(account: Account) -> None:
    """One of our name that another VPC goes out by is left as it is, and the error names that VPC."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    ours, theirs = create(account, "carbuyer-x"), builder.ids["other-igw"]
    ec2, other = account.client("ec2"), builder.ids["other-vpc"]
    ec2.detach_internet_gateway(InternetGatewayId=theirs, VpcId=other)
    ec2.attach_internet_gateway(InternetGatewayId=ours, VpcId=other)
    with pytest.raises(Blocked, match=f"attached to {other}"):
        account.take_down(KIND)
    assert gateways(account)[ours] == [other]
    assert theirs in gateways(account)


def test_mapped_addresses(account: Account) -> None:
    """While something of ours has a public address the gateway is waited for; the error names what has it."""
    builder = account.build("nat_gateway")
    with pytest.raises(Overdue, match=r"eni-.*mapped public address"):
        account.take_down(KIND, wait_for=60)
    assert gateways(account)[builder.ids["carbuyer-fcj-igw"]] == [builder.ids["carbuyer-fcj-vpc"]]


@pytest.mark.exhaustive
def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in the VPC its way out stays."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=foreign):
        account.take_down(KIND)
    assert gateways(account)[builder.ids["carbuyer-fcj-igw"]] == [builder.ids["carbuyer-fcj-vpc"]]


def test_bystanders(account: Account) -> None:
    """Gateways of other names stay, attached or not."""
    left = {create(account, "mycarbuyer-x"), create(account, "other")}
    account.take_down(KIND)
    assert left <= set(gateways(account))


@pytest.mark.parametrize(("name", "goes"), [("", True), ("prod-gateway", False)])
def test_remembered(account: Account, name: str, *, goes: bool) -> None:
    """One that an earlier run detached goes; if it has got a name since, it is somebody's."""
    id_ = create(account, name)
    if not name:
        account.client("ec2").delete_tags(Resources=[id_], Tags=[{"Key": "Name"}])
    account.aws.journal.remember("internet gateway", account.aws.region, [id_], "it was attached to the VPC")
    account.take_down(KIND)
    assert (id_ not in gateways(account)) is goes
