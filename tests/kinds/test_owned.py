"""Answers that tell of another account's things where ours must be: everything stops, whatever kind of thing it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.aws.identity import Whoami, another_account
from carbuyer_cleanup.errors import AwsError, Trouble
from carbuyer_cleanup.kinds import (
    bucket,
    connect_endpoint,
    disk_copy,
    distribution,
    elastic_ip,
    function,
    instance,
    instance_profile,
    internet_gateway,
    load_balancer,
    log_group,
    network_interface,
    role,
    route_table,
    security_group,
    subnet,
    table,
    target_group,
    user,
    vpc,
    vpc_endpoint,
)
from carbuyer_cleanup.teardown.deletion import Deletion
from strict_moto.builder import spec
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account

OTHER = "999988887777"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

# Whatever lists nothing but an account's own: each kind, what of the workshop is there, and the call that tells.
OWN = {
    "instance": (instance.KIND, "instance", "ec2:DescribeInstances"),
    "load_balancer": (load_balancer.KIND, "load_balancer", "elbv2:DescribeLoadBalancers"),
    "target_group": (target_group.KIND, "target_group", "elbv2:DescribeTargetGroups"),
    "function": (function.KIND, "function", "lambda:ListFunctions"),
    "table": (table.KIND, "table", "dynamodb:DescribeTable"),
    "distribution": (distribution.KIND, "distribution", "cloudfront:ListDistributions"),
    "role": (role.KIND, "role", "iam:GetAccountAuthorizationDetails"),
    "instance_profile": (instance_profile.KIND, "role", "iam:ListInstanceProfiles"),
    "user": (user.KIND, "user", "iam:ListUsers"),
}
# Whatever also lists what others share: there what was once this account's must stay so.
MIXED = {
    "vpc": (vpc.KIND, "vpc", "ec2:DescribeVpcs"),
    "subnet": (subnet.KIND, "vpc", "ec2:DescribeSubnets"),
    "route_table": (route_table.KIND, "vpc", "ec2:DescribeRouteTables"),
    "internet_gateway": (internet_gateway.KIND, "vpc", "ec2:DescribeInternetGateways"),
    "security_group": (security_group.KIND, "security_group", "ec2:DescribeSecurityGroups"),
    "security_group_inside": (security_group.INSIDE, "security_group", "ec2:DescribeSecurityGroups"),
    "vpc_endpoint": (vpc_endpoint.KIND, "vpc_endpoint", "ec2:DescribeVpcEndpoints"),
    "network_interface": (network_interface.KIND, "instance", "ec2:DescribeNetworkInterfaces"),
    "elastic_ip": (elastic_ip.KIND, "nat_gateway", "ec2:DescribeAddresses"),
}


def as_of(account: str, told: Any, other: str) -> Any:
    """Return an answer that speaks of another account."""
    if isinstance(told, dict):
        return {key: as_of(account, value, other) for key, value in told.items()}
    if isinstance(told, list):
        return [as_of(account, one, other) for one in told]
    return told.replace(account, other) if isinstance(told, str) else told


def mix_up(account: Account, call: str) -> None:
    """Let the answers to a call be about another account from now on."""
    mixed = After(call, lambda _world, _request, answer: as_of(account.aws.account, answer, OTHER), "a test's own")
    account.sandbox.use((mixed, *RULES))
    account.aws.forget_answers(account.sandbox.clock.now())


def assert_stops(account: Account, kind: Kind) -> None:
    """Assert that nothing is deleted, that it is told whose it is, and that nothing more is sent."""
    before = account.writes()
    with pytest.raises(AwsError, match=f"as account {OTHER}'s, not as {account.aws.account}'s") as refused:
        account.take_down(kind)
    assert refused.value.trouble is Trouble.OTHER_ACCOUNT
    assert account.aws.is_elsewhere
    assert account.writes() == before


@pytest.mark.parametrize("name", one_in(3, OWN))
def test_at_first_sight(account: Account, name: str) -> None:
    """What AWS lists of the account's own is of no other."""
    kind, part, call = OWN[name]
    account.build(part)
    mix_up(account, call)

    assert_stops(account, kind)


@pytest.mark.parametrize("name", one_in(3, MIXED))
def test_owner_that_changes(account: Account, name: str) -> None:
    """What was this account's a moment ago isn't somebody else's now, nor is it gone."""
    kind, part, call = MIXED[name]
    account.build(part)
    assert [one for one in account.find(kind) if one.ours] != []
    mix_up(account, call)

    assert_stops(account, kind)


