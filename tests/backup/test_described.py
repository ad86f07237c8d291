"""What AWS tells of the resources that are saved: each call that tells it is made, or it is said why not."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from carbuyer_cleanup import backup, kinds
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.backup.asking import Gone
from carbuyer_cleanup.backup.definitions import DEFINITIONS
from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.kinds import load_balancer, target_group
from carbuyer_cleanup.recording.words import DEFINING
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.backup.savings import Saved


def _texts() -> Iterator[str]:
    """Yield the code that only a backup runs: that of its modules, but for restoring, and of the kinds' definitions."""
    yield from (path.read_text("utf-8") for path in HOME.glob("*.py") if "restore" not in path.name)
    for path in Path(kinds.__path__[0]).glob("*.py"):
        text = path.read_text("utf-8")
        yield from (
            str(ast.get_source_segment(text, node))
            for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(DEFINING)
        )


HOME = Path(backup.__path__[0])
SOURCES = list(_texts())
PAGE = Path(__file__).parents[2] / "docs" / "backup.md"
READS = re.compile("(?:Describe|Get|List|Export)[A-Z]")

# The parameters by which a call asks about one resource of those that are saved, or what hangs on it.
NAMED_BY = {
    "elbv2": {"LoadBalancerArn", "ListenerArn", "TargetGroupArn", "ResourceArn", "ResourceArns"},
    "s3": {"Bucket"},
    "lambda": {"FunctionName", "Resource", "UUID"},
    "dynamodb": {"TableName", "ResourceArn"},
    "iam": {"RoleName", "UserName", "GroupName", "PolicyArn", "InstanceProfileName", "SerialNumber"},
    "logs": {"logGroupName", "logGroupIdentifier", "logGroupIdentifiers", "resourceArn", "name",
             "deliveryDestinationName"},
    "wafv2": {"ResourceARN", "ResourceArn", "WebACLArn"},
    "cloudfront": {"Resource", "DistributionId"},
    "apigateway": {"restApiId", "resourceArn", "usagePlanId", "apiKey"},
    "apigatewayv2": {"ApiId", "ResourceArn"},
    "schemas": {"SchemaName", "RegistryName"},
    "ec2": {"Attribute", "InstanceId", "VpcId", "VolumeId", "NetworkInterfaceId", "SubnetId", "InstanceIds", "VpcIds",
            "VolumeIds", "AllocationIds", "VpcEndpointIds", "SecurityGroupRuleIds"},
}  # fmt: skip

