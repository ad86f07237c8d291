"""VPCs and what stands in them: whose each thing is, and what is refused."""

from __future__ import annotations

from strict_moto.session import REGION
from tests.recorded.things import (
    NEAR,
    OTHER,
    OURS,
    SOMEBODY,
    VPC,
    Answers,
    Case,
    address,
    among,
    endpoint,
    eni,
    enis,
    group,
    groups,
    instance,
    instances,
    named,
    nat,
    vpc,
)


def peering(requester: dict[str, str], accepter: dict[str, str]) -> Answers:
    """Return what AWS answers where the workshop's VPC is, and an active peering connection of these two VPCs."""
    one = {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}}
    both = one | {"RequesterVpcInfo": requester, "AccepterVpcInfo": accepter}
    return {
        "ec2:DescribeVpcs": {"Vpcs": [VPC]},
        "ec2:DescribeVpcPeeringConnections": {"VpcPeeringConnections": [both]},
    }


FOUND: dict[str, Case] = {
    "default-vpc-with-our-group": Case("VPC", vpc(IsDefault=True), {}),
    "shared-vpc-with-our-group": Case("VPC", vpc(OwnerId=OTHER), {}),
    "vpc-with-our-group": Case("VPC", vpc(), {"vpc-2": "doubtful"}),
    "subnet-in-doubtful-vpc": Case("subnet", among("Subnets", "Subnets", {"SubnetId": "s", "VpcId": "vpc-2"}), {}),
    "subnet-of-another-account": Case(
        "subnet", among("Subnets", "Subnets", {"SubnetId": "s", "VpcId": "vpc-9", "OwnerId": OTHER, **OURS}), {}
    ),
    "default-network-acl": Case(
        "network ACL",
        among("NetworkAcls", "NetworkAcls", {"NetworkAclId": "a", "VpcId": "vpc-1", "IsDefault": True}),
        {},
    ),
    "main-route-table": Case(
        "route table",
        among("RouteTables", "RouteTables", {"RouteTableId": "r", "VpcId": "vpc-1", "Associations": [{"Main": True}]}),
        {},
    ),
    "gateway-remembered-and-attached": Case(
        "internet gateway",
        among(
            "InternetGateways", "InternetGateways", {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-9"}]}
        ),
        {},
        remembered=(("internet gateway", REGION, "igw-1", {}),),
    ),
    "nat-of-another-name-in-our-vpc": Case(
        "NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1", **named("x"))), {"nat-1": "doubtful"}
    ),
    "nat-in-our-vpc": Case("NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1")), {"nat-1": "ours"}),
    "nat-in-doubtful-vpc": Case(
        "NAT gateway", among("NatGateways", "NatGateways", nat("vpc-2")), {"nat-1": "doubtful"}
    ),
    "nat-that-is-gone": Case("NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1", state="deleted")), {}),
    "nat-that-failed": Case(
        "NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1", state="failed")), {"nat-1": "ours"}
    ),
    "nat-that-failed-and-is-only-looked-at": Case(
        "NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1", state="failed")), {}, read_only=True
    ),
    "nat-that-failed-and-was-asked-to-go": Case(
        "NAT gateway",
        among("NatGateways", "NatGateways", nat("vpc-1", state="failed")),
        {},
        remembered=(("failed nat gateway", REGION, "nat-1", {}),),
    ),
    "address-of-our-nat": Case("Elastic IP", address(nat("vpc-1")), {"eipalloc-1": "ours"}),
    "address-of-a-near-miss": Case("Elastic IP", address(nat("vpc-9", **NEAR)), {}),
    "address-of-a-doubtful-nat": Case("Elastic IP", address(nat("vpc-2")), {"eipalloc-1": "doubtful"}),
    "address-at-another-interface": Case("Elastic IP", address(nat("vpc-1", "eni-2")), {}),
    "address-of-a-failed-nat": Case("Elastic IP", address(nat("vpc-1", state="failed")), {}),
    "address-of-a-nat-deleting-that-had-failed": Case(
        "Elastic IP",
        address(nat("vpc-1", state="deleting")),
        {},
        remembered=(("failed nat gateway", REGION, "nat-1", {}),),
    ),
    "gateway-endpoint-is-none-with-interfaces": Case(
        "interface endpoint", among("VpcEndpoints", "VpcEndpoints", endpoint(VpcEndpointType="Gateway", **OURS)), {}
    ),
    "endpoint-that-is-gone": Case(
        "VPC endpoint", among("VpcEndpoints", "VpcEndpoints", endpoint(State="Deleted", **OURS)), {}
    ),
    "endpoint-of-another-account": Case(
        "VPC endpoint", among("VpcEndpoints", "VpcEndpoints", endpoint(OwnerId=OTHER, VpcEndpointType="Gateway")), {}
    ),
    "gateway-endpoint-in-doubtful-vpc": Case(
        "VPC endpoint",
        among("VpcEndpoints", "VpcEndpoints", endpoint("vpc-2", VpcEndpointType="Gateway")),
        {"vpce-1": "doubtful"},
    ),
    "gateway-endpoint-of-another-name": Case(
        "VPC endpoint",
        among("VpcEndpoints", "VpcEndpoints", endpoint(VpcEndpointType="Gateway", **named("x"))),
        {"vpce-1": "ours"},
    ),
    "connect-endpoint-that-is-gone": Case(
        "EC2 Instance Connect endpoint",
        among(
            "InstanceConnectEndpoints",
            "InstanceConnectEndpoints",
            {"InstanceConnectEndpointId": "eice-1", "VpcId": "vpc-1", "State": "delete-complete"},
        ),
        {},
    ),
    "group-of-another-account": Case("security group", groups(group("sg-1", "carbuyer-x", OwnerId=OTHER)), {}),
    "group-without-a-name": Case("security group", groups(group("sg-1", "", "vpc-9")), {"sg-1": "doubtful"}),
    "group-by-its-tag": Case("security group", groups(group("sg-1", "x", "vpc-9", **OURS)), {"sg-1": "ours"}),
    "group-of-a-near-miss-by-its-tag": Case(
        "security group", groups(group("sg-1", "mycarbuyer-x", "vpc-9", **OURS)), {"sg-1": "ours"}
    ),
    "nat-that-the-caller-names": Case(
        "NAT gateway",
        among("NatGateways", "NatGateways", nat("vpc-9", **named("x"))),
        {"nat-1": "ours"},
        names=("ec2.nat_gateway=nat-1",),
    ),
    "default-group": Case("security group in the VPC", groups(group("sg-1", "default")), {}),
    "group-in-our-vpc": Case("security group in the VPC", groups(group("sg-1", "x")), {"sg-1": "ours"}),
    "default-vpc-of-our-name": Case(
        "VPC", {"ec2:DescribeVpcs": {"Vpcs": [VPC | {"IsDefault": True}]}}, {"vpc-1": "foreign"}
    ),
    "vpc-that-may-be-the-default-one": Case(
        "VPC", {"ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", **OURS}]}}, {"vpc-1": "doubtful"}
    ),
    "address-that-the-nat-did-not-get": Case("Elastic IP", address(nat("vpc-1", got="failed")), {}),
    "address-of-ec2-classic": Case(
        "Elastic IP", {"ec2:DescribeAddresses": {"Addresses": [{"PublicIp": "203.0.113.1"}]}}, {}
    ),
}

