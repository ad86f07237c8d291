"""CloudWatch Logs in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

GROUP = "/aws/lambda/carbuyer-email-service"


@pytest.fixture
def logs(session: boto3.Session) -> Any:
    """Return a client, with the workshop's log group made."""
    client = session.client("logs")
    client.create_log_group(logGroupName=GROUP)
    return client


def _names(logs: Any, **filters: str) -> list[str]:
    return [group["logGroupName"] for group in logs.describe_log_groups(**filters)["logGroups"]]


def test_protected_group(logs: Any) -> None:
    """A protected group stays until the protection is switched off, by name or by either ARN."""
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=True)
    (shown,) = logs.describe_log_groups()["logGroups"]
    assert shown["deletionProtectionEnabled"]
    with refused("ValidationException", "protected"):
        logs.delete_log_group(logGroupName=GROUP)
    logs.put_log_group_deletion_protection(logGroupIdentifier=shown["arn"], deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName=GROUP)


def test_protected_from_birth(logs: Any) -> None:
    """A group can be made protected."""
    logs.create_log_group(logGroupName="other", deletionProtectionEnabled=True)
    with refused("ValidationException"):
        logs.delete_log_group(logGroupName="other")


def test_protection_of_a_group_that_is_not_there(logs: Any) -> None:
    """Protection needs a group."""
    with refused("ResourceNotFoundException"):
        logs.put_log_group_deletion_protection(logGroupIdentifier="x", deletionProtectionEnabled=False)


def test_prefix_or_pattern(logs: Any) -> None:
    """Groups are found by the start of the name or by a part of it, not by both."""
    logs.create_log_group(logGroupName="other")
    assert _names(logs, logGroupNamePattern="carbuyer") == [GROUP]
    with refused("InvalidParameterException"):
        _names(logs, logGroupNamePattern="carbuyer", logGroupNamePrefix="/aws")


def test_tags_by_the_short_arn(logs: Any) -> None:
    """Tags are read with the ARN that does not end with :*, and of a group that is there."""
    (shown,) = logs.describe_log_groups()["logGroups"]
    logs.tag_resource(resourceArn=shown["logGroupArn"], tags={"a": "1"})
    assert logs.list_tags_for_resource(resourceArn=shown["logGroupArn"])["tags"] == {"a": "1"}
    for call, more in (
        (logs.list_tags_for_resource, {}),
        (logs.tag_resource, {"tags": {"a": "1"}}),
        (logs.untag_resource, {"tagKeys": ["a"]}),
    ):
        with refused("InvalidParameterException"):
            call(resourceArn=shown["arn"], **more)
    with refused("ResourceNotFoundException"):
        logs.list_tags_for_resource(resourceArn=shown["logGroupArn"] + "x")


def test_tags_go_with_the_group(logs: Any) -> None:
    """The next group of the name has no tags of the last one."""
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"a": "1"})
    logs.delete_log_group(logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP)
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {}


@pytest.mark.parametrize(("operation", "rate"), [("describe_log_groups", 10), ("delete_log_group", 10)])
def test_rates(logs: Any, sandbox: Sandbox, operation: str, rate: int) -> None:
    """Groups are listed and deleted ten times a second."""
    for number in range(rate):
        logs.create_log_group(logGroupName=f"g{number}")
    arguments = [{"logGroupName": f"g{n}"} if operation == "delete_log_group" else {} for n in range(rate)]
    for argument in arguments:
        getattr(logs, operation)(**argument)
    with refused("ThrottlingException", "Rate exceeded", 400):
        getattr(logs, operation)(**({"logGroupName": GROUP} if arguments[0] else {}))
    sandbox.clock.advance(0.1)
    getattr(logs, operation)(**({"logGroupName": GROUP} if arguments[0] else {}))


def test_rate_of_tags(logs: Any) -> None:
    """Tags of groups are read five times a second."""
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    for _ in range(5):
        logs.list_tags_for_resource(resourceArn=arn)
    with refused("ThrottlingException"):
        logs.list_tags_for_resource(resourceArn=arn)


def test_gone_group(logs: Any) -> None:
    """Deleting twice says that the group does not exist."""
    logs.delete_log_group(logGroupName=GROUP)
    with refused("ResourceNotFoundException", "The specified log group does not exist."):
        logs.delete_log_group(logGroupName=GROUP)


def test_late_invocation_writes_the_group_anew() -> None:
    """If the quirk says so, the function's last invocation makes the group again, once."""
    sandbox = Sandbox(Clock(math.inf), Quirks(late_invocation=20))
    logs = sandbox.session().client("logs")
    for groups in ([GROUP], []):
        if not groups:
            logs.delete_log_group(logGroupName=GROUP)
        else:
            logs.create_log_group(logGroupName=GROUP)
            logs.delete_log_group(logGroupName=GROUP)
        assert _names(logs) == []
        sandbox.clock.advance(20)
        assert _names(logs) == groups


def test_change_of_a_group_settles() -> None:
    """If the quirk says so, a group that has just been changed cannot be deleted yet."""
    sandbox = Sandbox(Clock(math.inf), Quirks(log_group_settling=5))
    logs = sandbox.session().client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    with refused("OperationAbortedException"):
        logs.delete_log_group(logGroupName=GROUP)
    sandbox.clock.advance(5)
    logs.delete_log_group(logGroupName=GROUP)


def test_ends_of_a_delivery(logs: Any) -> None:
    """Neither its source nor its destination can be deleted before it."""
    arn = "arn:aws:cloudfront::111122223333:distribution/E123"
    logs.put_delivery_source(name="source", resourceArn=arn, logType="ACCESS_LOGS")
    there = {"destinationResourceArn": "arn:aws:s3:::logs"}
    made = logs.put_delivery_destination(name="target", deliveryDestinationConfiguration=there)["deliveryDestination"]
    delivery = logs.create_delivery(deliverySourceName="source", deliveryDestinationArn=made["arn"])["delivery"]["id"]
    with refused("ConflictException"):
        logs.delete_delivery_source(name="source")
    with refused("ConflictException"):
        logs.delete_delivery_destination(name="target")
    logs.delete_delivery(id=delivery)
    logs.delete_delivery_source(name="source")
    logs.delete_delivery_destination(name="target")
