"""EC2 and Elastic Load Balancing in the sandbox: a perfect teardown leaves nothing, not even phantoms of moto's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name

from strict_moto.rules.ec2_listings import LISTINGS

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network


@pytest.fixture
def before(session: boto3.Session) -> dict[str, Any]:
    """What there is in an account where nobody has been."""
    return _inventory(session)


def _inventory(session: boto3.Session) -> dict[str, Any]:
    ec2, elb = session.client("ec2"), session.client("elbv2")
    found = {one.operation: getattr(ec2, xform_name(one.operation))()[one.items] for one in LISTINGS}
    return {
        **found,
        "DescribeLoadBalancers": elb.describe_load_balancers()["LoadBalancers"],
        "DescribeTargetGroups": elb.describe_target_groups()["TargetGroups"],
    }


def _build(network: Network, session: boto3.Session) -> dict[str, Any]:
    """Put one of everything into the VPC, each with a tag; return the ids by what they are."""
    ec2, nat_gateway = network.ec2, network.nat_gateway()
    table = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat_gateway[0])
    for subnet in network.subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = network.group("carbuyer-alb-sg")
    services = {"VpcId": network.vpc, "ServiceName": "com.amazonaws.ap-southeast-1.s3"}
    gateway = ec2.create_vpc_endpoint(**services, RouteTableIds=[table])["VpcEndpoint"]["VpcEndpointId"]
    interface = ec2.create_vpc_endpoint(
        **services, VpcEndpointType="Interface", SubnetIds=network.subnets, SecurityGroupIds=[group]
    )["VpcEndpoint"]["VpcEndpointId"]
    made = {
        "instance": network.launch(SecurityGroupIds=[group]),
        "nat": nat_gateway[0],
        "address": nat_gateway[1],
        "endpoints": [gateway, interface],
        "table": table,
        "group": group,
        "acl": ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"],
        "key": ec2.create_key_pair(KeyName="carbuyer-keypair", KeyType="ed25519")["KeyPairId"],
        "volume": ec2.create_volume(AvailabilityZone="ap-southeast-1a", Size=1)["VolumeId"],
        **_balance(network, session, group),
    }
    ids = {id_ for value in made.values() for id_ in ([value] if isinstance(value, str) else value)}
    interfaces = {one["NetworkInterfaceId"] for one in network.interfaces()}
    tagged = {*(id_ for id_ in ids if not id_.startswith("arn:")), *interfaces, *network.subnets, network.vpc}
    ec2.create_tags(Resources=sorted({*tagged, network.gateway}), Tags=[{"Key": "Name", "Value": "carbuyer-x"}])
    return made


def _balance(network: Network, session: boto3.Session, group: str) -> dict[str, str]:
    elb = session.client("elbv2")
    port = {"Protocol": "HTTP", "Port": 80}
    target = elb.create_target_group(Name="carbuyer-tg", VpcId=network.vpc, **port)["TargetGroups"][0]["TargetGroupArn"]
    balancer = elb.create_load_balancer(Name="carbuyer-alb", Subnets=network.subnets, SecurityGroups=[group])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    to_target = [{"Type": "forward", "TargetGroupArn": target}]
    elb.create_listener(LoadBalancerArn=arn, DefaultActions=to_target, **port)
    return {"balancer": arn, "target": target}


def _tear_down(network: Network, session: boto3.Session, made: dict[str, Any], sandbox: Sandbox) -> None:
    """Delete it all in the right order, waiting as long as it takes."""
    ec2, elb = network.ec2, session.client("elbv2")
    elb.delete_load_balancer(LoadBalancerArn=made["balancer"])
    ec2.terminate_instances(InstanceIds=[made["instance"]])
    ec2.delete_nat_gateway(NatGatewayId=made["nat"])
    ec2.delete_vpc_endpoints(VpcEndpointIds=made["endpoints"])
    ec2.delete_key_pair(KeyPairId=made["key"])
    ec2.delete_volume(VolumeId=made["volume"])
    sandbox.clock.advance(120)
    elb.delete_target_group(TargetGroupArn=made["target"])
    ec2.release_address(AllocationId=made["address"])
    ec2.delete_security_group(GroupId=made["group"])
    ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    ec2.delete_internet_gateway(InternetGatewayId=network.gateway)
    for subnet in network.subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_route_table(RouteTableId=made["table"])
    ec2.delete_network_acl(NetworkAclId=made["acl"])
    ec2.delete_vpc(VpcId=network.vpc)


def test_nothing_is_left(before: dict[str, Any], network: Network, session: boto3.Session, sandbox: Sandbox) -> None:
    """An hour after a perfect teardown the account is exactly as it was before."""
    _tear_down(network, session, _build(network, session), sandbox)
    sandbox.clock.advance(3600)
    assert _inventory(session) == before
    assert sandbox.defects == []
