"""What AWS says about things that have no content but their definition: saved as it is told, to be read later.

A row is a kind of resource and how its definition is asked for. Most are told by the list in which they were found.
Right before the deletion they are asked for once more, and what has changed is saved again.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import AwsError, Trouble
from carbuyer_cleanup.kinds import log_delivery, shared_event, web_acl
from carbuyer_cleanup.kinds.connect_endpoint import NAME as CONNECT_ENDPOINT
from carbuyer_cleanup.kinds.emptying import place
from carbuyer_cleanup.kinds.function import MAPPING
from carbuyer_cleanup.kinds.internet_gateway import EGRESS_ONLY
from carbuyer_cleanup.kinds.user import DEVICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

    Define = Callable[[Aws, Resource], Awaitable[Any]]
    Save = Callable[[Aws, Backup, Resource], Awaitable[None]]


class Gone(AwsError):
    """AWS no longer tells of a resource: a list may have it a while longer, and what is only late is told soon."""


def gone(resource: Resource, call: str) -> Gone:
    """Return what is said of a resource of which a call tells nothing."""
    return Gone(call, "NotFound", "AWS no longer returns its definition", Trouble.BUSY, resource.region)


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


async def _listed(call: str, path: str, id_: str, aws: Aws, resource: Resource, **params: Any) -> Any:
    """Return the line of a list that is about a resource."""
    region = "" if resource.region == "global" else resource.region
    lines = await aws.pages(call, path, region=region, **params)
    found = [line for line in lines if line[id_] == resource.id]
    if not found:
        raise gone(resource, call)
    return found[0]


def listed(call: str, path: str, id_: str, **params: Any) -> Define:
    """Return what asks a list; ``id_`` is the member that has a resource's id."""
    return partial(_listed, call, path, id_, **params)


def _of_iam(sort: str, path: str, id_: str) -> Define:
    """Return what asks for something of IAM's with all that hangs on it: policies, too."""
    return listed("iam:GetAccountAuthorizationDetails", path, id_, Filter=[sort])


async def _load_balancer(aws: Aws, balancer: Resource) -> Any:
    described = await _listed("elbv2:DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn", aws, balancer)
    arn = {"LoadBalancerArn": balancer.id}
    listeners = await aws.pages("elbv2:DescribeListeners", "Listeners", **arn)
    arns = [listener["ListenerArn"] for listener in listeners]
    rules = await asyncio.gather(*(aws.pages("elbv2:DescribeRules", "Rules", ListenerArn=one) for one in arns))
    attributes = (await aws.fresh("elbv2:DescribeLoadBalancerAttributes", **arn))["Attributes"]
    described_all = [{**one, "Rules": of_it} for one, of_it in zip(listeners, rules, strict=True)]
    return {"LoadBalancer": described, "Attributes": attributes, "Listeners": described_all}


async def _target_group(aws: Aws, group: Resource) -> Any:
    described = await _listed("elbv2:DescribeTargetGroups", "TargetGroups", "TargetGroupArn", aws, group)
    health = await aws.fresh("elbv2:DescribeTargetHealth", TargetGroupArn=group.id)
    return {"TargetGroup": described, "Targets": [one["Target"] for one in health["TargetHealthDescriptions"]]}


async def _usage_plan(aws: Aws, plan: Resource) -> Any:
    described = await _listed("apigateway:GetUsagePlans", "items", "id", aws, plan, limit=500)
    keys = await aws.pages(
        "apigateway:GetUsagePlanKeys", "items[].{id: id, name: name}", usagePlanId=plan.id, limit=500
    )
    return {"UsagePlan": described, "Keys": keys}


async def _user(aws: Aws, user: Resource) -> Any:
    described = await _of_iam("User", "UserDetailList", "UserName")(aws, user)
    keys = await aws.pages("iam:ListAccessKeys", "AccessKeyMetadata", UserName=user.id)
    return {"User": described, "AccessKeys": keys}


async def _web_acl(aws: Aws, acl: Resource) -> Any:
    id_ = acl.arn.rpartition("/")[2]
    which = {"Name": acl.name, "Scope": acl.details["scope"], "Id": id_, "region": acl.region}
    return _told(acl, "wafv2:GetWebACL", (await aws.fresh("wafv2:GetWebACL", **which))["WebACL"])


async def _distribution(aws: Aws, distribution: Resource) -> Any:
    described = await aws.fresh("cloudfront:GetDistributionConfig", Id=distribution.id)
    tags = await aws.fresh("cloudfront:ListTagsForResource", Resource=distribution.arn)
    return {
        "DistributionConfig": _told(distribution, "cloudfront:GetDistributionConfig", described["DistributionConfig"]),
        "Tags": tags["Tags"],
    }


async def _access_control(aws: Aws, control: Resource) -> Any:
    return _told(
        control,
        "cloudfront:GetOriginAccessControl",
        (await aws.fresh("cloudfront:GetOriginAccessControl", Id=control.id))["OriginAccessControl"],
    )


async def _test_events(aws: Aws, events: Resource) -> Any:
    which = {"RegistryName": shared_event.REGISTRY, "SchemaName": events.id}
    return _told(events, "schemas:DescribeSchema", _without_meta(await aws.fresh("schemas:DescribeSchema", **which)))


async def _mapping_of_path(_aws: Aws, mapping: Resource) -> Any:
    return {"Path": mapping.id, "Target": mapping.details["target"], "Why": mapping.why}


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


def _told(resource: Resource, call: str, described: Any) -> Any:
    if not described:
        raise gone(resource, call)
    return described


def _without_meta(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer tells, without what is about the request."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


DEFINITIONS: Mapping[str, Define] = {
    "load balancer": _load_balancer,
    "target group": _target_group,
    web_acl.NAME: _web_acl,
    "EC2 instance": listed("ec2:DescribeInstances", "Reservations[].Instances[]", "InstanceId"),
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
    "VPC": listed("ec2:DescribeVpcs", "Vpcs", "VpcId"),
    "key pair": listed("ec2:DescribeKeyPairs", "KeyPairs", "KeyName"),
    "base path mapping": _mapping_of_path,
    "usage plan": _usage_plan,
    "API key": listed("apigateway:GetApiKeys", "items", "id", limit=500),  # without their values
    MAPPING: listed("lambda:ListEventSourceMappings", "EventSourceMappings", "UUID"),
    "Lambda test events": _test_events,
    "CloudFront distribution": _distribution,
    "origin access control": _access_control,
    log_delivery.DELIVERY: listed("logs:DescribeDeliveries", "deliveries", "id"),
    log_delivery.SOURCE: listed("logs:DescribeDeliverySources", "deliverySources", "name"),
    log_delivery.DESTINATION: listed("logs:DescribeDeliveryDestinations", "deliveryDestinations", "name"),
    "S3 bucket": _bucket,
    "instance profile": listed("iam:ListInstanceProfiles", "InstanceProfiles", "InstanceProfileName"),
    "IAM role": _of_iam("Role", "RoleDetailList", "RoleName"),
    "IAM user": _user,
    "IAM group": _of_iam("Group", "GroupDetailList", "GroupName"),
    "IAM policy": _of_iam("LocalManagedPolicy", "Policies", "Arn"),
    DEVICE: listed("iam:ListVirtualMFADevices", "VirtualMFADevices", "SerialNumber"),
}
