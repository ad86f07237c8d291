"""Small accounts, a few lines of an answer each, for the tables of cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT as ME
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto.session import REGION

KINDS = {kind.name: kind for step in STEPS for kind in step.kinds}
OTHER = "444455556666"
Answers = dict[str, dict[str, Any]]  # by call
Memory = tuple[str, str, str, dict[str, str]]


class Case(NamedTuple):
    """A kind, what AWS answers, and what comes of it.

    ``whose`` is by id what a look finds; ``written`` are the calls of a deletion, None if it is refused. ``remembered``
    is what the journal holds, and ``names`` are those that the caller gives with ``--name``.
    """

    kind: str
    answers: Answers
    whose: dict[str, str] | None = None
    written: tuple[str, ...] | None = None
    remembered: tuple[Memory, ...] = ()
    caller: str = ""
    read_only: bool = False
    names: tuple[str, ...] = ()


def named(name: str) -> dict[str, Any]:
    """Return the Name tag of something."""
    return {"Tags": [{"Key": "Name", "Value": name}]}


def arn(service: str, resource: str, region: str = "") -> str:
    """Return an ARN of the account's."""
    return f"arn:aws:{service}:{region}:{ME}:{resource}"


OURS, NEAR = named("carbuyer-x"), named("mycarbuyer-x")
# Three VPCs: the workshop's; one of no name that may be it, for it holds a group of a name of ours; somebody else's.
VPC = {"VpcId": "vpc-1", "State": "available", "OwnerId": ME, "IsDefault": False, **OURS}
MAYBE = {"VpcId": "vpc-2", "State": "available", "OwnerId": ME, "IsDefault": False}
GROUP = {"GroupId": "sg-2", "GroupName": "carbuyer-alb-sg", "VpcId": "vpc-2", "OwnerId": ME}
NETWORKS: Answers = {
    "ec2:DescribeVpcs": {"Vpcs": [VPC, MAYBE]},
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [GROUP]},
}


def vpc(**more: Any) -> Answers:
    """Return the answers about a VPC that holds a group of ours, and what else it is."""
    return {
        "ec2:DescribeVpcs": {"Vpcs": [MAYBE | more]},
        "ec2:DescribeSecurityGroups": {"SecurityGroups": [GROUP]},
    }


def among(call: str, path: str, *items: dict[str, Any], **more: Any) -> Answers:
    """Return the answers about something of EC2's, beside the three VPCs."""
    return NETWORKS | {f"ec2:Describe{call}": {path: list(items)}} | more


def nat(vpc: str, eni: str = "eni-1", state: str = "available", got: str = "succeeded", **more: Any) -> dict[str, Any]:
    """Return a NAT gateway with one address."""
    had = {"AllocationId": "eipalloc-1", "NetworkInterfaceId": eni, "PublicIp": "203.0.113.1", "Status": got}
    return {"NatGatewayId": "nat-1", "State": state, "VpcId": vpc, "NatGatewayAddresses": [had], **more}


ADDRESS = {"AllocationId": "eipalloc-1", "PublicIp": "203.0.113.1", "NetworkInterfaceId": "eni-1"}


def address(nat: dict[str, Any], **more: Any) -> Answers:
    """Return the answers about that address, and about the gateway that has it."""
    return among("NatGateways", "NatGateways", nat) | {"ec2:DescribeAddresses": {"Addresses": [ADDRESS | more]}}


def eni(vpc: str = "vpc-1", **more: Any) -> dict[str, Any]:
    """Return a network interface in use."""
    return {"NetworkInterfaceId": "eni-1", "VpcId": vpc, "OwnerId": ME, "Status": "in-use", **more}


def enis(*enis: dict[str, Any], **more: Any) -> Answers:
    """Return the answers about network interfaces."""
    return among("NetworkInterfaces", "NetworkInterfaces", *enis) | more


def instance(**more: Any) -> dict[str, Any]:
    """Return an instance that runs."""
    return {"InstanceId": "i-1", "State": {"Name": "running"}, **more}


def instances(*instances: dict[str, Any]) -> Answers:
    """Return the answer about instances."""
    return {"ec2:DescribeInstances": {"Reservations": [{"OwnerId": ME, "Instances": list(instances)}]}}


def endpoint(vpc: str = "vpc-1", **more: Any) -> dict[str, Any]:
    """Return a VPC endpoint with interfaces."""
    return {
        "VpcEndpointId": "vpce-1", "VpcId": vpc, "State": "available", "OwnerId": ME, "VpcEndpointType": "Interface",
        "ServiceName": "logs", **more,
    }  # fmt: skip