def test_strangers_things_of_another_account(account: Account) -> None:
    """In a list of the account's own things there is nothing of another account, not even a stranger's."""
    account.client("iam").create_role(RoleName="somebodys", AssumeRolePolicyDocument="{}")
    mix_up(account, "iam:GetAccountAuthorizationDetails")

    assert_stops(account, role.KIND)


@pytest.mark.parametrize(
    ("kind", "call", "path", "change"),
    [
        (instance.VOLUME, "ec2:DescribeVolumes", "Volumes", {"OwnerId": OTHER}),
        (elastic_ip.KIND, "ec2:DescribeAddresses", "Addresses", {"NetworkInterfaceOwnerId": OTHER}),
    ],
)
def test_what_nobody_shares(account: Account, kind: Kind, call: str, path: str, change: dict[str, str]) -> None:
    """A volume or an address of ours that is told as another account's at first sight, and has no user here."""
    ec2 = account.client("ec2")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    ec2.create_volume(AvailabilityZone=zone, Size=1, TagSpecifications=spec("volume", "carbuyer-data"))
    ec2.allocate_address(TagSpecifications=spec("elastic-ip", "carbuyer-eip"))
    told = After(
        call, lambda _world, _request, answer: answer | {path: [one | change for one in answer[path]]}, "a test's"
    )
    account.sandbox.use((told, *RULES))

    assert_stops(account, kind)


def test_copies_of_disks(account: Account) -> None:
    """They are asked for as the account's own."""
    account.build("instance")
    account.take_down(instance.KIND)
    ec2 = account.client("ec2")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    mix_up(account, "ec2:DescribeSnapshots")

    assert_stops(account, disk_copy.KIND)


def test_log_groups(account: Account) -> None:
    """A log group of another account stops it, too."""
    account.client("logs").create_log_group(logGroupName="/aws/lambda/carbuyer-email-service")
    mix_up(account, "logs:DescribeLogGroups")

    assert_stops(account, log_group.OF_FUNCTION)


def test_list_of_buckets_of_another_account(account: Account) -> None:
    """S3 has a number of its own for an account: it must stay the same."""
    account.build("bucket")
    assert [one for one in account.find(bucket.KIND) if one.ours] != []
    owner = {"Owner": {"ID": CANONICAL}}
    account.sandbox.use((After("s3:ListBuckets", lambda _world, _request, answer: answer | owner, "a test's"), *RULES))
    account.wait(61)

    with pytest.raises(AwsError, match=f"AWS shows the list of S3 buckets as account {CANONICAL}'s"):
        account.take_down(bucket.KIND)
    assert account.aws.is_elsewhere


def test_services_have_words_for_numbers(account: Account) -> None:
    """An address that a load balancer or another service holds for the account stops nothing."""
    account.build("nat_gateway")
    told = {"NetworkInterfaceOwnerId": "amazon-elb"}

    def held(_world: Any, _request: Any, answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"Addresses": [one | told for one in answer["Addresses"]]}

    account.sandbox.use((After("ec2:DescribeAddresses", held, "the sandbox's own load balancers"), *RULES))

    assert [one.ours for one in account.find(elastic_ip.KIND)] == [True]
    assert Deletion(elastic_ip.KIND).found == {}
    assert not account.aws.is_elsewhere


def test_connect_endpoint_of_another_account(account: Account) -> None:
    """One of our name that another account's is told to have made can't be ours to delete."""
    builder = account.build("vpc")
    made = {
        "InstanceConnectEndpointId": "eice-0", "VpcId": builder.ids["carbuyer-fcj-vpc"], "SubnetId": "subnet-0",
        "OwnerId": OTHER, "State": "create-complete", "NetworkInterfaceIds": [],
        "Tags": [{"Key": "Name", "Value": "carbuyer-eice"}],
    }  # fmt: skip
    there = {"InstanceConnectEndpoints": [made]}
    call = "ec2:DescribeInstanceConnectEndpoints"
    account.sandbox.use((After(call, lambda _world, _request, answer: answer | there, "a test's"), *RULES))

    assert_stops(account, connect_endpoint.KIND)


def test_credentials_that_strayed_elsewhere(account: Account) -> None:
    """Another client of the session, KMS's say, may be the first to learn it: nothing is sent from here, either."""
    strayed = another_account(account.aws.account, Whoami(OTHER, f"arn:aws:iam::{OTHER}:user/me"))
    account.aws.pinned = SimpleNamespace(strayed=strayed, callers=set())  # type: ignore[assignment] # stands for it
    before = len(account.sandbox.log)

    with pytest.raises(AwsError, match=f"now belong to account {OTHER}"):
        account.find(vpc.KIND)
    assert account.aws.is_elsewhere
    assert len(account.sandbox.log) == before
