"""What the audit waits for, and how often it looks before it believes a list."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.verdict import Verdict
from tests.audit.accounts_audited import REGION

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account


def named(kind: str, name: str) -> list[dict[str, Any]]:
    """Return what EC2 takes to give a new ``kind`` a Name tag."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def test_distribution_deleted_a_moment_ago(account: Account) -> None:
    """CloudFront still lists it and knows no tags of it any more; a moment later it isn't there."""
    account.only("CloudFront distribution")
    account.build("distribution")
    front = account.client("cloudfront")
    (listed,) = front.list_distributions()["DistributionList"]["Items"]
    config = front.get_distribution_config(Id=listed["Id"])["DistributionConfig"] | {"Enabled": False}
    changed = front.update_distribution(Id=listed["Id"], IfMatch=listed["ETag"], DistributionConfig=config)
    account.sandbox.clock.advance(600)
    front.delete_distribution(Id=listed["Id"], IfMatch=changed["ETag"])

    result = account.sweep()

    assert (result.leftovers, result.unseen) == ([], [])
    asked = [entry.error for entry in account.sandbox.log if entry.call == "cloudfront:ListTagsForResource"]
    assert set(asked) == {"NoSuchResource"}


def test_address_of_aws(account: Account) -> None:
    """One that AWS kept for a NAT gateway of the whole Region is nobody's to release: the audit waits until it goes."""
    account.only("Elastic IP")
    ec2 = account.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    nat = ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=vpc)["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=nat)
    account.sandbox.clock.advance(100)

    assert account.sweep().verdict is Verdict.CLEAN


def test_address_that_aws_keeps(account: Account) -> None:
    """If it stays too long for that, nobody can say CLEAN, and the service is named."""
    account.only("Elastic IP")
    account.client("ec2").allocate_address(Domain="vpc")
    account.sandbox.world.backend("ec2", account.aws.account, REGION).addresses[0].service_managed = "rnat"

    result = account.sweep()

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert ["(rnat)" in found.why for found in result.in_between] == [True]


def test_leaving_is_waited_for(account: Account) -> None:
    """What is shutting down is neither gone nor left: the audit waits until it is gone."""
    account.only("EC2 instance")
    account.build("instance")
    ec2 = account.client("ec2")
    ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    ec2.terminate_instances(InstanceIds=ids)
    started = account.sandbox.clock.now()

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert account.sandbox.clock.now() - started >= account.sandbox.quirks.instance_shutting_down


def test_leaving_for_ever_is_told(account: Account) -> None:
    """What is still on its way out when patience ends is told as that, and the account is not CLEAN."""
    account.only("secret")
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="carbuyer-s", SecretString="s")
    secrets.delete_secret(SecretId="carbuyer-s", RecoveryWindowInDays=7)
    started = account.sandbox.clock.now()

    result = account.sweep()

    assert [(found.name, found.state) for found in result.in_between] == [("carbuyer-s", "pending deletion")]
    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert account.sandbox.clock.now() - started < 60  # it goes in days: waiting would be in vain


def test_leftover_needs_two_looks(account: Account) -> None:
    """What AWS's list still shows for a while after it was deleted is not left."""
    account.only("IAM user")
    iam = account.client("iam")
    iam.create_user(UserName="carbuyer-u")
    account.sandbox.clock.advance(60)
    iam.delete_user(UserName="carbuyer-u")

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN


@pytest.mark.parametrize("hidden_first", [True, False])
def test_flickering_list(account: Account, *, hidden_first: bool) -> None:
    """What a list shows at every second look only is there: two looks must agree before it counts as gone."""
    account.only("network interface")
    ec2 = account.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet, TagSpecifications=named("network-interface", "carbuyer-eni"))
    looks = itertools.count()
    honest = account.aws.ask_patiently

    async def flickering(operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await honest(operation, region, params)
        hidden = operation == "ec2:DescribeNetworkInterfaces" and next(looks) % 2 != hidden_first
        return answer | {"NetworkInterfaces": []} if hidden else answer

    account.patch.setattr(account.aws, "ask_patiently", flickering)

    assert [found.name for found in account.sweep(["ap-southeast-1"]).leftovers] == ["carbuyer-eni"]


def test_stale_tag_is_not_left(account: Account) -> None:
    """The tagging API goes on listing what is deleted; the owning service knows better."""
    account.sandbox.quirks.__dict__["tag_index_lag"] = 10_000
    account.only("VPC", "tagged resource")
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=named("vpc", "carbuyer-v"))["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)

    assert account.sweep().leftovers == []