def group(id_: str, name: str, vpc: str = "vpc-1", admits: str = "", **more: Any) -> dict[str, Any]:
    """Return a security group, which admits another one."""
    rules = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": admits}]}] if admits else []
    return {"GroupId": id_, "GroupName": name, "VpcId": vpc, "OwnerId": ME, "IpPermissions": rules, **more}


def groups(*groups: dict[str, Any]) -> Answers:
    """Return the answers about security groups."""
    return {"ec2:DescribeVpcs": {"Vpcs": [VPC]}, "ec2:DescribeSecurityGroups": {"SecurityGroups": list(groups)}}


KEY_PAIR = {"ec2:DescribeKeyPairs": {"KeyPairs": [{"KeyName": "carbuyer-keypair"}]}}
ROLE = {"RoleName": "carbuyer-x", "Path": "/", "Arn": arn("iam", "role/carbuyer-x")}


def roles(*roles: dict[str, Any], **more: Any) -> Answers:
    """Return the answer about roles."""
    return {"iam:GetAccountAuthorizationDetails": {"RoleDetailList": list(roles)}} | more


def function(name: str, role: str) -> Answers:
    """Return the answer about a function that has a role."""
    made = {"FunctionName": name, "FunctionArn": arn("lambda", f"function:{name}", REGION), "Role": f"arn:x/{role}"}
    return {"lambda:ListFunctions": {"Functions": [made]}}


BALANCER = arn("elasticloadbalancing", "loadbalancer/app/{}/1", REGION)
TARGETS = {"TargetGroupArn": arn("elasticloadbalancing", "targetgroup/carbuyer-tg/1", REGION)}


def forwards(balancer: str) -> Answers:
    """Return the answer about a target group of ours that a load balancer forwards to."""
    group = TARGETS | {"TargetGroupName": "carbuyer-tg", "LoadBalancerArns": [BALANCER.format(balancer)]}
    return {"elbv2:DescribeTargetGroups": {"TargetGroups": [group]}}


def apis(**names: str) -> Answers:
    """Return the answer about REST APIs, by id."""
    return {"apigateway:GetRestApis": {"items": [{"id": id_, "name": name} for id_, name in names.items()]}}


def plan(name: str, *apis: str) -> Answers:
    """Return the answer about a usage plan on some APIs."""
    stages = [{"apiId": api, "stage": "prod"} for api in apis]
    return {"apigateway:GetUsagePlans": {"items": [{"id": "plan-1", "name": name, "apiStages": stages}]}}


def logs(*names: str) -> Answers:
    """Return the answer about log groups."""
    return {"logs:DescribeLogGroups": {"logGroups": [{"logGroupName": name} for name in names]}}


def distributions(origin: str, name: str = "", buckets: tuple[str, ...] = (), **more: Any) -> Answers:
    """Return the answers about a distribution of one origin, and about the account's buckets."""
    origins = {"Quantity": 1, "Items": [{"Id": "1", "DomainName": origin, "OriginAccessControlId": "oac-1"}]}
    made = {"Id": "E1", "ARN": arn("cloudfront", "distribution/E1"), "Enabled": True, "Status": "Deployed"} | {
        "Aliases": {"Quantity": 0}
    }
    tags = {"Items": [{"Key": "Name", "Value": name}] if name else []}
    return {
        "cloudfront:ListDistributions": {
            "DistributionList": {"Quantity": 1, "Items": [made | {"Origins": origins, **more}]}
        },
        "cloudfront:ListTagsForResource": {"Tags": tags},
        "s3:ListBuckets": {"Buckets": [{"Name": bucket, "BucketRegion": REGION} for bucket in buckets]},
    }


def control(name: str) -> Answers:
    """Return the answer about an origin access control."""
    listed = {"Quantity": 1, "Items": [{"Id": "oac-1", "Name": name}]}
    return {"cloudfront:ListOriginAccessControls": {"OriginAccessControlList": listed}}


def buckets(*names: str) -> Answers:
    """Return the answer about buckets."""
    return {"s3:ListBuckets": {"Buckets": [{"Name": name, "BucketRegion": REGION} for name in names]}}


WHEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
TABLE: dict[str, Any] = {
    "TableName": "User", "TableStatus": "ACTIVE", "TableId": "1", "TableArn": arn("dynamodb", "table/User", REGION),
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "CreationDateTime": WHEN,
}  # fmt: skip