# What another call tells, too.
TOLD = {
    "s3:GetBucketLifecycle", "s3:GetBucketNotification", "s3:GetBucketLocation", "s3:GetBucketPolicyStatus",
    "s3:ListObjects", "s3:ListObjectsV2",  # all versions are listed
    "lambda:GetEventSourceMapping", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration",
    "iam:GetPolicy", "iam:GetMFADevice", "iam:ListInstanceProfileTags", "iam:ListAttachedGroupPolicies",
    "iam:ListAttachedRolePolicies", "iam:ListGroupPolicies", "iam:ListRolePolicies", "iam:ListRoleTags",
    "iam:ListUserTags", "iam:ListInstanceProfilesForRole", "iam:GetUser", "iam:ListAttachedUserPolicies",
    "iam:ListGroupsForUser", "iam:ListUserPolicies", "iam:ListPolicyVersions", "wafv2:ListResourcesForWebACL",
    "logs:GetDeliveryDestination", "logs:GetDeliverySource", "logs:ListTagsLogGroup",
    "apigateway:GetRestApi", "apigateway:GetApiKey", "apigateway:GetUsagePlan", "apigateway:GetTags",
    "apigatewayv2:GetApi", "apigatewayv2:GetTags",
    "ec2:DescribeNetworkInterfaceAttribute",
}  # fmt: skip
# What is no definition: what goes on, what was, what others have, or what AWS makes of the definition.
NONE = {
    "lambda:ListDurableExecutionsByFunction", "cloudfront:ListInvalidations", "apigateway:GetDeployments",
    "apigateway:GetDocumentationVersions", "apigatewayv2:GetDeployments", "schemas:DescribeRegistry",
    "schemas:ListSchemaVersions", "logs:DescribeFieldIndexes", "dynamodb:DescribeTableReplicaAutoScaling",
    "wafv2:GetPermissionPolicy",  # of rule groups
    "ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot", "ec2:GetInstanceUefiData", "ec2:GetLaunchTemplateData",
    "ec2:GetPasswordData", "ec2:GetSecurityGroupsForVpc", "ec2:GetVpcResourcesBlockingEncryptionEnforcement",
    "ec2:DescribeStaleSecurityGroups", "ec2:DescribeAddressTransfers", "ec2:DescribeApplicationStatus",
    "ec2:DescribeClassicLinkInstances", "ec2:DescribeInstanceImageMetadata", "ec2:DescribeInstanceSqlHaHistoryStates",
    "ec2:DescribeInstanceSqlHaStates", "ec2:DescribeInstanceStatus", "ec2:DescribeInstanceTopology",
    "ec2:DescribeVolumeStatus", "ec2:DescribeVolumesModifications", "ec2:DescribeVpcClassicLink",
    "ec2:DescribeVpcClassicLinkDnsSupport", "ec2:DescribeVpcEndpointAssociations", "ec2:ListVolumesInRecycleBin",
    "dynamodb:ListBackups", "logs:DescribeLogStreams", "logs:DescribeQueries", "logs:GetLogGroupFields",
    "schemas:ListSchemas", "schemas:GetResourcePolicy",  # the latter of registries
}  # fmt: skip
# What is left, though it is part of the definition: the workshop sets none of it. How the page about backups says it.
LEFT = {
    "elbv2:DescribeCapacityReservation": "capacity reservations", "elbv2:GetResourcePolicy": "sharing",
    "s3:GetBucketAbac": "ABAC", "s3:GetBucketAccelerateConfiguration": "transfer acceleration",
    "s3:GetBucketAcl": "access control lists", "s3:GetBucketMetadataConfiguration": "metadata tables",
    "s3:GetBucketMetadataTableConfiguration": "metadata tables", "s3:GetBucketReplication": "replication",
    "s3:GetBucketRequestPayment": "requester pays", "s3:GetObjectLockConfiguration": "object lock",
    "s3:ListBucketAnalyticsConfigurations": "analytics", "s3:ListBucketInventoryConfigurations": "inventory",
    "s3:ListBucketIntelligentTieringConfigurations": "tiering", "s3:ListBucketMetricsConfigurations": "metrics",
    "lambda:GetFunctionCodeSigningConfig": "code signing", "lambda:GetFunctionEventInvokeConfig": "asynchronous",
    "lambda:ListFunctionEventInvokeConfigs": "asynchronous", "lambda:GetFunctionRecursionConfig": "recursion",
    "lambda:GetFunctionUrlConfig": "function URLs", "lambda:ListFunctionUrlConfigs": "function URLs",
    "lambda:GetRuntimeManagementConfig": "runtime updates",
    "lambda:ListProvisionedConcurrencyConfigs": "provisioned concurrency",
    "dynamodb:DescribeContinuousBackups": "point-in-time recovery",
    "dynamodb:DescribeContributorInsights": "contributor insights",
    "dynamodb:DescribeKinesisStreamingDestination": "Kinesis streams",
    "dynamodb:GetResourcePolicy": "policies of tables",
    "dynamodb:ListContributorInsights": "contributor insights",
    "iam:ListMFADeviceTags": "tags of MFA devices", "logs:DescribeResourcePolicies": "policies of log groups",
    "logs:DescribeIndexPolicies": "index policies", "logs:DescribeSubscriptionFilters": "subscription filters",
    "logs:GetDataProtectionPolicy": "data protection", "logs:GetTransformer": "transformers",
    "logs:GetDeliveryDestinationPolicy": "policies of delivery destinations",
    "wafv2:GetLoggingConfiguration": "logging of web ACLs", "cloudfront:GetMonitoringSubscription": "monitoring",
    "apigatewayv2:GetAuthorizers": "WebSocket", "apigatewayv2:GetModels": "WebSocket",
    "apigateway:GetDocumentationParts": "documentation of APIs",
    "logs:DescribeMetricFilters": "metric filters", "logs:ListSyslogConfigurations": "syslog",
    "iam:GetLoginProfile": "passwords",
    "ec2:DescribeSecurityGroupRules": "tags of rules", "ec2:DescribeInstanceCreditSpecifications": "CPU credits",
    "ec2:DescribeVpcEncryptionControls": "encryption controls of VPCs",
    "ec2:DescribeAddressesAttribute": "reverse DNS",
    "ec2:DescribeVolumeAttribute": "automatic I/O", "ec2:GetSubnetCidrReservations": "CIDR reservations",
}  # fmt: skip


