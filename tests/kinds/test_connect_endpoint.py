"""EC2 Instance Connect endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import network_interface
from carbuyer_cleanup.kinds.connect_endpoint import KIND
from strict_moto.builder import spec
from strict_moto.rules import RULES
from strict_moto.world import Rule

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account


def create(account: Account, subnet: str, name: str = "") -> str:
    """Make one, which takes AWS two minutes, and return its id."""
    tags = {"TagSpecifications": spec("instance-connect-endpoint", name)} if name else {}
    made = account.client("ec2").create_instance_connect_endpoint(SubnetId=subnet, **tags)
    return str(made["InstanceConnectEndpoint"]["InstanceConnectEndpointId"])


def there(account: Account) -> list[str]:
    """Return the ids of those that there are."""
    listed = account.client("ec2").describe_instance_connect_endpoints()["InstanceConnectEndpoints"]
    return [endpoint["InstanceConnectEndpointId"] for endpoint in listed]


def test_in_the_vpc(account: Account) -> None:
    """One in the workshop's VPC goes, and with it its network interface; others stay."""
    builder = account.build("vpc")
    other = account.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    elsewhere = account.client("ec2").create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    create(account, builder.ids["carbuyer-fcj-private1"])
    kept = create(account, elsewhere)
    account.wait(300)
    account.take_down(KIND)
    assert there(account) == [kept]
    assert account.calls("ec2:DeleteInstanceConnectEndpoint") == 1


def test_by_name(account: Account) -> None:
    """One of the prefix goes wherever it stands."""
    subnet = account.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    create(account, subnet, "carbuyer-eice")
    account.wait(300)
    account.take_down(KIND)
    assert there(account) == []


def test_still_being_made(account: Account) -> None:
    """AWS deletes none before it is complete: that is waited for."""
    create(account, account.build("vpc").ids["carbuyer-fcj-private1"])
    account.take_down(KIND)
    assert there(account) == []
    assert account.calls("ec2:DeleteInstanceConnectEndpoint") == 1


@pytest.mark.exhaustive
def test_of_another_name(account: Account) -> None:
    """One in the workshop's VPC that somebody has given a name of his own is doubtful, and stays."""
    kept = create(account, account.build("vpc").ids["carbuyer-fcj-private1"], "my-way-in")
    account.wait(300)
    taken = account.take_down(KIND)
    assert there(account) == [kept]
    assert list(taken.doubtful) == [kept]


@pytest.mark.parametrize("kind", [KIND, network_interface.KIND])
def test_not_offered(account: Account, kind: Kind) -> None:
    """Where EC2 has no such action, nothing of it can stand in the way, and everything else goes."""
    builder = account.build("vpc")
    call, message = "ec2:DescribeInstanceConnectEndpoints", "The action is not valid for this web service."
    account.sandbox.use((*RULES, Rule(call, lambda _world, _request: True, "InvalidAction", message, "a test's")))
    account.client("ec2").create_network_interface(SubnetId=builder.ids["carbuyer-fcj-private1"])
    account.take_down(kind)
    assert account.calls(call) >= 1


def test_denied(account: Account) -> None:
    """Who may not look learns it: that AWS has no such thing is another answer."""
    account.deny("ec2:DescribeInstanceConnectEndpoints")

    with pytest.raises(AwsError, match="ec2:DescribeInstanceConnectEndpoints"):
        account.find(KIND)
