"""The workshop's cleanup page with boto3 and its waiters, step by step, as a careful person would write it.

``python by_boto3.py``: region, credentials and endpoint come from the environment. What the page leaves behind when it
is followed through the API (parts of the VPC, the instance profile, the log groups …) is deleted, too.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "carbuyer-"
VPC, FUNCTION = "carbuyer-fcj-vpc", "carbuyer-email-service"
BUCKET = os.environ.get("BUCKET", "carbuyer-fcj-bucket")  # each account of a class has a name of its own
API, KEY, PLAN = "carbuyer-email-api", "carbuyer-email-api-key", "carbuyer-email-plan"
DISTRIBUTION, USER, KEY_PAIR = "fcj-cloudfront-carbuyer", "carbuyer-app-user", "carbuyer-keypair"
GROUPS = ("carbuyer-customer-sg", "carbuyer-admin-sg", "carbuyer-alb-sg")  # in the page's order
ROLES = ("carbuyer-ec2-role", "carbuyer-lambda-email-role")
TABLES = "DanhGia DatLichKH KieuDang LoaiPhuKien MauXe NguyenLieuXe PhuKien Slider ThuongHieu TinTuc User XeOto".split()
BUSY = {
    "AuthFailure",
    "ResourceInUse",
    "DependencyViolation",
    "DeleteConflict",
    "ResourceInUseException",
    "DistributionNotDisabled",
}
# AuthFailure is what AWS says of an address that the NAT gateway is still giving back.
LONGEST, PAUSE = 900, 10  # seconds for which something may be in use, and between two tries

CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 8})
SESSION = boto3.Session(region_name="ap-southeast-1")


def client(service: str) -> Any:
    """Return a client that waits out throttling."""
    return SESSION.client(service, config=CONFIG)  # type: ignore[call-overload] # the stubs have an overload per service


ec2, elb, iam, cloudfront = client("ec2"), client("elbv2"), client("iam"), client("cloudfront")


def when_free(call: Callable[..., Any], **params: Any) -> None:
    """Make a call again and again while AWS says that the thing is in use."""
    ends = time.monotonic() + LONGEST
    while True:
        try:
            call(**params)
        except ClientError as error:
            if error.response["Error"]["Code"] not in BUSY or time.monotonic() > ends:
                raise
            time.sleep(PAUSE)
        else:
            return


def named(*names: str) -> list[dict[str, Any]]:
    """Return EC2's filter for Name tags."""
    return [{"Name": "tag:Name", "Values": [*names]}]


def pages(of: Any, operation: str, **params: Any) -> Any:
    """Return all pages of a list."""
    return of.get_paginator(operation).paginate(**params)


def load_balancer() -> None:
    """Step 1."""
    with suppress(elb.exceptions.LoadBalancerNotFoundException):
        arns = [lb["LoadBalancerArn"] for lb in elb.describe_load_balancers(Names=["carbuyer-alb"])["LoadBalancers"]]
        for arn in arns:
            elb.delete_load_balancer(LoadBalancerArn=arn)
        elb.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=arns)


def target_groups() -> None:
    """Step 2."""
    for name in ("carbuyer-customer-tg", "carbuyer-admin-employee-tg"):
        with suppress(elb.exceptions.TargetGroupNotFoundException):
            for group in elb.describe_target_groups(Names=[name])["TargetGroups"]:
                when_free(elb.delete_target_group, TargetGroupArn=group["TargetGroupArn"])


def instances() -> None:
    """Step 3."""
    running = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
    found = pages(ec2, "describe_instances", Filters=[*named("carbuyer-*"), *running])
    ids = [one["InstanceId"] for page in found for r in page["Reservations"] for one in r["Instances"]]
    if ids:
        ec2.terminate_instances(InstanceIds=ids)
        ec2.get_waiter("instance_terminated").wait(InstanceIds=ids)


def nat_gateway() -> list[str]:
    """Step 4. Return the addresses, which have no name."""
    there = [{"Name": "state", "Values": ["pending", "available"]}]
    found = ec2.describe_nat_gateways(Filters=[*named("carbuyer-nat-gateway"), *there])["NatGateways"]
    for gateway in found:
        ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    if found:
        ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[gateway["NatGatewayId"] for gateway in found])
    return [address["AllocationId"] for gateway in found for address in gateway["NatGatewayAddresses"]]


def api() -> None:
    """Step 6."""
    gateway = client("apigateway")
    for page in pages(gateway, "get_rest_apis"):
        for one in page["items"]:
            if one["name"] == API:
                gateway.delete_rest_api(restApiId=one["id"])
                _delete_log_group(f"API-Gateway-Execution-Logs_{one['id']}/prod")
    for page in pages(gateway, "get_usage_plans"):
        for plan in page["items"]:
            if plan["name"] == PLAN:
                gateway.delete_usage_plan(usagePlanId=plan["id"])
    for page in pages(gateway, "get_api_keys"):
        for key in page["items"]:
            if key["name"] == KEY:
                gateway.delete_api_key(apiKey=key["id"])


def _delete_log_group(name: str) -> None:
    logs = client("logs")
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=name)


