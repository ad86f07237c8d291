"""What AWS says about things that have no content but their definition: saved as it is told, to be read later.

A row is a kind of resource and how its definition is asked for. Most are told by the list in which they were found.
Right before the deletion they are asked for once more, and what has changed is saved again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup import balancers
from carbuyer_cleanup.backup.asking import Gone, gone, listed, one_of, told_of
from carbuyer_cleanup.kinds import log_delivery, shared_event, web_acl
from carbuyer_cleanup.kinds.connect_endpoint import NAME as CONNECT_ENDPOINT
from carbuyer_cleanup.kinds.emptying import place
from carbuyer_cleanup.kinds.function import MAPPING
from carbuyer_cleanup.kinds.internet_gateway import EGRESS_ONLY
from carbuyer_cleanup.kinds.user import DEVICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.asking import Define
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

    Save = Callable[[Aws, Backup, Resource], Awaitable[None]]


async def save(define: Define, aws: Aws, backup: Backup, resource: Resource) -> None:
    """Save a resource's definition.

    Raises:
        Gone: AWS doesn't tell it.
    """
    described = await define(aws, resource)
    await aws.in_thread(lambda: backup.describe(resource, described))


async def renew(define: Define, save: Save, aws: Aws, backup: Backup, resource: Resource) -> bool:
    """Save a resource again if its definition isn't the one that was saved; what is gone has none.

    Returns:
        Whether it was saved again.
    """
    try:
        if backup.has_told(resource, await define(aws, resource)):
            return False
        await save(aws, backup, resource)
    except Gone:
        return False
    return True


def _of_iam(sort: str, path: str, id_: str) -> Define:
    """Return what asks for something of IAM's with all that hangs on it: policies, too."""
    return listed("iam:GetAccountAuthorizationDetails", path, id_, Filter=[sort])


async def _instance(aws: Aws, instance: Resource) -> Any:
    """Return what the list tells, and the user data, which may hold passwords, if secrets are to be saved."""
    described = await one_of("ec2:DescribeInstances", "Reservations[].Instances[]", "InstanceId", aws, instance)
    if not (aws.backup and aws.backup.secrets):
        return described
    told = await told_of(aws, instance, "ec2:DescribeInstanceAttribute", InstanceId=instance.id, Attribute="userData")
    return {**described, "UserData": told["UserData"]}


async def _vpc(aws: Aws, vpc: Resource) -> Any:
    described = await one_of("ec2:DescribeVpcs", "Vpcs", "VpcId", aws, vpc)
    asked = (told_of(aws, vpc, "ec2:DescribeVpcAttribute", VpcId=vpc.id, Attribute=name) for name in OF_VPCS)
    told = [_without_meta(answer) for answer in await asyncio.gather(*asked)]
    return {**described, "Attributes": told}


async def _role(aws: Aws, role: Resource) -> Any:
    """Return all that hangs on a role, and the description and the longest session, which another call tells."""
    described = await _of_iam("Role", "RoleDetailList", "RoleName")(aws, role)
    told = (await told_of(aws, role, "iam:GetRole", RoleName=role.name))["Role"]
    return {**{name: told[name] for name in OF_ROLES if name in told}, **described}


async def _profile(aws: Aws, profile: Resource) -> Any:
    """Return what the list tells, and the tags, which it doesn't."""
    return (await told_of(aws, profile, "iam:GetInstanceProfile", InstanceProfileName=profile.id))["InstanceProfile"]


async def _usage_plan(aws: Aws, plan: Resource) -> Any:
    described = await one_of("apigateway:GetUsagePlans", "items", "id", aws, plan, limit=500)
    keys = await aws.pages(
        "apigateway:GetUsagePlanKeys", "items[].{id: id, name: name}", usagePlanId=plan.id, limit=500
    )
    return {"UsagePlan": described, "Keys": keys}


async def _mapping(aws: Aws, mapping: Resource) -> Any:
    described = await one_of("lambda:ListEventSourceMappings", "EventSourceMappings", "UUID", aws, mapping)
    tags = await told_of(aws, mapping, "lambda:ListTags", Resource=described["EventSourceMappingArn"])
    return {**described, "Tags": tags["Tags"]}


async def _user(aws: Aws, user: Resource) -> Any:
    """Return what hangs on a user, too; what AWS doesn't show again of it, nobody can save."""
    described = await _of_iam("User", "UserDetailList", "UserName")(aws, user)
    lists = await asyncio.gather(*(aws.pages(call, path, UserName=user.id) for call, path in OF_USERS.values()))
    return {"User": described, **dict(zip(OF_USERS, lists, strict=True))}


async def _group(aws: Aws, group: Resource) -> Any:
    described = await _of_iam("Group", "GroupDetailList", "GroupName")(aws, group)
    return {**described, "Users": await aws.pages("iam:GetGroup", "Users[].UserName", GroupName=group.id)}


async def _policy(aws: Aws, policy: Resource) -> Any:
    """Return what the list tells, and what it doesn't: the tags, and who has the policy."""
    described = await _of_iam("LocalManagedPolicy", "Policies", "Arn")(aws, policy)
    tags = await aws.pages("iam:ListPolicyTags", "Tags", PolicyArn=policy.id)
    holders = [
        await aws.pages("iam:ListEntitiesForPolicy", f"{path}[].{name}", PolicyArn=policy.id)
        for path, name in OF_POLICIES.items()
    ]
    return {**described, "Tags": tags, **dict(zip(OF_POLICIES, holders, strict=True))}


