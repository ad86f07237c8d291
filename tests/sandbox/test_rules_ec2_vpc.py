"""EC2 in the sandbox: a VPC, its parts and its security groups; each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

DEPENDENCIES = "has dependencies and cannot be deleted."


def _bare(network: Network) -> None:
    """Take out of the VPC what it was made with."""
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    for subnet in network.subnets:
        network.ec2.delete_subnet(SubnetId=subnet)


def _public(network: Network, **more: Any) -> str:
    """Launch an instance with a public address."""
    interface = {"DeviceIndex": 0, "SubnetId": network.subnets[0], "AssociatePublicIpAddress": True, **more}
    return network.launch(NetworkInterfaces=[interface])


# --- VPCs ------------------------------------------------------------------------------------------------------


def _subnet(network: Network) -> None:
    network.ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.9.0/24")


def _table(network: Network) -> None:
    network.ec2.create_route_table(VpcId=network.vpc)


def _acl(network: Network) -> None:
    network.ec2.create_network_acl(VpcId=network.vpc)


def _internet_gateway(network: Network) -> None:
    network.ec2.attach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)


def _egress_gateway(network: Network) -> None:
    network.ec2.create_egress_only_internet_gateway(VpcId=network.vpc)


def _vpn_gateway(network: Network) -> None:
    made = network.ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    network.ec2.attach_vpn_gateway(VpnGatewayId=made, VpcId=network.vpc)


def _endpoint(network: Network) -> None:
    network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName="com.amazonaws.ap-southeast-1.s3")


def _peering(network: Network) -> None:
    other = network.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    made = network.ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=other)["VpcPeeringConnection"]
    network.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])


@pytest.mark.parametrize(
    "put_in",
    [
        _subnet,
        _table,
        _acl,
        _internet_gateway,
        _egress_gateway,
        _vpn_gateway,
        _endpoint,
        _peering,
        lambda network: network.group(),
    ],
)
def test_vpc_with_something_in_it(network: Network, put_in: Callable[[Network], Any]) -> None:
    """One single thing in a VPC that AWS did not make with it keeps it from being deleted."""
    _bare(network)
    put_in(network)
    with refused("DependencyViolation", f"The vpc '{network.vpc}' {DEPENDENCIES}"):
        network.ec2.delete_vpc(VpcId=network.vpc)


def test_vpc_with_a_nat_gateway_in_a_lost_subnet(network: Network, sandbox: Sandbox) -> None:
    """A NAT gateway and its interface count for themselves, whatever has become of the subnet."""
    nat, _ = network.nat_gateway()
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    ec2 = sandbox.world.backend("ec2", "111122223333", "ap-southeast-1")
    for zone in ec2.subnets.values():
        for subnet in set(network.subnets) & set(zone):
            del zone[subnet]
    with refused("DependencyViolation"):
        network.ec2.delete_vpc(VpcId=network.vpc)


def test_vpc_takes_along_what_it_was_made_with(network: Network, sandbox: Sandbox) -> None:
    """A VPC goes with its main route table, default network ACL and default group, and is read a moment longer."""
    _bare(network)
    network.ec2.delete_vpc(VpcId=network.vpc)
    assert network.ec2.describe_vpcs(VpcIds=[network.vpc])["Vpcs"]
    with refused("InvalidVpcID.NotFound"):
        network.ec2.delete_vpc(VpcId=network.vpc)
    sandbox.clock.advance(3)
    with refused("InvalidVpcID.NotFound"):
        network.ec2.describe_vpcs(VpcIds=[network.vpc])
    inside = [{"Name": "vpc-id", "Values": [network.vpc]}]
    assert network.ec2.describe_route_tables(Filters=inside)["RouteTables"] == []
    assert network.ec2.describe_network_acls(Filters=inside)["NetworkAcls"] == []
    assert network.ec2.describe_security_groups(Filters=inside)["SecurityGroups"] == []


def test_vpc_and_its_dhcp_options(network: Network) -> None:
    """DHCP options and flow logs: the first outlive the VPC, the second don't."""
    options = [{"Key": "domain-name", "Values": ["carbuyer.example"]}]
    made = network.ec2.create_dhcp_options(DhcpConfigurations=options)["DhcpOptions"]["DhcpOptionsId"]
    network.ec2.associate_dhcp_options(DhcpOptionsId=made, VpcId=network.vpc)
    role = "arn:aws:iam::111122223333:role/flow-logs"
    log = {"LogGroupName": "flow-logs", "DeliverLogsPermissionArn": role, "TrafficType": "ALL"}
    network.ec2.create_flow_logs(ResourceIds=[network.vpc], ResourceType="VPC", **log)
    assert network.ec2.describe_flow_logs()["FlowLogs"]
    _bare(network)
    network.ec2.delete_vpc(VpcId=network.vpc)
    assert network.ec2.describe_flow_logs()["FlowLogs"] == []
    network.ec2.delete_dhcp_options(DhcpOptionsId=made)