# What tells of one resource by itself, and of which kind's.
TOLD_OF = re.compile(r'told_of\(aws, \w+, "([\w:]+)"')
ASKED = {call for text in SOURCES for call in TOLD_OF.findall(text)}
NOT_IN_THE_ESTATE = {
    "ec2:DescribeInstanceAttribute", "lambda:ListTags", "logs:ListTagsForResource", "wafv2:GetWebACL",
}  # fmt: skip
BY_ITSELF = {
    call: kind
    for kind in KINDS
    for definition in kind.definitions().values()
    for call in (*kind.calls, *definition.calls)
    if call in ASKED - NOT_IN_THE_ESTATE
}


def _asking() -> Iterator[str]:
    """Yield the calls that take the name of a resource and need no more."""
    models = botocore.session.get_session()
    for service, names in NAMED_BY.items():
        model = models.get_service_model(service)
        for name in filter(READS.match, model.operation_names):
            shape: Any = model.operation_model(name).input_shape
            if shape and set(shape.required_members) <= names and names & set(shape.members):
                yield f"{service}:{name}"


def test_each_call_that_tells_something() -> None:
    """A call that botocore knows newly is made, or named here with the reason; none is named in vain."""
    made = {call for text in SOURCES for call in re.findall(r'"([a-z0-9]+:[A-Z]\w+)"', text)}
    assert set(_asking()) - made == {*TOLD, *NONE, *LEFT}
    assert not TOLD & NONE
    assert not (TOLD | NONE) & LEFT.keys()


@pytest.mark.parametrize("call", sorted(LEFT))
def test_page_tells_what_is_left(call: str) -> None:
    """Whoever reads the page about backups knows what is not saved."""
    _, _, left = PAGE.read_text("utf-8").partition("## What is not saved")
    assert LEFT[call] in " ".join(left.split())


def _definitions(saved: Saved, folder: str) -> list[Any]:
    return [json.loads(file.read_text("utf-8")) for file in (saved.folder / folder).glob("*.json")]


def test_balancers_and_groups(whole: Saved) -> None:
    """Attributes and tags, which calls of their own tell, are in the definitions of balancers, listeners and groups."""
    elb = whole.client("elbv2")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    rule = elb.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]
    groups = [group["TargetGroupArn"] for group in elb.describe_target_groups()["TargetGroups"]]
    for arn in (balancer, listener, rule, *groups):
        elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "what", "Value": arn}])

    assert [whole.take_down(kind) for kind in (load_balancer.KIND, target_group.KIND)] == [None, None]

    saved = next(
        one for one in _definitions(whole, "load-balancer") if one["LoadBalancer"]["LoadBalancerArn"] == balancer
    )
    told = next(one for one in saved["Listeners"] if one["ListenerArn"] == listener)
    ruled = next(one for one in told["Rules"] if one["RuleArn"] == rule)
    assert saved["Attributes"]
    assert told["Attributes"]
    for one, arn in ((saved, balancer), (told, listener), (ruled, rule)):
        assert {"Key": "what", "Value": arn} in one["Tags"]
    for one in _definitions(whole, "target-group"):
        assert one["Attributes"]
        assert {"Key": "what", "Value": one["TargetGroup"]["TargetGroupArn"]} in one["Tags"]


def test_each_that_is_asked_by_itself() -> None:
    """Each call that is made about one resource has its row with the kind, or is not in the estate."""
    assert {*BY_ITSELF, *NOT_IN_THE_ESTATE} == ASKED


@pytest.mark.parametrize("call", one_in(4, sorted(BY_ITSELF)))
def test_gone_meanwhile(whole: Saved, call: str) -> None:
    """What AWS calls gone, though a list has just shown it, is not saved as if it had nothing."""
    kind = BY_ITSELF[call]
    resource = next(one for one in whole.run(kind.find(whole.aws)) if one.ours)
    for code in CALLS[call].gone:
        whole.sandbox.use((Rule(call, lambda *_: True, code, "gone meanwhile", "injected"), *RULES))
        with pytest.raises(Gone):
            whole.run(DEFINITIONS[kind.name].ask(whole.aws, resource))
