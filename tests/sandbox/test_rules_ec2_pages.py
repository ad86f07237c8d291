"""EC2 in the sandbox: pages, of each call that has them; each rule, seen with plain boto3."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.config import Config

from strict_moto.rules.ec2_describe import WITHOUT_IDS
from strict_moto.rules.ec2_listings import LISTINGS, Listing
from tests.choice import one_in
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3

    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

PAGED = {listing.operation: listing for listing in LISTINGS if listing.most}


def _describe(network: Network, listing: Listing, **params: Any) -> Any:
    return getattr(network.ec2, xform_name(listing.operation))(**params)


# How to make one more of what each call lists; the number tells it from the others
MAKERS: dict[str, Callable[[Network, int], Any]] = {
    "DescribeEgressOnlyInternetGateways": lambda of, _: of.ec2.create_egress_only_internet_gateway(VpcId=of.vpc),
    "DescribeInstanceStatus": lambda of, _: of.launch(),
    "DescribeInstances": lambda of, _: of.launch(),
    "DescribeInternetGateways": lambda of, _: of.ec2.create_internet_gateway(),
    "DescribeNatGateways": lambda of, _: of.nat_gateway(),
    "DescribeNetworkAcls": lambda of, _: of.ec2.create_network_acl(VpcId=of.vpc),
    "DescribeNetworkInterfaces": lambda of, _: of.ec2.create_network_interface(SubnetId=of.subnets[0]),
    "DescribeRouteTables": lambda of, _: of.ec2.create_route_table(VpcId=of.vpc),
    "DescribeSecurityGroupRules": lambda of, number: of.group(f"carbuyer-{number}-sg"),
    "DescribeSecurityGroups": lambda of, number: of.group(f"carbuyer-{number}-sg"),
    "DescribeSubnets": lambda of, number: of.ec2.create_subnet(VpcId=of.vpc, CidrBlock=f"10.0.{number + 9}.0/24"),
    "DescribeTags": lambda of, number: of.ec2.create_tags(Resources=[of.vpc], Tags=[{"Key": str(number), "Value": ""}]),
    "DescribeVolumes": lambda of, _: of.ec2.create_volume(Size=8, AvailabilityZone="ap-southeast-1a"),
    "DescribeVpcEndpoints": lambda of, _: of.ec2.create_vpc_endpoint(
        VpcId=of.vpc, ServiceName="com.amazonaws.ap-southeast-1.s3"
    ),
    "DescribeVpcPeeringConnections": lambda of, _: of.ec2.create_vpc_peering_connection(VpcId=of.vpc, PeerVpcId=of.vpc),
    "DescribeVpcs": lambda of, _: of.ec2.create_vpc(CidrBlock="10.0.0.0/16"),
}


@pytest.mark.parametrize("operation", one_in(5, PAGED))
def test_pages(network: Network, operation: str) -> None:
    """A list comes in pages of the size asked for, and all of it comes, once: also two tags of one resource."""
    for number in range(6):
        MAKERS[operation](network, number)
    items, client = PAGED[operation].items, network.ec2
    everything = getattr(client, xform_name(operation))()[items]
    turned = client.get_paginator(xform_name(operation)).paginate(PaginationConfig={"PageSize": 5})
    pages = [page[items] for page in turned]
    assert [len(page) for page in pages[:-1]] == [5] * ((len(everything) - 1) // 5)
    assert len(everything) > 5
    assert sorted(map(str, everything)) == sorted(str(item) for page in pages for item in page)


def test_deleted_between_pages(network: Network, sandbox: Sandbox) -> None:
    """What is deleted between two pages loses no others."""
    groups = sorted(network.group(f"carbuyer-{number}-sg") for number in range(9))
    inside = [{"Name": "group-name", "Values": ["carbuyer-*"]}]
    first = network.ec2.describe_security_groups(Filters=inside, MaxResults=5)
    network.ec2.delete_security_group(GroupId=groups[4])
    sandbox.clock.advance(3)
    second = network.ec2.describe_security_groups(Filters=inside, MaxResults=5, NextToken=first["NextToken"])
    assert [group["GroupId"] for group in second["SecurityGroups"]] == groups[5:]


@pytest.mark.exhaustive
def test_page_sizes(network: Network, session: boto3.Session) -> None:
    """A page that AWS would not make is refused, or where it says so cut."""
    network.ec2 = session.client("ec2", config=Config(parameter_validation=False))
    for listing in PAGED.values():
        with refused("InvalidParameterValue", "Value ( 4 ) for parameter maxResults is invalid."):
            _describe(network, listing, MaxResults=4)
        _describe(network, listing, MaxResults=listing.most)
        too_many = nullcontext() if listing.capped else refused("InvalidParameterValue", "maxResults")
        with too_many:
            _describe(network, listing, MaxResults=listing.most + 1)


@pytest.mark.parametrize("operation", one_in(5, sorted(WITHOUT_IDS)))
def test_ids_and_page_size(network: Network, operation: str) -> None:
    """Where AWS says so, what is asked for by id comes in one page."""
    listing = next(one for one in LISTINGS if one.operation == operation)
    with refused("InvalidParameterCombination"):
        _describe(network, listing, MaxResults=5, **{listing.ids: ["i-00000000000000001"]})
