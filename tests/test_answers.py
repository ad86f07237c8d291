"""What must be in an answer: the table as a whole, and how paths are followed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

import carbuyer_cleanup
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.answers import JSON, listed
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.empty_lists import LEFT_OUT, NOT_PROVED, SENT
from carbuyer_cleanup.errors import AwsError

SOURCES = list(Path(carbuyer_cleanup.__file__).parent.rglob("*.py"))
BY_HAND = re.compile(
    r'(?:aws\.(?:call|fresh|fresh_once|each_page|each_fresh_page)\(|told_of\(aws, \w+,)\s*"([\w-]+:\w+)"'
)
IN_PAGES = re.compile(r'aws\.(?:pages|recent)\(\s*"([\w-]+:\w+)"')
OPTIONAL = {
    "cloudfront:ListTagsForResource": "the audit's rule demands Tags",
    "wafv2:GetWebACLForResource": "without one there is no WebACL in the answer",
    "lambda:ListTags": "nobody has shown whether AWS sends a map that is empty; it is saved, and proves nothing",
    "logs:ListTagsForResource": "likewise",
}
META = {"ResponseMetadata": {"HTTPStatusCode": 200}}
AWSS = {"ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": "1-2"}}  # of AWS's own answer
OF_A_PROXY = {"ResponseMetadata": {"HTTPStatusCode": 203, "RequestId": "1-2"}}
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
    ("servicediscovery:ListNamespaces", "Namespaces[]", AWSS, []),
    ("servicediscovery:ListNamespaces", "Namespaces[]", AWSS | {"NextToken": ""}, []),
    ("dynamodb:ListBackups", "BackupSummaries[]", AWSS | {"Truncated": False}, []),
    ("route53resolver:ListResolverEndpoints", "ResolverEndpoints[]", AWSS | {"MaxResults": 10}, []),
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
    ("servicediscovery:ListNamespaces", "Namespaces[]", {}),
    ("servicediscovery:ListNamespaces", "Namespaces[]", OF_A_PROXY),
    ("servicediscovery:ListNamespaces", "Namespaces[]", AWSS | {"NextToken": "more"}),
    ("sqs:ListQueues", "QueueUrls[]", AWSS | {"NextToken": "more"}),
    ("dynamodb:ListBackups", "BackupSummaries[]", AWSS | {"Truncated": True}),
    ("glue:ListJobs", "JobNames[]", AWSS | {"Jobs": [{"Name": "x"}]}),
    ("kms:ListKeys", "Keys[]", AWSS),
    ("dynamodb:ListTables", "TableNames[].{TableName: @}", {}),
    ("dynamodb:ListTables", "TableNames[].{TableName: @}", {"TableNames": ["x", ""]}),
    ("dynamodb:ListTables", "TableNames", {"TableNames": [""]}),
    ("ec2:DescribeManagedPrefixLists", "PrefixLists[?OwnerId != 'AWS']", {}),
)


@pytest.mark.parametrize(("call", "path", "answer", "items"), WHOLE)
def test_whole(call: str, path: str, answer: dict[str, Any], items: list[Any]) -> None:
    """An empty list is one that is there, or one that AWS is known to leave out."""
    assert listed(call, path, META | answer) == items


@pytest.mark.parametrize(("call", "path", "answer"), NOT_WHOLE)
def test_not_whole(call: str, path: str, answer: dict[str, Any]) -> None:
    """A list that is not there is not empty."""
    with pytest.raises(AwsError, match="its answer has no"):
        listed(call, path, META | answer)


def test_there_is_no_such_thing() -> None:
    """A code that says so is an answer, and has no list."""
    assert listed("iam:ListAccessKeys", "AccessKeyMetadata", {}) == []


def test_every_answer_that_is_read_by_hand_has_what_is_read() -> None:
    """Lists are seen to where their pages are read; whatever is asked for otherwise says what must be there."""
    asked = {call for path in SOURCES for call in BY_HAND.findall(path.read_text())}

    assert "dynamodb:DescribeTable" in asked
    assert {call for call in asked if not (CALLS[call].writes or CALLS[call].has or call in OPTIONAL)} == set()


def _lists_in_json() -> set[str]:
    """Return the calls whose lists are read and that answer in JSON, but for those whose models require the list."""
    read = {call for path in SOURCES for call in IN_PAGES.findall(path.read_text())} | {type_.call for type_ in TYPES}
    asked = read | {type_.parent.call for type_ in TYPES if type_.parent}
    models = {call: Session().get_service_model(call.split(":")[0]) for call in asked}
    return {
        call
        for call, model in models.items()
        if model.resolved_protocol in JSON | {"smithy-rpc-v2-cbor"} and not _requires_a_list(model, call.split(":")[1])
    }


def _requires_a_list(model: Any, name: str) -> bool:
    shape = model.operation_model(name).output_shape
    return any(shape.members[member].type_name == "list" for member in shape.required_members)


@pytest.mark.exhaustive
def test_of_each_list_it_is_known_whether_aws_leaves_it_out() -> None:
    """Each has one row, and no row outlives its call."""
    rows = [*SENT, *LEFT_OUT, *NOT_PROVED]

    assert len(rows) == len(set(rows))
    assert set(rows) - {"cloudfront:ListTagsForResource"} == _lists_in_json()
    assert [call for call, source in (SENT | LEFT_OUT).items() if not source] == []


def test_no_list_of_the_workshops_is_taken_for_empty() -> None:
    """What the workshop makes is never called gone without evidence of how AWS says so, but for what costs nothing."""
    taken = [type_.name for type_ in TYPES if type_.is_workshops and type_.call in NOT_PROVED]

    assert taken == ["log delivery source"]
