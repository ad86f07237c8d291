"""What somebody may change of a resource of each kind."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.resource import Resource

    Change = Callable[[Any, Resource], object]

NOTHING = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
TAG = {"Key": "changed", "Value": "by somebody"}


def _tag(session: Any, one: Resource) -> None:
    ec2 = session.client("ec2")
    pairs = ec2.describe_key_pairs()["KeyPairs"]
    id_ = next((pair["KeyPairId"] for pair in pairs if pair["KeyName"] == one.id), one.id)
    ec2.create_tags(Resources=[id_], Tags=[TAG])


def _rule(session: Any, group: Resource) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "10.9.9.0/24"}]}
    session.client("ec2").authorize_security_group_ingress(GroupId=group.id, IpPermissions=[rule])


def _route(session: Any, table: Resource) -> None:
    ec2 = session.client("ec2")
    gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
    ec2.create_route(RouteTableId=table.id, DestinationCidrBlock="10.99.0.0/16", GatewayId=gateway)


def _listener_rule(session: Any, balancer: Resource) -> None:
    elb = session.client("elbv2")
    listener = elb.describe_listeners(LoadBalancerArn=balancer.id)["Listeners"][0]["ListenerArn"]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    path = {"Field": "path-pattern", "Values": ["/changed"]}
    elb.create_rule(ListenerArn=listener, Priority=77, Conditions=[path], Actions=[fixed])


def _target(session: Any, group: Resource) -> None:
    elb = session.client("elbv2")
    targets = [one["Target"] for one in elb.describe_target_health(TargetGroupArn=group.id)["TargetHealthDescriptions"]]
    elb.deregister_targets(TargetGroupArn=group.id, Targets=targets[:1])


def _distribution(session: Any, one: Resource) -> None:
    cloudfront = session.client("cloudfront")
    told = cloudfront.get_distribution_config(Id=one.id)
    config = {**told["DistributionConfig"], "Comment": "changed"}
    cloudfront.update_distribution(Id=one.id, IfMatch=told["ETag"], DistributionConfig=config)


def _access_control(session: Any, one: Resource) -> None:
    cloudfront = session.client("cloudfront")
    told = cloudfront.get_origin_access_control(Id=one.id)
    config = {**told["OriginAccessControl"]["OriginAccessControlConfig"], "Description": "changed"}
    cloudfront.update_origin_access_control(Id=one.id, IfMatch=told["ETag"], OriginAccessControlConfig=config)


def _web_acl(session: Any, one: Resource) -> None:
    waf = session.client("wafv2", region_name=one.region)
    which = {"Name": one.name, "Scope": one.details["scope"], "Id": one.arn.rpartition("/")[2]}
    told = waf.get_web_acl(**which)
    kept = {name: told["WebACL"][name] for name in ("DefaultAction", "VisibilityConfig", "Rules")}
    waf.update_web_acl(**which, **kept, Description="changed", LockToken=told["LockToken"])


def _resource(session: Any, api: Resource) -> None:
    gateway = session.client("apigateway")
    parent = gateway.get_resources(restApiId=api.id)["items"][0]["id"]
    gateway.create_resource(restApiId=api.id, parentId=parent, pathPart="changed")


def _plan(session: Any, plan: Resource) -> None:
    change = {"op": "replace", "path": "/description", "value": "changed"}
    session.client("apigateway").update_usage_plan(usagePlanId=plan.id, patchOperations=[change])


def _key(session: Any, key: Resource) -> None:
    change = {"op": "replace", "path": "/description", "value": "changed"}
    session.client("apigateway").update_api_key(apiKey=key.id, patchOperations=[change])


def _code(session: Any, function: Resource) -> None:
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as packed:
        packed.writestr("index.py", "changed")
    session.client("lambda").update_function_code(FunctionName=function.id, ZipFile=package.getvalue())


def _profile(session: Any, profile: Resource) -> None:
    iam = session.client("iam")
    role = iam.get_instance_profile(InstanceProfileName=profile.id)["InstanceProfile"]["Roles"][0]["RoleName"]
    iam.remove_role_from_instance_profile(InstanceProfileName=profile.id, RoleName=role)


def _bucket(session: Any, one: Resource) -> None:
    session.client("s3").put_bucket_tagging(Bucket=one.id, Tagging={"TagSet": [TAG]})


def add_event(session: Any, group: Resource, stream: str = "late") -> None:
    """Write an event into a log group, as old as the group itself."""
    logs = session.client("logs", region_name=group.region)
    logs.create_log_stream(logGroupName=group.id, logStreamName=stream)
    written = logs.describe_log_groups(logGroupNamePrefix=group.id)["logGroups"][0]["creationTime"]
    event = {"timestamp": written, "message": "late"}
    logs.put_log_events(logGroupName=group.id, logStreamName=stream, logEvents=[event])


CHANGES: dict[str, Change] = {
    **dict.fromkeys(
        ("EC2 instance", "EBS volume", "NAT gateway", "Elastic IP", "VPC endpoint", "network interface",
         "internet gateway", "egress-only internet gateway", "subnet", "network ACL", "VPC",
         "key pair"), _tag,
    ),
    "security group": _rule,
    "route table": _route,
    "load balancer": _listener_rule,
    "target group": _target,
    "CloudFront distribution": _distribution,
    "origin access control": _access_control,
    "web ACL": _web_acl,
    "REST API": _resource,
    "usage plan": _plan,
    "API key": _key,
    "Lambda function": _code,
    "log group": add_event,
    "S3 bucket": _bucket,
    "instance profile": _profile,
    "IAM role": lambda s, r: s.client("iam").put_role_policy(RoleName=r.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM user": lambda s, u: s.client("iam").put_user_policy(UserName=u.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM group": lambda s, g: s.client("iam").put_group_policy(GroupName=g.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM policy": lambda s, p: s.client("iam").create_policy_version(PolicyArn=p.id, PolicyDocument=NOTHING),
}  # fmt: skip
