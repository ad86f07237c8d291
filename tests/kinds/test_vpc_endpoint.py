"""VPC endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.vpc_endpoint import INTERFACE, KIND
from strict_moto import estate_network as network
from strict_moto.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from strict_moto.builder import Builder
    from tests.kinds.accounts import Account

DELETE = "ec2:DeleteVpcEndpoints"


def endpoints(account: Account) -> set[str]:
    """Return the ids of the endpoints that are not deleted."""
    described = account.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    return {endpoint["VpcEndpointId"] for endpoint in described if endpoint["State"] != "deleted"}


def interface(account: Account, builder: Builder, name: str = "carbuyer-fcj") -> str:
    """Make an interface endpoint without a name in a VPC."""
    made = account.client("ec2").create_vpc_endpoint(
        VpcId=builder.ids[f"{name}-vpc"],
        ServiceName=f"com.amazonaws.{builder.region}.sqs",
        VpcEndpointType="Interface",
        SubnetIds=[builder.ids[f"{name}-private1"]],
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def test_estate(account: Account) -> None:
    """Both gateway endpoints go with one call, and their routes with them."""
    account.build("vpc_endpoint")
    account.take_down(KIND)
    assert endpoints(account) == set()
    assert account.calls(DELETE) == 1
    tables = account.client("ec2").describe_route_tables()["RouteTables"]
    assert [route for table in tables for route in table["Routes"] if "DestinationPrefixListId" in route] == []


def test_interface_endpoints_go_with_the_groups(account: Account) -> None:
    """Step 11 deletes the endpoints that have network interfaces, and waits until those are gone."""
    builder = account.build("vpc_endpoint")
    made, gateways = interface(account, builder), endpoints(account)
    account.take_down(INTERFACE)
    assert endpoints(account) == gateways - {made}
    interfaces = account.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    assert [eni for eni in interfaces if eni["VpcId"] == builder.ids["carbuyer-fcj-vpc"]] == []


def test_deleting_is_waited_for(account: Account) -> None:
    """An endpoint that somebody has begun to delete is not deleted again."""
    builder = account.build("vpc")
    made = interface(account, builder)
    account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made])
    assert made in endpoints(account)
    account.take_down(INTERFACE)
    assert made not in endpoints(account)
    assert account.calls(DELETE) == 1


def test_bystanders(account: Account) -> None:
    """Endpoints of another VPC stay, also interface endpoints."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    left = {builder.ids["other-vpce-s3"], interface(account, builder, "other")}
    left.add(network.endpoint(builder, "mycarbuyer-x", "dynamodb", ["other-rtb-public"], "other"))
    account.take_down_each(INTERFACE, KIND)
    assert endpoints(account) == left


def test_refused_within_the_answer(account: Account) -> None:
    """One that AWS refuses inside an answer of 200 is an error, and the other goes all the same."""
    builder = account.build("vpc_endpoint")
    managed = builder.ids["carbuyer-dynamodb-endpoint"]
    ec2 = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    ec2.vpc_end_points[managed].requester_managed = True
    with pytest.raises(AwsError, match=r"requester-managed.*InvalidParameter"):
        account.take_down(KIND)
    assert endpoints(account) == {managed}


def test_gone_meanwhile(account: Account) -> None:
    """One that is gone when AWS is asked to delete it is gone, though it was listed a moment ago."""
    builder = account.build("vpc")
    third = Fault(FaultKind.STALE, at=2, calls="ec2:DescribeVpcEndpoints")
    account.sandbox.faults = Faults((third,))
    assert len(account.find(KIND)) == 1
    account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[builder.ids["carbuyer-fcj-vpce-s3"]])
    account.wait(60)
    account.take_down(KIND)
    assert account.calls(DELETE) == 2
    assert endpoints(account) == set()
