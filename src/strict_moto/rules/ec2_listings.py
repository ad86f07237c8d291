"""EC2's Describe calls as a table: what each lists, its filters and the size of its pages (botocore's model of EC2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Listing:
    """A Describe call: where its items are, what identifies an item, its filters, and its page sizes.

    Args:
        within: the list inside each item that filters apply to, if not to the items themselves.
        most: the largest number of items in a page; 0 for calls without pages.
    """

    operation: str
    items: str
    key: str
    filters: Mapping[str, str]
    ids: str = ""
    within: str = ""
    most: int = 1000
    capped: bool = False
    paged_by_moto: bool = False
    tags: bool = True

    @property
    def call(self) -> str:
        """The name that rules use, e.g. ``ec2:DescribeVpcs``."""
        return f"ec2:{self.operation}"


LISTINGS = (
    Listing(
        "DescribeVpcs",
        "Vpcs",
        "VpcId",
        {
            "cidr": "CidrBlock",
            "dhcp-options-id": "DhcpOptionsId",
            "is-default": "IsDefault",
            "owner-id": "OwnerId",
            "state": "State",
            "vpc-id": "VpcId",
        },
        ids="VpcIds",
    ),
    Listing(
        "DescribeSubnets",
        "Subnets",
        "SubnetId",
        {
            "availability-zone": "AvailabilityZone",
            "cidr-block": "CidrBlock",
            "default-for-az": "DefaultForAz",
            "map-public-ip-on-launch": "MapPublicIpOnLaunch",
            "owner-id": "OwnerId",
            "state": "State",
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
        },
        ids="SubnetIds",
    ),
    Listing(
        "DescribeSecurityGroups",
        "SecurityGroups",
        "GroupId",
        {
            "description": "Description",
            "egress.ip-permission.group-id": "IpPermissionsEgress[].UserIdGroupPairs[].GroupId",
            "group-id": "GroupId",
            "group-name": "GroupName",
            "ip-permission.cidr": "IpPermissions[].IpRanges[].CidrIp",
            "ip-permission.group-id": "IpPermissions[].UserIdGroupPairs[].GroupId",
            "owner-id": "OwnerId",
            "vpc-id": "VpcId",
        },
        ids="GroupIds",
    ),
    Listing(
        "DescribeSecurityGroupRules",
        "SecurityGroupRules",
        "SecurityGroupRuleId",
        {"group-id": "GroupId", "security-group-rule-id": "SecurityGroupRuleId"},
        ids="SecurityGroupRuleIds",
    ),
    Listing(
        "DescribeNetworkInterfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        {
            "association.allocation-id": "Association.AllocationId",
            "association.public-ip": "Association.PublicIp",
            "attachment.attachment-id": "Attachment.AttachmentId",
            "attachment.instance-id": "Attachment.InstanceId",
            "attachment.instance-owner-id": "Attachment.InstanceOwnerId",
            "attachment.status": "Attachment.Status",
            "availability-zone": "AvailabilityZone",
            "description": "Description",
            "group-id": "Groups[].GroupId",
            "group-name": "Groups[].GroupName",
            "interface-type": "InterfaceType",
            "network-interface-id": "NetworkInterfaceId",
            "owner-id": "OwnerId",
            "private-ip-address": "PrivateIpAddress",
            "requester-id": "RequesterId",
            "requester-managed": "RequesterManaged",
            "status": "Status",
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
        },
        ids="NetworkInterfaceIds",
    ),
    Listing(
        "DescribeRouteTables",
        "RouteTables",
        "RouteTableId",
        {
            "association.gateway-id": "Associations[].GatewayId",
            "association.main": "Associations[].Main",
            "association.route-table-association-id": "Associations[].RouteTableAssociationId",
            "association.route-table-id": "Associations[].RouteTableId",
            "association.subnet-id": "Associations[].SubnetId",
            "owner-id": "OwnerId",
            "route-table-id": "RouteTableId",
            "route.destination-cidr-block": "Routes[].DestinationCidrBlock",
            "route.gateway-id": "Routes[].GatewayId",
            "route.nat-gateway-id": "Routes[].NatGatewayId",
            "route.state": "Routes[].State",
            "vpc-id": "VpcId",
        },
        ids="RouteTableIds",
        most=100,
    ),
    Listing(
        "DescribeNatGateways",
        "NatGateways",
        "NatGatewayId",
        {"nat-gateway-id": "NatGatewayId", "state": "State", "subnet-id": "SubnetId", "vpc-id": "VpcId"},
        ids="NatGatewayIds",
    ),
    Listing(
        "DescribeInternetGateways",
        "InternetGateways",
        "InternetGatewayId",
        {
            "attachment.state": "Attachments[].State",
            "attachment.vpc-id": "Attachments[].VpcId",
            "internet-gateway-id": "InternetGatewayId",
            "owner-id": "OwnerId",
        },
        ids="InternetGatewayIds",
    ),
    Listing(
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
        {},
        ids="EgressOnlyInternetGatewayIds",
        most=255,
    ),
    Listing(
        "DescribeNetworkAcls",
        "NetworkAcls",
        "NetworkAclId",
        {
            "association.association-id": "Associations[].NetworkAclAssociationId",
            "association.network-acl-id": "Associations[].NetworkAclId",
            "association.subnet-id": "Associations[].SubnetId",
            "default": "IsDefault",
            "network-acl-id": "NetworkAclId",
            "owner-id": "OwnerId",
            "vpc-id": "VpcId",
        },
        ids="NetworkAclIds",
    ),
    Listing(
        "DescribeVpcEndpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        {
            "service-name": "ServiceName",
            "vpc-endpoint-id": "VpcEndpointId",
            "vpc-endpoint-state": "State",
            "vpc-endpoint-type": "VpcEndpointType",
            "vpc-id": "VpcId",
        },
        ids="VpcEndpointIds",
        capped=True,
    ),
    Listing(
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
        "VpcPeeringConnectionId",
        {
            "accepter-vpc-info.owner-id": "AccepterVpcInfo.OwnerId",
            "accepter-vpc-info.vpc-id": "AccepterVpcInfo.VpcId",
            "requester-vpc-info.owner-id": "RequesterVpcInfo.OwnerId",
            "requester-vpc-info.vpc-id": "RequesterVpcInfo.VpcId",
            "status-code": "Status.Code",
            "vpc-peering-connection-id": "VpcPeeringConnectionId",
        },
        ids="VpcPeeringConnectionIds",
    ),
    Listing(
        "DescribeInstances",
        "Reservations",
        "ReservationId",
        {
            "availability-zone": "Placement.AvailabilityZone",
            "iam-instance-profile.arn": "IamInstanceProfile.Arn",
            "image-id": "ImageId",
            "instance-id": "InstanceId",
            "instance-lifecycle": "InstanceLifecycle",
            "instance-state-code": "State.Code",
            "instance-state-name": "State.Name",
            "instance-type": "InstanceType",
            "instance.group-id": "SecurityGroups[].GroupId",
            "instance.group-name": "SecurityGroups[].GroupName",
            "ip-address": "PublicIpAddress",
            "key-name": "KeyName",
            "network-interface.group-id": "NetworkInterfaces[].Groups[].GroupId",
            "network-interface.subnet-id": "NetworkInterfaces[].SubnetId",
            "network-interface.vpc-id": "NetworkInterfaces[].VpcId",
            "private-ip-address": "PrivateIpAddress",
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
        },
        ids="InstanceIds",
        within="Instances",
        paged_by_moto=True,
    ),
    Listing(
        "DescribeInstanceStatus",
        "InstanceStatuses",
        "InstanceId",
        {"availability-zone": "AvailabilityZone", "instance-state-name": "InstanceState.Name"},
        ids="InstanceIds",
        tags=False,
    ),
    Listing(
        "DescribeVolumes",
        "Volumes",
        "VolumeId",
        {
            "attachment.delete-on-termination": "Attachments[].DeleteOnTermination",
            "attachment.instance-id": "Attachments[].InstanceId",
            "attachment.status": "Attachments[].State",
            "availability-zone": "AvailabilityZone",
            "snapshot-id": "SnapshotId",
            "status": "State",
            "volume-id": "VolumeId",
            "volume-type": "VolumeType",
        },
        ids="VolumeIds",
    ),
    Listing(
        "DescribeAddresses",
        "Addresses",
        "AllocationId",
        {
            "allocation-id": "AllocationId",
            "association-id": "AssociationId",
            "instance-id": "InstanceId",
            "network-interface-id": "NetworkInterfaceId",
            "network-interface-owner-id": "NetworkInterfaceOwnerId",
            "private-ip-address": "PrivateIpAddress",
            "public-ip": "PublicIp",
        },
        ids="AllocationIds",
        most=0,
    ),
    Listing(
        "DescribeKeyPairs",
        "KeyPairs",
        "KeyPairId",
        {"fingerprint": "KeyFingerprint", "key-name": "KeyName", "key-pair-id": "KeyPairId"},
        ids="KeyPairIds",
        most=0,
    ),
    Listing(
        "DescribeTags",
        "Tags",
        "ResourceId",
        {"key": "Key", "resource-id": "ResourceId", "resource-type": "ResourceType", "value": "Value"},
        tags=False,
    ),
)
