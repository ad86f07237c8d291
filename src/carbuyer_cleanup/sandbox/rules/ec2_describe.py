"""EC2's Describe calls: filters that filter, and pages.

moto 5.2.5 ignores some filters, fails on others, and answers most calls in one page. Here moto gives all it has, and
the filters are applied to the answer: those of :data:`LISTINGS`, and tags. Any other filter is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

import jmespath

from carbuyer_cleanup.sandbox.rules.ec2_common import MODEL
from carbuyer_cleanup.sandbox.rules.paging import paged
from carbuyer_cleanup.sandbox.world import After, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from carbuyer_cleanup.sandbox.world import Params, Request, World


@dataclass(frozen=True)
class Listing:
    """A Describe call: where its items are, how an item is known, its filters, and the sizes of a page.

    Args:
        within: the list inside each item that filters are about, where it isn't the items themselves.
        most: of items in a page; None for calls that know no pages.
    """

    operation: str
    items: str
    key: str
    filters: Mapping[str, str]
    ids: str = ""
    within: str = ""
    most: int | None = 1000
    capped: bool = False
    paged_by_moto: bool = False
    tags: bool = field(default=True)

    @property
    def call(self) -> str:
        """The name that rules go by."""
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
        most=None,
    ),
    Listing(
        "DescribeKeyPairs",
        "KeyPairs",
        "KeyPairId",
        {"fingerprint": "KeyFingerprint", "key-name": "KeyName", "key-pair-id": "KeyPairId"},
        ids="KeyPairIds",
        most=None,
    ),
    Listing(
        "DescribeTags",
        "Tags",
        "ResourceId",
        {"key": "Key", "resource-id": "ResourceId", "resource-type": "ResourceType", "value": "Value"},
        tags=False,
    ),
)

OPERATIONS = frozenset(listing.operation for listing in LISTINGS)
TAGS = {"tag-key": "Tags[].Key", "tag-value": "Tags[].Value"}
WITHOUT_IDS = frozenset({"DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces", "DescribeVolumes"})


# --- Filters ---------------------------------------------------------------------------------------------------


def filters_of(params: Params) -> dict[str, list[str]]:
    """Return the request's filters; two calls name the parameter in the singular."""
    given = params.get("Filters") or params.get("Filter") or ()
    return {one["Name"]: one.get("Values", []) for one in given}


@cache
def _let_moto_give_all() -> None:
    """Keep the filters of our calls from moto."""
    from moto.ec2.responses._base_response import EC2BaseResponse  # noqa: PLC0415 - moto costs a second to import

    original = EC2BaseResponse._filters_from_querystring  # noqa: SLF001 - moto has no other seam

    def filters(response: Any) -> dict[str, str]:
        return {} if response._get_action() in OPERATIONS else original(response)  # noqa: SLF001 - likewise

    EC2BaseResponse._filters_from_querystring = filters


def _unknown_filter(listing: Listing) -> Callable[[World, Request], Params | None]:
    def when(world: World, request: Request) -> Params | None:
        del world
        _let_moto_give_all()
        wrong = [name for name in filters_of(request.params) if _values(listing, name) is None]
        return {"filter": wrong[0]} if wrong else None

    return when


def _values(listing: Listing, name: str) -> Callable[[Params], Any] | None:
    """Return what reads the values that a filter is about out of an item."""
    if listing.tags and name.startswith("tag:"):
        return lambda item: [tag["Value"] for tag in item.get("Tags", ()) if tag["Key"] == name[4:]]
    path = {**listing.filters, **(TAGS if listing.tags else {})}.get(name)
    return jmespath.compile(path).search if path else None


def matches(values: Any, patterns: Iterable[str]) -> bool:
    """Tell whether a value, or one of several, is what a filter asks for: ``*`` and ``?`` are wildcards."""
    texts = [_text(value) for value in (values if isinstance(values, list) else [values])]
    globs = [pattern.replace("[", "[[]") for pattern in patterns]
    return any(fnmatchcase(text, glob) for text in texts if text is not None for glob in globs)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filtered(listing: Listing) -> Callable[[World, Request, Params], Params]:
    def act(world: World, request: Request, answer: Params) -> Params:
        del world
        tests = [(_values(listing, name), wanted) for name, wanted in filters_of(request.params).items()]

        def passes(item: Params) -> bool:
            return all(read is not None and matches(read(item), wanted) for read, wanted in tests)

        items = answer.get(listing.items, [])
        if not listing.within:
            return {**answer, listing.items: [item for item in items if passes(item)]}
        groups = [{**group, listing.within: [one for one in group[listing.within] if passes(one)]} for group in items]
        return {**answer, listing.items: [group for group in groups if group[listing.within]]}

    return act


FILTERS = tuple(
    rule
    for listing in LISTINGS
    for rule in (
        Rule(
            listing.call,
            _unknown_filter(listing),
            "InvalidParameterValue",
            "The filter '{filter}' is invalid",
            "EC2 answers so to filters that it doesn't know; the sandbox knows fewer",
        ),
        After(listing.call, _filtered(listing), MODEL + ": Filters"),
    )
)


# --- Pages -----------------------------------------------------------------------------------------------------


def _size_is_wrong(listing: Listing) -> Callable[[World, Request], bool]:
    def when(world: World, request: Request) -> bool:
        del world
        size = int(request.params.get("MaxResults", 5))
        return size < 5 or (not listing.capped and size > (listing.most or 0))  # noqa: PLR2004 - EC2's least page

    return when


def _ids_and_size(world: World, request: Request) -> bool:
    del world
    given = request.params
    return "MaxResults" in given and any(given.get(ids) for ids in ("InstanceIds", "NetworkInterfaceIds", "VolumeIds"))


def _key(listing: Listing) -> Callable[[Params], str]:
    # what DescribeTags lists is not known by its resource alone
    return lambda item: f"{item[listing.key]} {item.get('Key', '')}"


PAGES = (
    *(
        Rule(
            listing.call,
            _size_is_wrong(listing),
            "InvalidParameterValue",
            "Value ( {MaxResults} ) for parameter maxResults is invalid.",
            f"{MODEL}: MaxResults is 5 to {listing.most}",
        )
        for listing in LISTINGS
        if listing.most
    ),
    *(
        Rule(
            f"ec2:{operation}",
            _ids_and_size,
            "InvalidParameterCombination",
            "The parameter maxResults cannot be used together with ids",
            MODEL + ": MaxResults and ids exclude each other; text unverified",
        )
        for operation in sorted(WITHOUT_IDS)
    ),
    *(
        paged(
            listing.call,
            listing.items,
            _key(listing),
            size="MaxResults",
            token="NextToken",  # noqa: S106 - no password
            next_token="NextToken",  # noqa: S106 - likewise
            default=listing.most,
            most=lambda _, most=listing.most: most,
            source=MODEL + ": NextToken; moto 5.2.5 answers in one page",
        )
        for listing in LISTINGS
        if listing.most and not listing.paged_by_moto
    ),
)

RULES = (*FILTERS, *PAGES)
