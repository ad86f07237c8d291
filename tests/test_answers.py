"""What must be in an answer: the table as a whole, and how paths are followed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import carbuyer_cleanup
from carbuyer_cleanup.answers import LEFT_OUT, listed
from carbuyer_cleanup.calls import CALLS
from carbuyer_cleanup.errors import AwsError

SOURCES = list(Path(carbuyer_cleanup.__file__).parent.rglob("*.py"))
BY_HAND = re.compile(r'aws\.(?:call|fresh|fresh_once|each_page|each_fresh_page)\(\s*"([\w-]+:\w+)"')
OPTIONAL = {
    "cloudfront:ListTagsForResource": "the audit's rule demands Tags",
    "wafv2:GetWebACLForResource": "without one there is no WebACL in the answer",
}
META = {"ResponseMetadata": {"HTTPStatusCode": 200}}
INSTANCES = "Reservations[].Instances[]"
DISTRIBUTIONS = "DistributionList.Items[]"
ALARMS = "[MetricAlarms, CompositeAlarms][][]"

WHOLE: tuple[tuple[str, str, dict[str, Any], list[Any]], ...] = (
    ("ec2:DescribeVpcs", "Vpcs", {"Vpcs": [1]}, [1]),
    ("ec2:DescribeVpcs", "Vpcs", {"Vpcs": []}, []),
    ("ec2:DescribeInstances", INSTANCES, {"Reservations": [{"Instances": [1]}, {"Instances": [2]}]}, [1, 2]),
    ("ec2:DescribeInstances", INSTANCES, {"Reservations": []}, []),
    ("cloudfront:ListDistributions", DISTRIBUTIONS, {"DistributionList": {"Quantity": 0}}, []),
    ("cloudfront:ListDistributions", DISTRIBUTIONS, {"DistributionList": {"Quantity": 1, "Items": [1]}}, [1]),
    ("cloudfront:ListTagsForResource", "Tags.Items", {"Tags": {}}, []),
    ("sqs:ListQueues", "QueueUrls[]", {}, []),
    ("dynamodb:ListTables", "TableNames[].{TableName: @}", {"TableNames": ["x"]}, [{"TableName": "x"}]),
    ("cloudwatch:DescribeAlarms", ALARMS, {"MetricAlarms": [1]}, [1]),
    ("ec2:DescribeManagedPrefixLists", "PrefixLists[?OwnerId != 'AWS']", {"PrefixLists": []}, []),
)
NOT_WHOLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ec2:DescribeVpcs", "Vpcs", {}),
    ("ec2:DescribeVpcs", "Vpcs", {"Vpcs": None}),
    ("ec2:DescribeInstances", INSTANCES, {"Reservations": [{"Instances": [1]}, {}]}),
    ("ec2:DescribeInstances", INSTANCES, {"Reservations": [None]}),
    ("cloudfront:ListDistributions", DISTRIBUTIONS, {}),
    ("cloudfront:ListDistributions", DISTRIBUTIONS, {"DistributionList": {}}),
    ("cloudfront:ListDistributions", DISTRIBUTIONS, {"DistributionList": {"Quantity": 1}}),
    ("cloudfront:ListTagsForResource", "Tags.Items", {}),
    ("events:ListEventBuses", "EventBuses[].Name", {"EventBuses": [{}]}),
    ("events:ListEventBuses", "EventBuses[].Name", {"EventBuses": [{"Name": ""}]}),
    ("dynamodb:ListTables", "TableNames[].{TableName: @}", {}),
    ("dynamodb:ListTables", "TableNames[].{TableName: @}", {"TableNames": ["x", ""]}),
    ("dynamodb:ListTables", "TableNames", {"TableNames": [""]}),
    ("ec2:DescribeManagedPrefixLists", "PrefixLists[?OwnerId != 'AWS']", {}),
)


@pytest.mark.parametrize(("call", "path", "answer", "items"), WHOLE)
def test_whole(call: str, path: str, answer: dict[str, Any], items: list[Any]) -> None:
    """An empty list is one that is there, or one that AWS is known to leave out."""
    assert listed(call, path, answer | META) == items


@pytest.mark.parametrize(("call", "path", "answer"), NOT_WHOLE)
def test_not_whole(call: str, path: str, answer: dict[str, Any]) -> None:
    """A list that is not there is not empty."""
    with pytest.raises(AwsError, match="its answer has no"):
        listed(call, path, answer | META)


def test_there_is_no_such_thing() -> None:
    """A code that says so is an answer, and has no list."""
    assert listed("iam:ListAccessKeys", "AccessKeyMetadata", {}) == []


def test_every_answer_that_is_read_by_hand_has_what_is_read() -> None:
    """Lists are seen to where their pages are read; whatever is asked for otherwise says what must be there."""
    asked = {call for path in SOURCES for call in BY_HAND.findall(path.read_text())}

    assert "dynamodb:DescribeTable" in asked
    assert {call for call in asked if not (CALLS[call].writes or CALLS[call].has or call in OPTIONAL)} == set()


def test_every_exception_is_a_call_that_looks() -> None:
    """No row outlives its call."""
    assert [call for call in LEFT_OUT if call not in CALLS or CALLS[call].writes] == []
