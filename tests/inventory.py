"""Everything in an account, by plain boto3: what stands before and after can be compared."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Collection

    import boto3

# service, method, what names the things in the answer
LISTS = (
    ("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups[].TargetGroupArn"),
    ("ec2", "describe_instances", "Reservations[].Instances[?State.Name!='terminated'][].InstanceId"),
    ("ec2", "describe_volumes", "Volumes[].VolumeId"),
    ("ec2", "describe_nat_gateways", "NatGateways[?State!='deleted'].NatGatewayId"),
    ("ec2", "describe_addresses", "Addresses[].AllocationId"),
    ("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints[].VpcEndpointId"),
    ("ec2", "describe_instance_connect_endpoints", "InstanceConnectEndpoints[].InstanceConnectEndpointId"),
    ("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    ("ec2", "describe_subnets", "Subnets[].SubnetId"),
    ("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    ("ec2", "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    ("ec2", "describe_network_acls", "NetworkAcls[].NetworkAclId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
    ("ec2", "describe_key_pairs", "KeyPairs[].KeyPairId"),
    ("apigateway", "get_rest_apis", "items[].id"),
    ("apigateway", "get_usage_plans", "items[].id"),
    ("apigateway", "get_api_keys", "items[].id"),
    ("apigateway", "get_domain_names", "items[].domainName"),
    ("apigatewayv2", "get_apis", "Items[].ApiId"),
    ("lambda", "list_functions", "Functions[].FunctionArn"),
    ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    ("cloudfront", "list_distributions", "DistributionList.Items[].Id"),
    ("cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[].Id"),
    ("s3", "list_buckets", "Buckets[].Name"),
    ("dynamodb", "list_tables", "TableNames"),
    ("iam", "list_roles", "Roles[].Arn"),
    ("iam", "list_instance_profiles", "InstanceProfiles[].Arn"),
    ("iam", "list_users", "Users[].Arn"),
    ("iam", "list_groups", "Groups[].Arn"),
    ("iam", "list_virtual_mfa_devices", "VirtualMFADevices[].SerialNumber"),
)

# What takes more to be listed: Region, service, method, its parameters, what names the things in the answer
US_EAST_1 = "us-east-1"  # has what is CloudFront's
MORE: tuple[tuple[str | None, str, str, dict[str, str], str], ...] = (
    (None, "wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs[].ARN"),
    (US_EAST_1, "wafv2", "list_web_acls", {"Scope": "CLOUDFRONT"}, "WebACLs[].ARN"),
    (US_EAST_1, "logs", "describe_deliveries", {}, "deliveries[].id"),
    (US_EAST_1, "logs", "describe_delivery_sources", {}, "deliverySources[].arn"),
    (US_EAST_1, "logs", "describe_delivery_destinations", {}, "deliveryDestinations[].arn"),
    (None, "iam", "list_policies", {"Scope": "Local"}, "Policies[].Arn"),
)


def inventory(session: boto3.Session, lacking: Collection[str] = ()) -> set[tuple[str, str]]:
    """Return everything that stands in the account, as (list call, id); an emulator may be ``lacking`` methods."""
    return (
        {
            (f"{service}:{method}", str(id_))
            for service, method, path in LISTS
            if method not in lacking
            for id_ in _ids(session, service, method, path)
        }
        | {
            (f"{service}:{method}", str(id_))
            for region, service, method, params, path in MORE
            for id_ in jmespath.search(path, _ask(session, region, service, method, params)) or ()
        }
        | {("schemas:list_schemas", name) for name in _schemas(session)}
    )


def _schemas(session: boto3.Session) -> set[str]:
    """Return what the registries of schemas hold; an emulator may lack them."""
    try:
        registries = _ask(session, None, "schemas", "list_registries", {})["Registries"]
    except ClientError:
        return set()
    pages = [_ask(session, None, "schemas", "list_schemas", {"RegistryName": r["RegistryName"]}) for r in registries]
    return {schema["SchemaName"] for page in pages for schema in page["Schemas"]}


def _ask(session: boto3.Session, region: str | None, service: str, method: str, params: dict[str, str]) -> Any:
    return getattr(_client(session, service, region), method)(**params)


def _ids(session: boto3.Session, service: str, method: str, path: str) -> list[Any]:
    client = _client(session, service)
    pages = client.get_paginator(method).paginate() if client.can_paginate(method) else [getattr(client, method)()]
    return [id_ for page in pages for id_ in jmespath.search(path, page) or ()]


# What a list does not show of a thing, each call with its parameter and where the thing's name for it is in the list.
DESCRIBED = (
    ("dynamodb", "describe_table", "TableName", "list_tables", "TableNames[]"),
    ("cloudfront", "get_distribution_config", "Id", "list_distributions", "DistributionList.Items[].Id"),
    ("iam", "list_attached_role_policies", "RoleName", "list_roles", "Roles[].RoleName"),
    (
        "iam",
        "get_instance_profile",
        "InstanceProfileName",
        "list_instance_profiles",
        "InstanceProfiles[].InstanceProfileName",
    ),
    ("iam", "list_groups_for_user", "UserName", "list_users", "Users[].UserName"),
    ("lambda", "get_function_configuration", "FunctionName", "list_functions", "Functions[].FunctionName"),
    ("apigateway", "get_stages", "restApiId", "get_rest_apis", "items[].id"),
)


def details(session: boto3.Session) -> dict[tuple[str, str], str]:
    """Return everything that stands in the account as AWS describes it: to the bit, but for what time changes."""
    listed = {
        (f"{service}:{method}", _name_of(item)): _text(item)
        for service, method, path in LISTS
        for item in _ids(session, service, method, path.rpartition("].")[0] + "]" if "]." in path else path)
    }
    return listed | {
        (f"{service}:{method}", str(name)): _described(session, service, method, {parameter: name})
        for service, method, parameter, list_, path in DESCRIBED
        for name in _ids(session, service, list_, path)
    }


def _described(session: boto3.Session, service: str, method: str, given: dict[str, Any]) -> str:
    """Return how AWS describes one thing; a list may still show what is gone."""
    try:
        return _text(getattr(_client(session, service), method)(**given))
    except ClientError as error:
        if not error.response["Error"]["Code"].startswith("NoSuch"):
            raise
        return "gone"


@lru_cache(64)
def _client(session: boto3.Session, service: str, region: str | None = None) -> Any:
    return session.client(service, region_name=region)  # type: ignore[call-overload] # any service


def _name_of(item: Any) -> str:
    """Return what names an item of a list: its first member that ends in Id, Arn or Name."""
    if not isinstance(item, dict):
        return str(item)
    named = [key for key in sorted(item) if key.lower().endswith(("id", "arn", "name", "serialnumber"))]
    return " ".join(str(item[key]) for key in named if isinstance(item[key], str))


def _text(item: Any) -> str:
    """Return an item without what AWS changes by itself: when it was used last, and the answer's own."""
    if isinstance(item, dict):
        item = {key: value for key, value in item.items() if key not in {"ResponseMetadata", "RoleLastUsed"}}
    return json.dumps(item, default=str, sort_keys=True)
