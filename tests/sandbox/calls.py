"""Calls to the sandbox, and its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    import boto3


STUDENT, OTHER, TEACHER = "111122223333", "444455556666", "999999999999"


# One harmless call of each service that the workshop meets.
CALLS: dict[str, dict[str, Any]] = {
    "apigateway:get_rest_apis": {},
    "apigateway:get_usage_plans": {},
    "apigatewayv2:get_apis": {},
    "cloudfront:list_distributions": {},
    "cloudfront:list_origin_access_controls": {},
    "dynamodb:describe_table": {"TableName": "User"},
    "dynamodb:list_tables": {},
    "dynamodb:scan": {"TableName": "User"},
    "ec2:describe_instances": {},
    "ec2:describe_nat_gateways": {},
    "ec2:describe_network_interfaces": {},
    "ec2:describe_route_tables": {},
    "ec2:describe_security_groups": {},
    "ec2:describe_subnets": {},
    "ec2:describe_vpc_endpoints": {},
    "ec2:describe_vpcs": {},
    "elbv2:describe_load_balancers": {},
    "elbv2:describe_target_groups": {},
    "iam:get_role": {"RoleName": "carbuyer-ec2-role"},
    "iam:list_instance_profiles": {},
    "iam:list_user_tags": {"UserName": "carbuyer-app-user"},
    "iam:list_users": {},
    "lambda:get_function": {"FunctionName": "carbuyer-email-service"},
    "lambda:list_functions": {},
    "logs:describe_log_groups": {},
    "resourcegroupstaggingapi:get_resources": {},
    "s3:get_bucket_encryption": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:get_bucket_versioning": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:list_buckets": {},
    "s3:list_object_versions": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:list_objects_v2": {"Bucket": "carbuyer-fcj-bucket"},
    "sts:get_caller_identity": {},
}


def ask(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> Any:
    """Make a call such as ``iam:list_users``, and return the answer without its metadata."""
    service, method = call.split(":")
    answer = getattr(session.client(service, region_name=region), method)(**(CALLS.get(call, {}) | params))  # type: ignore[call-overload] # any service
    answer.pop("ResponseMetadata")
    return answer


def refusal(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> tuple[str, int]:
    """Make a call that is refused, and return the code and the HTTP status; every refusal has a request id."""
    with pytest.raises(ClientError) as caught:
        ask(session, call, region, **params)
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["RequestId"]
    return caught.value.response["Error"]["Code"], metadata["HTTPStatusCode"]