def table(*more_names: str, tags: dict[str, str] | None = None, **more: Any) -> Answers:
    """Return the answers about the table ``User``, and others that are like it."""
    tagged = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    listed = [{"ResourceARN": TABLE["TableArn"], "Tags": tagged}]
    return {
        "dynamodb:ListTables": {"TableNames": ["User", *more_names]},
        "dynamodb:DescribeTable": {"Table": TABLE | more},
        "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": listed},
    }


def event(name: str, user: str, type_: str = "IAMUser") -> Answers:
    """Return the answer about what somebody did to a table."""
    record = json.dumps({"userIdentity": {"type": type_, "userName": user}})
    return {"cloudtrail:LookupEvents": {"Events": [{"EventName": name, "EventTime": WHEN, "CloudTrailEvent": record}]}}


WITNESS = roles(ROLE)
CONSOLES = arn("iam", "policy/service-role/AWSLambdaBasicExecutionRole-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
DEVICE = arn("iam", "mfa/carbuyer-app-user")


def devices(owner: str = "", name: str = "") -> Answers:
    """Return the answers about a virtual MFA device, and about the user who has it."""
    user = {"UserName": name, "Arn": owner}
    device = {"SerialNumber": DEVICE} | ({"User": {"Arn": owner}} if owner else {})
    return {
        "iam:ListVirtualMFADevices": {"VirtualMFADevices": [device]},
        "iam:ListUsers": {"Users": [user] if name else []},
    }


def policies(arn: str, count: int = 0) -> Answers:
    """Return the answer about a policy that so many have."""
    listed = {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "AttachmentCount": count}
    return {"iam:ListPolicies": {"Policies": [listed]}}


OUR_POLICY = policies(arn("iam", "policy/carbuyer-app"))
GROUP_OF_OURS = {"iam:GetAccountAuthorizationDetails": {"GroupDetailList": [{"GroupName": "carbuyer-team"}]}}
ACL = arn("wafv2", "global/webacl/{}/1", "us-east-1")


def acl(name: str, distribution: str) -> Answers:
    """Return the answers about a web ACL and the distribution that it guards."""
    acl = ACL.format(name)
    listed = {"wafv2:ListWebACLs": {"WebACLs": [{"Name": name, "ARN": acl, "Id": "1"}]}}
    return distributions("example.org", distribution, WebACLId=acl) | listed


def delivery(distribution: str, source: str = "s1", of: str = "E1") -> Answers:
    """Return the answers about a distribution and the delivery of its logs."""
    target = arn("logs", "delivery-destination:CF-E1-s3", "us-east-1")
    resource = arn("cloudfront", f"distribution/{of}")
    return distributions("example.org", distribution) | {
        "logs:DescribeDeliverySources": {"deliverySources": [{"name": "s1", "resourceArns": [resource]}]},
        "logs:DescribeDeliveries": {
            "deliveries": [{"id": "d1", "deliverySourceName": source, "deliveryDestinationArn": target}]
        },
        "logs:DescribeDeliveryDestinations": {"deliveryDestinations": [{"name": "CF-E1-s3", "arn": target}]},
    }


def copies(volume: str = "", instance: str = "") -> Answers:
    """Return the answers about a snapshot of a disk and an image of an instance."""
    snapshot = {"SnapshotId": "snap-1", "VolumeId": volume, "State": "completed", "OwnerId": ME}
    image = {"ImageId": "ami-1", "SourceInstanceId": instance, "State": "available", "OwnerId": ME}
    return {"ec2:DescribeSnapshots": {"Snapshots": [snapshot]}, "ec2:DescribeImages": {"Images": [image]}}


SOMEBODY = {
    "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": [eni(Attachment={"InstanceId": "i-1"})]}
} | instances(instance(**named("x")))  # in our VPC
PROFILE = {"iam:ListInstanceProfiles": {"InstanceProfiles": [{"InstanceProfileName": "carbuyer-p"}]}}
REGIONAL = arn("wafv2", "regional/webacl/CreatedByALB-1/1", REGION)


def guarded(*balancers: str) -> Answers:
    """Return the answers about the first load balancer, and the web ACL that guards it and the others."""
    arns = [BALANCER.format(name) for name in balancers]
    first = {"LoadBalancerArn": arns[0], "LoadBalancerName": balancers[0]}
    return {
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": [first]},
        "wafv2:GetWebACLForResource": {"WebACL": {"ARN": REGIONAL}},
        "wafv2:ListResourcesForWebACL": {"ResourceArns": arns},
        "wafv2:ListWebACLs": {
            "WebACLs": [{"Name": "CreatedByALB-1", "ARN": REGIONAL}, {"Name": "other", "ARN": f"{REGIONAL}2"}]
        },
    }
