"""What IAM must allow for the calls of this suite: ``python -m carbuyer_cleanup.permissions cleanup`` prints it.

Actions have the names of AWS's Service Authorization Reference. Those that can be granted for some resources only stand
in ``SCOPES``; everything else only lists, which AWS grants for a whole account or not at all.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.home import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from carbuyer_cleanup.workshop import Workshop

Statement = dict[str, Any]
LOOK = "Look"  # the statement of the calls that list
NAME_TAG = "aws:ResourceTag/Name"
FREE = frozenset({"sts:GetCallerIdentity"})  # "No permissions are required": STS API reference

# botocore's name of a service → IAM's, where they differ.
SERVICES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "pricing-plan-manager": "pricingplanmanager",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "stepfunctions": "states",
}
# A call → its actions, where the operation's name isn't the action's.
ACTIONS = {
    "budgets:DescribeBudgets": ("budgets:ViewBudget",),
    "s3:DeleteObject": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
}
# API Gateway's actions are HTTP's methods, and its resources the paths of its own API.
METHODS = {"Get": "GET", "Delete": "DELETE", "Update": "PATCH"}


@dataclass(frozen=True)
class Scope:
    """Calls that are granted for some resources only: a statement of the cleanup policy.

    Args:
        name: the statement's.
        calls: separated by spaces.
        resources: as ARNs have them behind the partition; a manifest's entry in braces stands for its names and
            the prefix, ``{region}`` for the manifest's Region.
        tagged: the entry of the manifest that the ``Name`` tag must fit; "" if any will do.
        written: how the policy names the resources, if shorter.
        lists: how it names the actions that list, if shorter: what is the workshop's own may be listed in any way.
    """

    name: str
    calls: str
    resources: tuple[str, ...]
    tagged: str | None = None
    written: tuple[str, ...] = ()
    lists: str = ""


# Each action of a statement is for one type of its resources only, and granted for nothing by the others.
# EC2 knows what it makes by ids. What is the workshop's by its Name tag alone is granted by that; what is so because
# it stands in the workshop's VPC, whatever its name, can only be granted by its type and Region.
SCOPES = (
    Scope(
        "Instances",
        "ec2:TerminateInstances ec2:ModifyInstanceAttribute",
        ("ec2:{region}:*:instance/*",),
        tagged="ec2.instance",
    ),
    Scope("Volumes", "ec2:DeleteVolume", ("ec2:{region}:*:volume/*",), tagged=""),
    Scope("Vpc", "ec2:DeleteVpc", ("ec2:{region}:*:vpc/*",), tagged="ec2.vpc"),
    Scope("KeyPair", "ec2:DeleteKeyPair", ("ec2:{region}:*:key-pair/{ec2.key_pair}",)),
    Scope(
        "InTheVpc",
        "ec2:DeleteNatGateway ec2:ReleaseAddress ec2:ResetAddressAttribute ec2:DeleteVpcEndpoints "
        "ec2:DeleteInstanceConnectEndpoint "
        "ec2:DeleteNetworkInterface ec2:DetachInternetGateway ec2:DeleteInternetGateway "
        "ec2:DeleteEgressOnlyInternetGateway ec2:DeleteSubnet "
        "ec2:DisassociateRouteTable ec2:DeleteRouteTable ec2:DeleteNetworkAcl ec2:DeleteSecurityGroup "
        "ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress",
        (
            "ec2:{region}:*:natgateway/*",
            "ec2:{region}:*:elastic-ip/*",
            "ec2:{region}:*:vpc-endpoint/*",
            "ec2:{region}:*:instance-connect-endpoint/*",
            "ec2:{region}:*:network-interface/*",
            "ec2:{region}:*:internet-gateway/*",
            "ec2:{region}:*:vpc/*",  # from which an internet gateway is detached
            "ec2:{region}:*:egress-only-internet-gateway/*",
            "ec2:{region}:*:subnet/*",
            "ec2:{region}:*:route-table/*",
            "ec2:{region}:*:network-acl/*",
            "ec2:{region}:*:security-group/*",
        ),
        written=("ec2:{region}:*:*/*",),  # a managed policy is short of characters; each action has types of its own
    ),
    Scope(
        "LoadBalancing",
        "elbv2:ModifyLoadBalancerAttributes elbv2:DeleteLoadBalancer elbv2:DeleteTargetGroup",
        (
            "elasticloadbalancing:{region}:*:loadbalancer/*/{elbv2.load_balancer}/*",
            "elasticloadbalancing:{region}:*:targetgroup/{elbv2.target_group}/*",
        ),
    ),
    Scope(
        "ApiGateway",
        "apigateway:DeleteBasePathMapping apigateway:DeleteRestApi apigateway:DeleteUsagePlan apigateway:DeleteApiKey "
        "apigatewayv2:DeleteApi apigatewayv2:DeleteApiMapping",
        (
            "apigateway:{region}::/restapis/*",
            "apigateway:{region}::/apis/*",
            "apigateway:{region}::/usageplans/*",
            "apigateway:{region}::/apikeys/*",
            "apigateway:{region}::/domainnames/*",
        ),
    ),
    Scope("UsagePlan", "apigateway:UpdateUsagePlan", ("apigateway:{region}::/usageplans/*",)),
    Scope(
        "Lambda",
        "lambda:UpdateFunctionConfiguration lambda:DeleteFunction lambda:DeleteEventSourceMapping",
        ("lambda:{region}:*:function:{lambda.function}", "lambda:{region}:*:event-source-mapping:*"),
    ),
    Scope(
        "TestEvents",
        "schemas:DeleteSchema",
        ("schemas:{region}:*:schema/lambda-testevent-schemas/_{lambda.function}-schema",),
    ),
    Scope(
        "Logs",
        "logs:PutLogGroupDeletionProtection logs:DeleteLogGroup "
        "logs:DeleteDelivery logs:DeleteDeliverySource logs:DeleteDeliveryDestination",
        (
            "logs:{region}:*:log-group:{}",
            "logs:{region}:*:log-group:/aws/lambda/{lambda.function}",
            # as most of Logs' actions see it: CloudWatch Logs user guide, "Resources and operations"
            "logs:{region}:*:log-group:/aws/lambda/{lambda.function}:*",
            "logs:{region}:*:log-group:API-Gateway-Execution-Logs_*",
            "logs:*:*:delivery:*",
            "logs:*:*:delivery-source:*",
            "logs:*:*:delivery-destination:*",
        ),
    ),
    Scope(
        "CloudFront",
        "cloudfront:GetDistributionConfig cloudfront:UpdateDistribution cloudfront:DeleteDistribution "
        "cloudfront:GetOriginAccessControl cloudfront:DeleteOriginAccessControl",
        ("cloudfront::*:distribution/*", "cloudfront::*:origin-access-control/*"),
    ),
    Scope("WebAcls", "wafv2:GetWebACL wafv2:DeleteWebACL", ("wafv2:*:*:*/webacl/CreatedBy*/*",)),
    Scope(
        "Bucket",
        "s3:ListObjectVersions s3:ListMultipartUploads s3:GetBucketPolicy s3:DeleteBucketPolicy s3:DeleteBucket "
        "s3:DeleteObject s3:DeleteObjects s3:AbortMultipartUpload",
        ("s3:::{s3.bucket}", "s3:::{s3.bucket}/*"),
    ),
    Scope("Tables", "dynamodb:UpdateTable dynamodb:DeleteTable", ("dynamodb:{region}:*:table/{dynamodb.table}",)),
    Scope(
        "Roles",
        "iam:DeleteRolePolicy iam:DetachRolePolicy iam:DeleteRole iam:RemoveRoleFromInstanceProfile "
        "iam:DeleteInstanceProfile",
        # the second is where Lambda's console makes the role of a function
        ("iam::*:role/{iam.role}", "iam::*:role/service-role/{iam.role}", "iam::*:instance-profile/{iam.role}"),
    ),
    Scope(
        "User",
        "iam:ListAccessKeys iam:ListMFADevices iam:ListSigningCertificates iam:ListSSHPublicKeys "
        "iam:ListServiceSpecificCredentials iam:ListUserPolicies iam:ListAttachedUserPolicies iam:ListGroupsForUser "
        "iam:UpdateAccessKey iam:DeleteAccessKey iam:DeleteLoginProfile iam:DeactivateMFADevice "
        "iam:DeleteSigningCertificate iam:DeleteSSHPublicKey iam:DeleteServiceSpecificCredential iam:DeleteUserPolicy "
        "iam:DetachUserPolicy iam:DeleteUser",
        ("iam::*:user/{iam.user}",),
        lists="iam:List*",
    ),
    # a user's, whatever their names are; AWS deletes no device that is in use
    Scope("OfUsers", "iam:DeleteVirtualMFADevice iam:RemoveUserFromGroup", ("iam::*:mfa/*", "iam::*:group/*")),
    Scope(
        "GroupsAndPolicies",
        "iam:GetGroup iam:DeleteGroupPolicy iam:DetachGroupPolicy iam:DeleteGroup "
        "iam:ListEntitiesForPolicy iam:ListPolicyVersions iam:DeletePolicyVersion iam:DeletePolicy",
        # the second is where consoles make policies for a role; AWS deletes none that is attached to anything
        ("iam::*:policy/{}", "iam::*:policy/service-role/*", "iam::*:group/{}"),
        lists="iam:List*",
    ),
    Scope("Preflight", "iam:SimulatePrincipalPolicy", ("iam::*:user/*", "iam::*:role/*")),
)  # fmt: skip
SCOPED = frozenset(call for scope in SCOPES for call in scope.calls.split())

# What of API Gateway is listed, for its GETs are granted by path.
API_PATHS = (
    "restapis", "domainnames", "domainnames/*/basepathmappings", "domainnames/*/apimappings", "usageplans", "apikeys",
    "apis", "vpclinks", "clientcertificates",
)  # fmt: skip


def actions(call: str) -> tuple[str, ...]:
    """Return the IAM actions that a call of the suite needs."""
    service, operation = call.split(":")
    if SERVICES.get(service, service) == "apigateway":
        return (f"apigateway:{METHODS[re.findall('[A-Z][a-z]+', operation)[0]]}",)
    return () if call in FREE else ACTIONS.get(call, (f"{SERVICES.get(service, service)}:{operation}",))


def looking() -> list[str]:
    """Return the calls of the verify policy: those that list."""
    return [call for call in CALLS if call not in SCOPED]


def policy(task: str, manifest: Workshop, scopes: Iterable[Scope] = SCOPES) -> Statement:
    """Return the IAM policy ``cleanup`` or ``verify``; a teardown needs both."""
    statements = _verify(manifest) if task == "verify" else [statement(scope, manifest) for scope in scopes]
    return {"Version": "2012-10-17", "Statement": statements}


def statement(scope: Scope, manifest: Workshop) -> Statement:
    """Return a scope as a statement of a policy."""
    resources = [arn for resource in scope.written or scope.resources for arn in arns(resource, manifest, names)]
    granted = _statement(scope.name, scope.calls.split(), resources)
    if scope.lists:
        granted["Action"] = sorted({*(a for a in granted["Action"] if not fnmatchcase(a, scope.lists)), scope.lists})
    if scope.tagged is not None:
        granted["Condition"] = {"StringLike": {NAME_TAG: names(scope.tagged, manifest)}}
    return granted


def _verify(manifest: Workshop) -> list[Statement]:
    paths = [f"arn:{partition(manifest)}:apigateway:*::/{path}" for path in API_PATHS]
    api = [call for call in looking() if call.startswith("apigateway")]
    return [_statement(LOOK, [c for c in looking() if c not in api], ["*"]), _statement("ApiGateway", api, paths)]


def _statement(name: str, calls: Iterable[str], resources: list[str]) -> Statement:
    granted = sorted({action for call in calls for action in actions(call)})
    return {"Sid": name, "Effect": "Allow", "Action": granted, "Resource": resources}


def arns(resource: str, manifest: Workshop, named: Callable[[str, Workshop], list[str]]) -> list[str]:
    """Return the ARNs that a resource of the table stands for: as many as its entry has names by ``named``."""
    text = f"arn:{partition(manifest)}:" + resource.replace("{region}", manifest.region)
    entry = re.search(r"\{(.*)\}", text)
    return [text.replace(entry[0], name) for name in named(entry[1], manifest)] if entry else [text]


def names(entry: str, manifest: Workshop) -> list[str]:
    """Return what the names of an entry can be: whatever has the prefix, and the others that the manifest tells."""
    told = manifest.names.get(entry, ())
    others = [_literal(name) for name in told if not name.startswith(manifest.prefix)]
    return [f"{_literal(manifest.prefix)}*", *others]


def _literal(name: str) -> str:
    """Return a name as a policy takes it to the letter (IAM user guide, "Policy variables": special characters)."""
    return re.sub(r"[*?$]", r"${\g<0>}", name)


def partition(manifest: Workshop) -> str:
    """Return the partition that the workshop's Region is in; ARNs take no wildcard there."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(manifest.region.rpartition("-")[0].rpartition("-")[0], "aws")


def _region(text: str) -> str:
    if not workshop.REGION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a Region such as ap-southeast-1")
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a policy."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.permissions", description=__doc__)
    parser.add_argument("task", choices=["cleanup", "verify"], help="to delete takes both policies")
    parser.add_argument("--workshop", type=Path, default=MANIFEST, metavar="FILE", help="default: the suite's own")
    parser.add_argument("--name", action="append", default=[], metavar="ENTRY=NAME", help="as in the suite")
    parser.add_argument("--region", type=_region, help="as in the suite (default: the manifest's)")
    options = parser.parse_args(arguments)
    manifest = workshop.load(options.workshop)
    manifest = replace(manifest, region=options.region or manifest.region)
    manifest = manifest.with_names(*options.name)
    print(json.dumps(policy(options.task, manifest), indent=2))  # noqa: T201 - what it is started for


if __name__ == "__main__":
    main()
