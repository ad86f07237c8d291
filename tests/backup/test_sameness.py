"""What of a definition is compared, and what AWS changes by itself."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from carbuyer_cleanup.backup import sameness
from carbuyer_cleanup.backup.definitions import DEFINITIONS
from carbuyer_cleanup.backup.saving import SAVERS
from tests.choice import one_in

# botocore's shape of what is told of each kind, below which member of it (tests/backup/test_savers.py: all have a row).
SHAPES = {
    "load balancer": (("elbv2", "LoadBalancer", "LoadBalancer"),),
    "EC2 instance": (("ec2", "Instance", ""),),
    "EBS volume": (("ec2", "Volume", ""),),
    "NAT gateway": (("ec2", "NatGateway", ""),),
    "VPC endpoint": (("ec2", "VpcEndpoint", ""),),
    "EC2 Instance Connect endpoint": (("ec2", "Ec2InstanceConnectEndpoint", ""),),
    "security group": (("ec2", "SecurityGroup", ""),),
    "network interface": (("ec2", "NetworkInterface", ""),),
    "internet gateway": (("ec2", "InternetGateway", ""),),
    "egress-only internet gateway": (("ec2", "EgressOnlyInternetGateway", ""),),
    "subnet": (("ec2", "Subnet", ""),),
    "route table": (("ec2", "RouteTable", ""),),
    "VPC": (("ec2", "Vpc", ""),),
    "REST API": (("apigateway", "RestApi", "RestApi"), ("apigateway", "Stage", "Stages")),
    "HTTP API": (("apigatewayv2", "Stage", "Stages"),),
    "event source mapping": (("lambda", "EventSourceMappingConfiguration", ""),),
    "Lambda function": (
        ("lambda", "FunctionConfiguration", "Versions.Configuration"), ("lambda", "AliasConfiguration", "Aliases"),
    ),
    "log delivery source": (("logs", "DeliverySource", ""),),
    "log group": (("logs", "LogGroup", ""),),
    "instance profile": (("iam", "InstanceProfile", ""),),
    "IAM role": (("iam", "RoleDetail", ""),),
    "IAM policy": (("iam", "ManagedPolicyDetail", ""),),
    "virtual MFA device": (("iam", "VirtualMFADevice", ""),),
    "DynamoDB table": (
        ("dynamodb", "TableDescription", "Table"), ("dynamodb", "TimeToLiveDescription", "TimeToLiveDescription"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", one_in(4, sameness.BY_AWS))
def test_members_that_aws_changes(kind: str) -> None:
    """Each is one that botocore knows: a name that AWS doesn't have would leave nothing out."""
    models = botocore.session.get_session()
    for path in sameness.BY_AWS[kind].split():
        below = [one for one in SHAPES[kind] if path.startswith(one[2])]
        assert any(_has(models.get_service_model(s).shape_for(n), path, prefix) for s, n, prefix in below), path


def _has(shape: Any, path: str, prefix: str) -> bool:
    for name in path.removeprefix(prefix).lstrip(".").split("."):
        while shape.type_name == "list":
            shape = shape.member
        if name not in shape.members:
            return False
        shape = shape.members[name]
    return True


def test_every_kind_has_shapes() -> None:
    """The table has kinds that are saved, and no others."""
    assert SHAPES.keys() == sameness.BY_AWS.keys()
    assert SHAPES.keys() <= SAVERS.keys()
    assert DEFINITIONS.keys() <= SAVERS.keys()


def test_order_of_lists() -> None:
    """Lists come in any order, but those whose order says something."""
    one, other = {"a": [1, {"b": 2}]}, {"a": [{"b": 2}, 1]}
    assert sameness.digest("key pair", one) == sameness.digest("key pair", other)
    behaviors = [{"CacheBehaviors": {"Items": items}} for items in ([1, 2], [2, 1])]
    assert len({sameness.digest("CloudFront distribution", one) for one in behaviors}) == 2
