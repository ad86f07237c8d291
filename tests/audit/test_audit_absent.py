"""What AWS need not tell costs nothing if it is somebody else's; what a verdict rests on and lacks is doubtful."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.look import Look, look
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.reading import Described
from tests.audit.accounts_audited import REGION
from tests.audit.shapes import operation_model
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types import Type
    from tests.audit.accounts_audited import Account

ARN = "arn:aws:cloudfront::111122223333:distribution/E1"
KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
OTHER_KEY = [{"AttributeName": "artist", "KeyType": "HASH"}]
OUR_NAME = "fcj-cloudfront-carbuyer"
OUR_TAGS = {"Tags": {"Items": [{"Key": "Name", "Value": OUR_NAME}]}}


def seen(account: Account, type_: Type, answers: dict[str, Any]) -> Look:
    """Return what the audit sees if AWS answers so."""

    async def answer(operation: str, _region: str, _params: dict[str, Any]) -> dict[str, Any]:
        return Described(answers.get(operation, {}), operation_model(operation).output_shape)

    account.patch.setattr(account.aws, "ask_patiently", answer)
    return asyncio.run(look(account.aws, type_, REGION))


def named(name: str) -> Type:
    """Return a line of the table."""
    return next(type_ for type_ in TYPES if type_.name == name)


def of_distribution(account: Account, listed: dict[str, Any], tags: dict[str, Any]) -> Look:
    """Return what the audit sees if there is this distribution."""
    answers = {"cloudfront:ListDistributions": {"DistributionList": {"Items": [listed]}}}
    return seen(account, named("CloudFront distribution"), answers | {"cloudfront:ListTagsForResource": tags})


def of_table(account: Account, described: dict[str, Any]) -> Look:
    """Return what the audit sees if there is a table that is called like one of the workshop's."""
    answers = {"dynamodb:ListTables": {"TableNames": ["User"]}, "dynamodb:DescribeTable": described}
    return seen(account, named("DynamoDB table"), answers)


@pytest.mark.parametrize("type_", one_in(8, [one for one in TYPES if "@" not in one.id]), ids=lambda type_: type_.name)
def test_nothing_is_told(account: Account, type_: Type) -> None:
    """Of what AWS tells nothing at all nobody can say whose it is; where a name is optional it has none."""
    found = seen(account, replace(type_, items="[`{}`]", parent=None), {})
    told = {**found.left, **found.doubtful}
    assert bool(told) is ("|| '-'" not in type_.names or type_.rule is not None)


@pytest.mark.parametrize("type_", one_in(8, [one for one in TYPES if one.tags]), ids=lambda type_: type_.name)
def test_tags_are_null(account: Account, type_: Type) -> None:
    """Tags that are null are no name, and nothing breaks."""
    for tags in (None, [], [None], [{"Key": "Name", "Value": ""}]):
        named_ = {type_.names: "x"} if type_.names else {}
        item = {type_.tags: tags, type_.id.split(" ")[0]: "i-1", "AssociationId": "a", **named_}
        found = seen(account, replace(type_, items="[@]", parent=None), {type_.call: item})
        assert (found.left, found.leaving, found.doubtful, found.noted) == ({}, {}, {}, {})


@pytest.mark.parametrize("listed", [{"Id": "E1", "ARN": ARN}, {"Id": "E1", "ARN": ARN, "Origins": {}, "Comment": None}])
def test_sparse_distribution(account: Account, listed: dict[str, Any]) -> None:
    """One without origins or comment is ours by its tag, by which it is told; or nobody's."""
    assert [one.name for one in of_distribution(account, listed, OUR_TAGS).left.values()] == [OUR_NAME]
    found = of_distribution(account, listed, {"Tags": {}})
    assert (found.left, found.doubtful) == ({}, {})


def test_distribution_that_is_gone(account: Account) -> None:
    """CloudFront still lists it, and has no tags of it any more: it has nothing to do with us."""
    found = of_distribution(account, {"Id": "E1", "ARN": ARN}, {})
    assert (found.left, found.doubtful) == ({}, {})


@pytest.mark.parametrize(
    ("listed", "tags", "what"),
    [({"Id": "E1"}, OUR_TAGS, "ARN"), ({"Id": "E1", "ARN": ARN}, {"ResponseMetadata": {}}, "Tags")],
    ids=["ARN", "Tags"],
)
def test_doubtful_distribution(account: Account, listed: dict[str, Any], tags: dict[str, Any], what: str) -> None:
    """Its tags can't be asked for, or are not told: it may be ours."""
    found = of_distribution(account, listed, tags)
    assert [one.why for one in found.doubtful.values()] == [f"AWS does not report its {what}"]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({}, "Table"),
        ({"Table": {"TableName": "User"}}, "key"),
        ({"Table": {"TableName": "User", "KeySchema": KEY}}, "key"),
    ],
    ids=["table", "key", "type of the key"],
)
def test_doubtful_table(account: Account, table: dict[str, Any], what: str) -> None:
    """Its key is not told, or not of what type: it may be ours."""
    found = of_table(account, table | {"ResponseMetadata": {}})
    assert [one.why.endswith(f"AWS does not report its {what}") for one in found.doubtful.values()] == [True]


def test_table_of_another_key(account: Account) -> None:
    """Of what type another key is does not matter."""
    found = of_table(account, {"Table": {"TableName": "User", "KeySchema": OTHER_KEY}})
    assert (list(found.noted), found.doubtful) == (["User"], {})


def test_caller_is_not_told_apart(account: Account) -> None:
    """A role of ours without an ARN may be the one that the suite runs as."""
    answer = {"RoleDetailList": [{"RoleName": "carbuyer-ec2-role", "Path": "/"}]}
    found = seen(account, named("IAM role"), {"iam:GetAccountAuthorizationDetails": answer})
    assert [one.why for one in found.doubtful.values()] == ["AWS does not report its Arn"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Lambda function", {"Functions": [{"FunctionName": ""}]}),
        ("load balancer", {"LoadBalancers": [{"LoadBalancerArn": "arn:aws:x", "LoadBalancerName": ""}]}),
    ],
)
def test_empty_name(account: Account, name: str, answer: dict[str, Any]) -> None:
    """AWS gives everything that must have a name one that is not empty."""
    found = seen(account, named(name), {named(name).call: answer})
    assert [one.why for one in found.doubtful.values()] == ["AWS does not report its name"]


def test_half_a_tag(account: Account) -> None:
    """A tag without a key may be the name."""
    listed = {"Vpcs": [{"VpcId": "vpc-1", "Tags": [{"Value": "x"}]}, {"VpcId": "vpc-2", "Tags": [{"Key": "x"}]}]}
    found = seen(account, named("VPC"), {"ec2:DescribeVpcs": listed})
    assert [one.why for one in found.doubtful.values()] == ["AWS does not report its Key"]


def test_ids_are_not_told(account: Account) -> None:
    """Two of ours without an id are two."""
    listed = [{"TargetGroupName": "carbuyer-a"}, {"TargetGroupName": "carbuyer-b"}]
    found = seen(account, named("target group"), {"elbv2:DescribeTargetGroups": {"TargetGroups": listed}})
    assert [one.name for one in found.left.values()] == ["carbuyer-a", "carbuyer-b"]