# --- Subnets, route tables, network ACLs -----------------------------------------------------------------------


def test_subnet(network: Network, sandbox: Sandbox) -> None:
    """Any interface keeps its subnet; without one it goes, off its route table, and is read a moment longer."""
    table = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    network.ec2.associate_route_table(RouteTableId=table, SubnetId=network.subnets[0])
    made = network.ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]
    with refused("DependencyViolation", f"The subnet '{network.subnets[0]}' {DEPENDENCIES}"):
        network.ec2.delete_subnet(SubnetId=network.subnets[0])
    network.ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    network.ec2.delete_subnet(SubnetId=network.subnets[0])
    network.ec2.delete_route_table(RouteTableId=table)
    assert network.ec2.describe_subnets(SubnetIds=network.subnets[:1])["Subnets"]
    sandbox.clock.advance(3)
    with refused("InvalidSubnetID.NotFound"):
        network.ec2.describe_subnets(SubnetIds=network.subnets[:1])
    with refused("InvalidSubnetID.NotFound"):
        network.ec2.delete_subnet(SubnetId=network.subnets[0])


def test_route_table(network: Network) -> None:
    """A route table stays while a subnet uses it, and the main one always; endpoints don't hold it."""
    made = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    used = network.ec2.associate_route_table(RouteTableId=made, SubnetId=network.subnets[0])["AssociationId"]
    endpoint = {"ServiceName": "com.amazonaws.ap-southeast-1.s3", "RouteTableIds": [made]}
    network.ec2.create_vpc_endpoint(VpcId=network.vpc, **endpoint)
    with refused("DependencyViolation", f"The routeTable '{made}' {DEPENDENCIES}"):
        network.ec2.delete_route_table(RouteTableId=made)
    network.ec2.disassociate_route_table(AssociationId=used)
    network.ec2.delete_route_table(RouteTableId=made)
    assert network.ec2.describe_vpc_endpoints()["VpcEndpoints"][0]["RouteTableIds"] == []
    with refused("InvalidRouteTableID.NotFound"):
        network.ec2.delete_route_table(RouteTableId=made)


def test_main_route_table(network: Network) -> None:
    """The main route table goes with the VPC only, and its association not at all."""
    main = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (table,) = network.ec2.describe_route_tables(Filters=main)["RouteTables"]
    with refused("DependencyViolation"):
        network.ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    with refused("InvalidParameterValue", "main route table"):
        network.ec2.disassociate_route_table(AssociationId=table["Associations"][0]["RouteTableAssociationId"])


def test_blackholes(network: Network, sandbox: Sandbox) -> None:
    """Routes to a NAT gateway or an internet gateway that is gone are blackholes and hold nothing."""
    nat, _ = network.nat_gateway()
    table = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    network.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    network.ec2.create_route(RouteTableId=table, DestinationCidrBlock="8.8.8.0/24", GatewayId=network.gateway)

    def states() -> list[str]:
        (shown,) = network.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return [route["State"] for route in shown["Routes"]]

    assert states() == ["active", "active", "active"]
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    sandbox.clock.advance(90)
    assert states() == ["active", "blackhole", "active"]
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    assert states() == ["active", "blackhole", "blackhole"]
    sandbox.clock.advance(3600)
    assert states() == ["active", "blackhole", "blackhole"]
    network.ec2.delete_route_table(RouteTableId=table)