def function() -> None:
    """Step 7."""
    functions = client("lambda")
    with suppress(functions.exceptions.ResourceNotFoundException):
        functions.delete_function(FunctionName=FUNCTION)
    _delete_log_group(f"/aws/lambda/{FUNCTION}")


def distribution() -> None:
    """Step 8: disable, wait, delete; then its origin access control."""
    for page in pages(cloudfront, "list_distributions"):
        for one in page["DistributionList"].get("Items", []):
            tags = cloudfront.list_tags_for_resource(Resource=one["ARN"])["Tags"]["Items"]
            if {"Key": "Name", "Value": DISTRIBUTION} in tags:
                _delete_distribution(one["Id"])


def _delete_distribution(id_: str) -> None:
    found = cloudfront.get_distribution_config(Id=id_)
    config = found["DistributionConfig"]
    if config["Enabled"]:
        cloudfront.update_distribution(Id=id_, IfMatch=found["ETag"], DistributionConfig=config | {"Enabled": False})
    cloudfront.get_waiter("distribution_deployed").wait(Id=id_)
    when_free(_delete_disabled, id_=id_)
    for control in {origin.get("OriginAccessControlId") for origin in config["Origins"]["Items"]} - {None, ""}:
        etag = cloudfront.get_origin_access_control(Id=control)["ETag"]
        cloudfront.delete_origin_access_control(Id=control, IfMatch=etag)


def _delete_disabled(id_: str) -> None:
    cloudfront.delete_distribution(Id=id_, IfMatch=cloudfront.get_distribution_config(Id=id_)["ETag"])


def bucket() -> None:
    """Step 9: all versions, then the bucket."""
    s3 = SESSION.resource("s3", config=CONFIG)
    with suppress(s3.meta.client.exceptions.NoSuchBucket):
        s3.Bucket(BUCKET).object_versions.delete()
        s3.Bucket(BUCKET).delete()
        s3.Bucket(BUCKET).wait_until_not_exists()


def tables() -> None:
    """Step 10."""
    dynamodb = client("dynamodb")
    for name in TABLES:
        with suppress(dynamodb.exceptions.ResourceNotFoundException):
            keys = dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]
            if keys == [{"AttributeName": "id", "KeyType": "HASH"}]:
                dynamodb.delete_table(TableName=name)
                dynamodb.get_waiter("table_not_exists").wait(TableName=name)


def network() -> None:
    """Steps 11 to 13: security groups, endpoints, and the VPC with what the console deletes with it."""
    for vpc in ec2.describe_vpcs(Filters=named(VPC))["Vpcs"]:
        of = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        _groups(of)
        _endpoints(of)
        for subnet in ec2.describe_subnets(Filters=of)["Subnets"]:
            when_free(ec2.delete_subnet, SubnetId=subnet["SubnetId"])
        for table in ec2.describe_route_tables(Filters=of)["RouteTables"]:
            if not any(one.get("Main") for one in table["Associations"]):
                when_free(ec2.delete_route_table, RouteTableId=table["RouteTableId"])
        attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
        for gateway in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
            when_free(ec2.detach_internet_gateway, InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
        when_free(ec2.delete_vpc, VpcId=vpc["VpcId"])


def _groups(of: list[dict[str, Any]]) -> None:
    for name in GROUPS:
        one = [*of, {"Name": "group-name", "Values": [name]}]
        for group in ec2.describe_security_groups(Filters=one)["SecurityGroups"]:
            when_free(ec2.delete_security_group, GroupId=group["GroupId"])


def _endpoints(of: list[dict[str, Any]]) -> None:
    ids = [one["VpcEndpointId"] for one in ec2.describe_vpc_endpoints(Filters=of)["VpcEndpoints"]]
    if ids:
        ec2.delete_vpc_endpoints(VpcEndpointIds=ids)
    while ids and any(one["State"] != "deleted" for one in ec2.describe_vpc_endpoints(Filters=of)["VpcEndpoints"]):
        time.sleep(PAUSE)


def identities() -> None:
    """Steps 14 and 15: roles with their profiles, and the user; the key is deactivated first."""
    for role in ROLES:
        with suppress(iam.exceptions.NoSuchEntityException):
            _delete_role(role)
    with suppress(iam.exceptions.NoSuchEntityException):
        for key in iam.list_access_keys(UserName=USER)["AccessKeyMetadata"]:
            iam.update_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"], Status="Inactive")
            iam.delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
        for policy in iam.list_attached_user_policies(UserName=USER)["AttachedPolicies"]:
            iam.detach_user_policy(UserName=USER, PolicyArn=policy["PolicyArn"])
        when_free(iam.delete_user, UserName=USER)


def _delete_role(role: str) -> None:
    for profile in iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
        when_free(iam.delete_instance_profile, InstanceProfileName=name)
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    for inline in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=inline)
    when_free(iam.delete_role, RoleName=role)


def main() -> None:
    """Do the page's steps in its order."""
    load_balancer()
    target_groups()
    instances()
    for address in nat_gateway():  # step 5
        when_free(ec2.release_address, AllocationId=address)
    api()
    function()
    distribution()
    bucket()
    tables()
    network()
    identities()
    ec2.delete_key_pair(KeyName=KEY_PAIR)  # step 16


if __name__ == "__main__":
    main()