DELETIONS: dict[str, Case] = {
    "gateway-at-somebodys-vpc": Case(
        "internet gateway",
        among(
            "InternetGateways",
            "InternetGateways",
            {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-9"}], **OURS},
        ),
    ),
    "route-table-of-somebodys-subnet": Case(
        "route table",
        among(
            "RouteTables",
            "RouteTables",
            {"RouteTableId": "r", "VpcId": "vpc-9", "Associations": [{"SubnetId": "s"}], **OURS},
        ),
    ),
    "vpc-with-a-peering": Case(
        "VPC",
        peering({"VpcId": "vpc-9", "OwnerId": OTHER}, {"VpcId": "vpc-1"}),
    ),
    "vpc-beside-a-peering": Case(
        "VPC",
        peering({"VpcId": "vpc-9"}, {"VpcId": "vpc-8"}),
        written=("ec2:DeleteVpc",),
    ),
    "nat-that-is-deleting": Case(
        "NAT gateway", among("NatGateways", "NatGateways", nat("vpc-9", state="deleting", **OURS)), written=()
    ),
    "group-that-somebodys-refers-to": Case(
        "security group", groups(group("sg-1", "carbuyer-x"), group("sg-9", "x", "vpc-9", "sg-1"))
    ),
    "group-that-another-in-our-vpc-refers-to": Case(
        "security group",
        groups(group("sg-1", "carbuyer-x"), group("sg-9", "x", "vpc-1", "sg-1")),
        written=("ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup"),
    ),
    "group-that-refers-to-itself": Case(
        "security group", groups(group("sg-1", "carbuyer-x", admits="sg-1")), written=("ec2:DeleteSecurityGroup",)
    ),
    "group-that-somebodys-interface-uses": Case(
        "security group",
        groups(group("sg-1", "carbuyer-x", "vpc-9"))
        | enis(eni("vpc-9", Groups=[{"GroupId": "sg-1"}], Attachment={"InstanceId": "i-1"}))
        | groups(group("sg-1", "carbuyer-x", "vpc-9"))
        | instances(instance(**named("x"))),
    ),
    "subnet-beside-somebody": Case(
        "subnet", among("Subnets", "Subnets", {"SubnetId": "s", "VpcId": "vpc-1"}) | SOMEBODY
    ),
    "route-table-beside-somebody": Case(
        "route table", among("RouteTables", "RouteTables", {"RouteTableId": "r", "VpcId": "vpc-1"}) | SOMEBODY
    ),
    "network-acl-beside-somebody": Case(
        "network ACL", among("NetworkAcls", "NetworkAcls", {"NetworkAclId": "a", "VpcId": "vpc-1"}) | SOMEBODY
    ),
    "gateway-beside-somebody": Case(
        "internet gateway",
        among(
            "InternetGateways", "InternetGateways", {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}]}
        )
        | SOMEBODY,
    ),
    "vpc-beside-somebody": Case("VPC", {"ec2:DescribeVpcs": {"Vpcs": [VPC]}} | SOMEBODY),
    "nat-beside-somebody": Case("NAT gateway", among("NatGateways", "NatGateways", nat("vpc-1")) | SOMEBODY),
    "endpoint-beside-somebody": Case("VPC endpoint", among("VpcEndpoints", "VpcEndpoints", endpoint()) | SOMEBODY),
    "connect-endpoint-beside-somebody": Case(
        "EC2 Instance Connect endpoint",
        among(
            "InstanceConnectEndpoints",
            "InstanceConnectEndpoints",
            {"InstanceConnectEndpointId": "eice-1", "VpcId": "vpc-1", "State": "x"},
        )
        | SOMEBODY,
    ),
    "group-in-our-vpc-beside-somebody": Case("security group in the VPC", groups(group("sg-1", "x")) | SOMEBODY),
    "interface-beside-somebody": Case(
        "network interface",
        enis(eni(Status="available") | {"NetworkInterfaceId": "eni-2"}, eni(Attachment={"InstanceId": "i-1"}))
        | instances(instance(**named("x"))),
    ),
    "group-of-which-a-user-is-somebodys": Case(
        "security group",
        groups(group("sg-1", "carbuyer-x"), group("sg-9", "x", "vpc-1", "sg-1"))
        | enis(eni("vpc-9", Groups=[{"GroupId": "sg-9"}], Attachment={"InstanceId": "i-1"}))
        | groups(group("sg-1", "carbuyer-x"), group("sg-9", "x", "vpc-1", "sg-1"))
        | instances(instance(**named("x"))),
    ),
}