def test_network_acl(network: Network) -> None:
    """A network ACL stays while a subnet uses it, and the default one always."""
    made = network.ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"]
    inside = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "default", "Values": ["true"]}]
    (default,) = network.ec2.describe_network_acls(Filters=inside)["NetworkAcls"]
    with refused("InvalidParameterValue", "default network ACL"):
        network.ec2.delete_network_acl(NetworkAclId=default["NetworkAclId"])
    association = default["Associations"][0]["NetworkAclAssociationId"]
    network.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=made)
    with refused("DependencyViolation"):
        network.ec2.delete_network_acl(NetworkAclId=made)
    network.ec2.delete_subnet(SubnetId=default["Associations"][0]["SubnetId"])
    network.ec2.delete_network_acl(NetworkAclId=made)
    with refused("InvalidNetworkAclID.NotFound"):
        network.ec2.delete_network_acl(NetworkAclId=made)
    with refused("InvalidNetworkAclID.NotFound"):
        network.ec2.describe_network_acls(NetworkAclIds=["acl-00000000000000001"])


# --- Internet gateways -----------------------------------------------------------------------------------------


def test_mapped_public_addresses(network: Network, sandbox: Sandbox) -> None:
    """An internet gateway is not detached while an instance, even one shutting down, has a public address."""
    id_ = _public(network)
    network.ec2.terminate_instances(InstanceIds=[id_])
    with refused("DependencyViolation", f"Network {network.vpc} has some mapped public address(es)."):
        network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    sandbox.clock.advance(45)
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)


def test_mapped_address_of_a_nat_gateway(network: Network, sandbox: Sandbox) -> None:
    """Nor while a NAT gateway has one."""
    nat, _ = network.nat_gateway()
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    with refused("DependencyViolation"):
        network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    sandbox.clock.advance(90)
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)


def test_internet_gateway(network: Network) -> None:
    """An attached gateway is not deleted, and nothing is detached that isn't attached; one to a VPC."""
    gateway = network.gateway
    with refused("DependencyViolation", f"The internetGateway '{gateway}' {DEPENDENCIES}"):
        network.ec2.delete_internet_gateway(InternetGatewayId=gateway)
    other = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    with refused("InvalidParameterValue", "already has an internet gateway attached"):
        network.ec2.attach_internet_gateway(InternetGatewayId=other, VpcId=network.vpc)
    network.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    with refused("Gateway.NotAttached"):
        network.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    network.ec2.delete_internet_gateway(InternetGatewayId=gateway)
    with refused("InvalidInternetGatewayID.NotFound"):
        network.ec2.delete_internet_gateway(InternetGatewayId=gateway)


# --- Peering connections ---------------------------------------------------------------------------------------


def test_rejected_peering_connection(network: Network) -> None:
    """A peering connection that was never accepted and is over cannot be deleted."""
    made = network.ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=network.vpc)["VpcPeeringConnection"]
    over = {"VpcPeeringConnectionId": made["VpcPeeringConnectionId"]}
    network.ec2.reject_vpc_peering_connection(**over)
    with refused("InvalidStateTransition", "from rejected to deleting"):
        network.ec2.delete_vpc_peering_connection(**over)


def test_peering_connection(network: Network, sandbox: Sandbox) -> None:
    """A deleted peering connection is listed as such for a while, and cannot be deleted again."""
    _peering(network)
    (made,) = network.ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]
    network.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])
    with refused("InvalidStateTransition", "from deleted to deleting"):
        network.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])
    (shown,) = network.ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]
    assert shown["Status"]["Code"] == "deleted"
    sandbox.clock.advance(3600)
    assert network.ec2.describe_vpc_peering_connections()["VpcPeeringConnections"] == []