async def _web_acl(aws: Aws, acl: Resource) -> Any:
    id_ = acl.arn.rpartition("/")[2]
    which = {"Name": acl.name, "Scope": acl.details["scope"], "Id": id_, "region": acl.region}
    described = (await told_of(aws, acl, "wafv2:GetWebACL", **which))["WebACL"]
    path = "TagInfoForResource.TagList[]"
    return {
        **described,
        "Tags": await aws.pages("wafv2:ListTagsForResource", path, region=acl.region, ResourceARN=acl.arn),
    }


async def _distribution(aws: Aws, distribution: Resource) -> Any:
    described = await told_of(aws, distribution, "cloudfront:GetDistributionConfig", Id=distribution.id)
    tags = await told_of(aws, distribution, "cloudfront:ListTagsForResource", Resource=distribution.arn)
    return {"DistributionConfig": described["DistributionConfig"], "Tags": tags["Tags"]}


async def _access_control(aws: Aws, control: Resource) -> Any:
    return (await told_of(aws, control, "cloudfront:GetOriginAccessControl", Id=control.id))["OriginAccessControl"]


async def _test_events(aws: Aws, events: Resource) -> Any:
    which = {"RegistryName": shared_event.REGISTRY, "SchemaName": events.id}
    return _without_meta(await told_of(aws, events, "schemas:DescribeSchema", **which))


async def _mapping_of_path(_aws: Aws, mapping: Resource) -> Any:
    return {"Path": mapping.id, "Target": mapping.details["target"], "Why": mapping.why}


OF_USERS = {
    "AccessKeys": ("iam:ListAccessKeys", "AccessKeyMetadata"),
    "MFADevices": ("iam:ListMFADevices", "MFADevices"),
    "SigningCertificates": ("iam:ListSigningCertificates", "Certificates"),
    "SSHPublicKeys": ("iam:ListSSHPublicKeys", "SSHPublicKeys"),
    "ServiceSpecificCredentials": ("iam:ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
}
OF_POLICIES = {"PolicyUsers": "UserName", "PolicyGroups": "GroupName", "PolicyRoles": "RoleName"}
OF_ROLES = ("Description", "MaxSessionDuration")
OF_VPCS = ("enableDnsHostnames", "enableDnsSupport")
OF_BUCKETS = (
    "s3:GetBucketVersioning", "s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:GetBucketCors", "s3:GetBucketEncryption",
    "s3:GetBucketLifecycleConfiguration", "s3:GetBucketWebsite", "s3:GetBucketOwnershipControls",
    "s3:GetPublicAccessBlock", "s3:GetBucketNotificationConfiguration", "s3:GetBucketLogging",
)  # fmt: skip


async def _bucket(aws: Aws, bucket: Resource) -> Any:
    """Return what each of the calls tells, by the operation's name."""
    answers = await asyncio.gather(*(aws.fresh(call, **place(aws, bucket)) for call in OF_BUCKETS))
    if not answers[0]:  # each bucket has a state of versioning; of one that is gone nothing is told
        raise gone(bucket, OF_BUCKETS[0])
    told = zip(OF_BUCKETS, answers, strict=True)
    return {call.removeprefix("s3:"): _without_meta(answer) for call, answer in told}


def _without_meta(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer tells, without what is about the request."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


DEFINITIONS: Mapping[str, Define] = {
    "load balancer": balancers.describe,
    "target group": balancers.describe_group,
    web_acl.NAME: _web_acl,
    "EC2 instance": _instance,
    "EBS volume": listed("ec2:DescribeVolumes", "Volumes", "VolumeId"),
    "NAT gateway": listed("ec2:DescribeNatGateways", "NatGateways", "NatGatewayId"),
    "Elastic IP": listed("ec2:DescribeAddresses", "Addresses", "AllocationId"),
    "VPC endpoint": listed("ec2:DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId"),
    CONNECT_ENDPOINT: listed(
        "ec2:DescribeInstanceConnectEndpoints", "InstanceConnectEndpoints", "InstanceConnectEndpointId"
    ),
    "security group": listed("ec2:DescribeSecurityGroups", "SecurityGroups", "GroupId"),
    "network interface": listed("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "internet gateway": listed("ec2:DescribeInternetGateways", "InternetGateways", "InternetGatewayId"),
    EGRESS_ONLY: listed(
        "ec2:DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"
    ),
    "subnet": listed("ec2:DescribeSubnets", "Subnets", "SubnetId"),
    "route table": listed("ec2:DescribeRouteTables", "RouteTables", "RouteTableId"),
    "network ACL": listed("ec2:DescribeNetworkAcls", "NetworkAcls", "NetworkAclId"),
    "VPC": _vpc,
    "key pair": listed("ec2:DescribeKeyPairs", "KeyPairs", "KeyName", IncludePublicKey=True),
    "base path mapping": _mapping_of_path,
    "usage plan": _usage_plan,
    "API key": listed("apigateway:GetApiKeys", "items", "id", limit=500),  # without their values
    MAPPING: _mapping,
    "Lambda test events": _test_events,
    "CloudFront distribution": _distribution,
    "origin access control": _access_control,
    log_delivery.DELIVERY: listed("logs:DescribeDeliveries", "deliveries", "id"),
    log_delivery.SOURCE: listed("logs:DescribeDeliverySources", "deliverySources", "name"),
    log_delivery.DESTINATION: listed("logs:DescribeDeliveryDestinations", "deliveryDestinations", "name"),
    "S3 bucket": _bucket,
    "instance profile": _profile,
    "IAM role": _role,
    "IAM user": _user,
    "IAM group": _group,
    "IAM policy": _policy,
    DEVICE: listed("iam:ListVirtualMFADevices", "VirtualMFADevices", "SerialNumber"),
}
