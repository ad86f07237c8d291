"""Where AWS's answers show which account the listed things belong to.

An account's lists show its own things, so another account's things in them mean that we are reading somebody else's
answers. But EC2 also lists what others share: VPCs with what is in them, and a few more things (Amazon VPC user guide,
"Share your VPC subnets with other accounts"; AWS RAM user guide, "Shareable AWS resources"). CloudTrail lists the trail
of an organization in each of its accounts (CloudTrail user guide, "Creating a trail for an organization";
gruntwork-io/cloud-nuke#906), and Cloud Map what is shared (API reference, ListNamespaces).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.aws.reading import found

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):.*", re.DOTALL)
RESOURCE = re.compile(r"arn:[^:]*:([a-z0-9-]+:)[^:]*:[^:]*:([a-z-]+/).*", re.DOTALL)
# AWS's own services have words instead of numbers ("amazon-elb"); S3 has a canonical id for an account.
ACCOUNT = re.compile(r"[0-9]{12}|[0-9a-f]{32,}")


class Owned(NamedTuple):
    """The id of something that an answer lists, and the account that it belongs to."""

    id: str
    account: str


def _each(items: str, id_: str, owner: str) -> str:
    return f"{items}.{{id: {id_}, owner: {owner}}}"


def _arns(items: str, arn: str) -> str:
    return _each(items, arn, arn)


# Calls that list only the account's own things.
OWN = {
    "ec2:DescribeInstances": _each("Reservations[]", "Instances[0].InstanceId", "OwnerId"),
    "ec2:DescribeSnapshots": _each("Snapshots[]", "SnapshotId", "OwnerId"),  # which are asked for with owner "self"
    "ec2:DescribeImages": _each("Images[]", "ImageId", "OwnerId"),  # likewise
    "elbv2:DescribeLoadBalancers": _arns("LoadBalancers[]", "LoadBalancerArn"),
    "elbv2:DescribeTargetGroups": _arns("TargetGroups[]", "TargetGroupArn"),
    "lambda:ListFunctions": _arns("Functions[]", "FunctionArn"),
    "dynamodb:DescribeTable": _arns("[Table][]", "TableArn"),
    "dynamodb:UpdateTable": _arns("[TableDescription][]", "TableArn"),
    "dynamodb:DeleteTable": _arns("[TableDescription][]", "TableArn"),
    "cloudfront:ListDistributions": _arns("DistributionList.Items[]", "ARN"),
    "cloudfront:UpdateDistribution": _arns("[Distribution][]", "ARN"),
    "logs:DescribeLogGroups": _arns("logGroups[]", "arn"),
    "iam:GetAccountAuthorizationDetails": _arns("[RoleDetailList, GroupDetailList, UserDetailList][]", "Arn"),
    "iam:ListRoles": _arns("Roles[]", "Arn"),
    "iam:ListInstanceProfiles": _arns("InstanceProfiles[]", "Arn"),
    "iam:ListUsers": _arns("Users[]", "Arn"),
    "iam:GetGroup": _arns("[Group][]", "Arn"),
    "iam:ListGroupsForUser": _arns("Groups[]", "Arn"),
    "iam:ListPolicies": _arns("Policies[]", "Arn"),  # of scope "Local"
    "iam:ListVirtualMFADevices": _arns("VirtualMFADevices[]", "SerialNumber"),
}  # fmt: skip
# Calls that may also list others' things. What was first listed as one account's must always be.
MIXED = {
    "ec2:DescribeVpcs": _each("Vpcs[]", "VpcId", "OwnerId"),
    "ec2:DescribeSubnets": _each("Subnets[]", "SubnetId", "OwnerId"),
    "ec2:DescribeRouteTables": _each("RouteTables[]", "RouteTableId", "OwnerId"),
    "ec2:DescribeNetworkAcls": _each("NetworkAcls[]", "NetworkAclId", "OwnerId"),
    "ec2:DescribeSecurityGroups": _each("SecurityGroups[]", "GroupId", "OwnerId"),
    "ec2:DescribeNetworkInterfaces": _each("NetworkInterfaces[]", "NetworkInterfaceId", "OwnerId"),
    "ec2:DescribeInternetGateways": _each("InternetGateways[]", "InternetGatewayId", "OwnerId"),
    "ec2:DescribeVpcEndpoints": _each("VpcEndpoints[]", "VpcEndpointId", "OwnerId"),
    "ec2:DescribeInstanceConnectEndpoints": _each("InstanceConnectEndpoints[]", "InstanceConnectEndpointId", "OwnerId"),
    "ec2:DescribeAddresses": _each("Addresses[]", "AllocationId", "NetworkInterfaceOwnerId"),
    "ec2:DescribeVolumes": _each("Volumes[]", "VolumeId", "OwnerId"),
    "ec2:DescribeDhcpOptions": _each("DhcpOptions[]", "DhcpOptionsId", "OwnerId"),
    "ec2:DescribeManagedPrefixLists": _each("PrefixLists[]", "PrefixListId", "OwnerId"),
    "ec2:DescribeTransitGateways": _each("TransitGateways[]", "TransitGatewayId", "OwnerId"),
    "ec2:DescribeCapacityReservations": _each("CapacityReservations[]", "CapacityReservationId", "OwnerId"),
    "ec2:DescribeHosts": _each("Hosts[]", "HostId", "OwnerId"),
    "s3:ListBuckets": "[Owner][].{id: 'the list of S3 buckets', owner: ID}",
}
# What others may share with an account, which its lists then show; as ARNs call it.
SHARED = frozenset(
    "ec2:vpc/ ec2:subnet/ ec2:route-table/ ec2:network-acl/ ec2:security-group/ ec2:network-interface/ "
    "ec2:dhcp-options/ ec2:prefix-list/ ec2:transit-gateway/ ec2:capacity-reservation/ ec2:dedicated-host/ "
    "ec2:placement-group/ cloudtrail:trail/ servicediscovery:namespace/".split()
)


def owners_in(operation: str, answer: Any) -> Iterator[Owned]:
    """Yield the listed things of an answer whose owners are accounts."""
    path = OWN.get(operation) or MIXED.get(operation)
    for one in (found(path, answer) or ()) if path else ():
        if account := account_in(str(one["owner"] or "")):
            yield Owned(str(one["id"] or ""), account)


def account_in(owner: str) -> str:
    """Return the account that an ARN or an owner's id names, "" if it names none."""
    told = ARN.fullmatch(owner)
    account = told[1] if told else owner
    return account if ACCOUNT.fullmatch(account) else ""


def may_be_shared(arn: str) -> bool:
    """Return whether an account's lists also show others' things of this type."""
    resource = RESOURCE.fullmatch(arn)
    return resource is not None and resource[1] + resource[2] in SHARED
