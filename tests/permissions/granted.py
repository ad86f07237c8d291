"""What a policy grants: the part of IAM's evaluation that the policies of this project need.

Source: IAM user guide, "Policy evaluation logic", and "Service Authorization Reference": an action needs a statement
whose action, resource and conditions all fit. There are no Deny statements in these policies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from carbuyer_cleanup.permissions.policies import FREE, NAME_TAG, actions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from strict_moto.world import Request, World

# A parameter → what it names, as the ARN's part behind service, Region and account. The first parameter that a
# request has counts: detaching a policy from a role is about the role (Service Authorization Reference).
NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "ec2": (
        ("InstanceIds", "instance/"),
        ("InstanceId", "instance/"),
        ("VolumeId", "volume/"),
        ("SpotInstanceRequestIds", "spot-instances-request/"),
        ("KeyName", "key-pair/"),
        ("NatGatewayId", "natgateway/"),
        ("AllocationId", "elastic-ip/"),
        ("VpcEndpointIds", "vpc-endpoint/"),
        ("InstanceConnectEndpointId", "instance-connect-endpoint/"),
        ("NetworkInterfaceId", "network-interface/"),
        ("InternetGatewayId", "internet-gateway/"),
        ("EgressOnlyInternetGatewayId", "egress-only-internet-gateway/"),
        ("SubnetId", "subnet/"),
        ("AssociationId", "route-table/"),
        ("RouteTableId", "route-table/"),
        ("NetworkAclId", "network-acl/"),
        ("GroupId", "security-group/"),
        ("VpcId", "vpc/"),
    ),
    "elbv2": (("LoadBalancerArn", ""), ("TargetGroupArn", "")),
    "lambda": (("FunctionName", "function:"), ("UUID", "event-source-mapping:")),
    "logs": (("logGroupName", "log-group:"), ("logGroupIdentifier", "log-group:"), ("id", "delivery:")),
    "schemas": (("SchemaName", "schema/{RegistryName}/"),),
    "wafv2": (("Id", "{place}/webacl/{Name}/"),),
    "dynamodb": (("TableName", "table/"), ("RequestItems", "table/"), ("ResourceArn", "")),
    "iam": (
        ("GroupName", "group/"),
        ("UserName", "user/"),
        ("InstanceProfileName", "instance-profile/"),
        ("RoleName", "role/"),
        ("SerialNumber", ""),
        ("PolicyArn", ""),
        ("PolicySourceArn", ""),
    ),
}
SCOPES_OF_WAF = {"CLOUDFRONT": "global", "REGIONAL": "regional"}
ACCOUNTLESS = {"apigateway", "apigatewayv2"}
REGIONLESS = {"iam", "cloudfront"}
IAM_NAME = {"elbv2": "elasticloadbalancing", "apigatewayv2": "apigateway"}


def resources(request: Request) -> list[str]:
    """Return the ARNs of what a request is about; ``*`` for one that lists."""
    if request.service == "s3":
        return _objects(request.params)
    if IAM_NAME.get(request.service, request.service) == "apigateway":
        return [_arn(request, _path(request))]
    if request.operation.startswith("DeleteDelivery") and "name" in request.params:
        sort = "source" if request.operation.endswith("Source") else "destination"
        return [_arn(request, f"delivery-{sort}:{request.params['name']}")]
    if request.service == "cloudfront":
        sort = "origin-access-control" if "OriginAccessControl" in request.operation else "distribution"
        return [_arn(request, f"{sort}/{request.params['Id']}")] if "Id" in request.params else ["*"]
    for parameter, prefix in NAMED.get(request.service, ()):
        if parameter in request.params:
            named = request.params[parameter]
            named = [*named] if isinstance(named, dict) else named  # by the names of tables
            place = SCOPES_OF_WAF.get(request.params.get("Scope", ""))
            before = prefix.format_map(request.params | {"place": place})
            return [_arn(request, before + name) for name in (named if isinstance(named, list) else [named])]
    arns = [value for value in request.params.values() if isinstance(value, str) and value.startswith("arn:")]
    return arns[:1] or ["*"]


def _objects(params: dict[str, Any]) -> list[str]:
    """Return the bucket, or its objects if the request names any."""
    if "Bucket" not in params:
        return ["*"]
    keys = [each["Key"] for each in params.get("Delete", {}).get("Objects", ())] or [params.get("Key", "")]
    return [f"arn:aws:s3:::{params['Bucket']}" + (f"/{key}" if key else "") for key in keys]


def _path(request: Request) -> str:
    """Return the path of API Gateway's own API that a call asks for, with an ``x`` for every name in it."""
    uri = model(request.service).operation_model(request.operation).http["requestUri"].split("?")[0]
    return re.sub(r"\{.*?\}", "x", uri.removeprefix("/v2"))


@cache
def model(service: str) -> Any:
    """Return what botocore knows of a service."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _arn(request: Request, name: str) -> str:
    if name.startswith("arn:"):
        return name
    service = request.service
    name += ":*" if name.startswith("log-group:") else ""  # CloudWatch Logs user guide, "Resources and operations"
    region = "" if service in REGIONLESS else request.region
    account = "" if service in ACCOUNTLESS else request.account
    return f"arn:aws:{IAM_NAME.get(service, service)}:{region}:{account}:{name}"


@dataclass
class Granted:
    """Policies, and whether they grant a request; ``used`` are the actions that they were asked for and granted.

    ``actions`` tells what a call needs.
    """

    statements: list[dict[str, Any]]
    actions: Callable[[str], Sequence[str]] = actions
    used: set[str] = field(default_factory=set)

    def refuses(self, world: World, request: Request) -> dict[str, str] | None:
        """Return the facts of AWS's refusal, None for a request that is granted: the ``when`` of a sandbox's rule."""
        if request.call in FREE:
            return None
        for action in self.actions(request.call):
            for resource in resources(request):
                if not any(_fits(s, action, resource, _name_tag(world, request, resource)) for s in self.statements):
                    return {"principal": request.principal, "action": action, "resource": resource}
            self.used.add(action)
        return None


def _fits(statement: dict[str, Any], action: str, resource: str, name: str) -> bool:
    patterns = statement.get("Condition", {}).get("StringLike", {}).get(NAME_TAG, ["*"])
    return (
        any(fnmatchcase(action, pattern) for pattern in statement["Action"])
        and any(fnmatchcase(resource, pattern) for pattern in statement["Resource"])
        and any(fnmatchcase(name, pattern) for pattern in patterns)
    )


def _name_tag(world: World, request: Request, resource: str) -> str:
    """Return the Name tag of something of EC2's; others are granted by their names."""
    if request.service != "ec2":
        return ""
    backend = world.backend("ec2", request.account, request.region)
    tags = backend.describe_tags(filters={"resource-id": [resource.rpartition("/")[2]]})
    return next((tag["value"] for tag in tags if tag["key"] == "Name"), "")
