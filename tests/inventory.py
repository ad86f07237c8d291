"""Everything in an account, by plain boto3: what stands before and after can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath

if TYPE_CHECKING:
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


def inventory(session: boto3.Session) -> set[tuple[str, str]]:
    """Return everything that stands in the account, as (list call, id)."""
    return {
        (f"{service}:{method}", str(id_))
        for service, method, path in LISTS
        for id_ in _ids(session, service, method, path)
    }


def _ids(session: boto3.Session, service: str, method: str, path: str) -> list[Any]:
    client: Any = session.client(service)  # type: ignore[call-overload] # any service
    pages = client.get_paginator(method).paginate() if client.can_paginate(method) else [getattr(client, method)()]
    return [id_ for page in pages for id_ in jmespath.search(path, page) or ()]
