"""An answer that is not whole is never *nothing there*; one that is whole is believed, whoever gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from strict_moto import estate
from tests.broken import change_bodies, drop, drop_ids, empty
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

LEFTOVERS, COULD_NOT_VERIFY = 1, 8
ID = "{0.call}".format
STEP = "cleanup_tests/test_{}.py"


class List(NamedTuple):
    """A list that a step rests on, and the part of the estate that stands there."""

    step: str
    call: str
    member: str
    part: str

    @property
    def path(self) -> str:
        """The test of the step."""
        return STEP.format(self.step)


LISTS = [List(*row) for row in (
    ("10_dynamodb_tables", "dynamodb:ListTables", "TableNames", "table"),
    ("01_load_balancer", "elbv2:DescribeLoadBalancers", "LoadBalancers", "load_balancer"),
    ("02_target_groups", "elbv2:DescribeTargetGroups", "TargetGroups", "target_group"),
    ("03_ec2_instances", "ec2:DescribeInstances", "Reservations", "instance"),
    ("03_ec2_instances", "ec2:DescribeVolumes", "Volumes", "instance"),
    ("04_nat_gateway", "ec2:DescribeNatGateways", "NatGateways", "nat_gateway"),
    ("05_elastic_ip", "ec2:DescribeAddresses", "Addresses", "nat_gateway"),
    ("06_api_gateway", "apigateway:GetRestApis", "items", "rest_api"),
    ("06_api_gateway", "apigateway:GetApiKeys", "items", "usage_plan"),
    ("06_api_gateway", "apigateway:GetUsagePlans", "items", "usage_plan"),
    ("07_lambda_function", "lambda:ListFunctions", "Functions", "function"),
    ("07_lambda_function", "logs:DescribeLogGroups", "logGroups", "function"),
    ("08_cloudfront", "cloudfront:ListDistributions", "DistributionList.Items", "distribution"),
    ("08_cloudfront", "cloudfront:ListOriginAccessControls", "OriginAccessControlList.Items", "distribution"),
    ("09_s3_bucket", "s3:ListBuckets", "Buckets", "bucket"),
    ("10_dynamodb_tables", "dynamodb:DescribeTable", "Table", "table"),
    ("11_security_groups", "ec2:DescribeSecurityGroups", "SecurityGroups", "security_group"),
    ("12_vpc_endpoints", "ec2:DescribeVpcEndpoints", "VpcEndpoints", "vpc_endpoint"),
    ("13_vpc", "ec2:DescribeVpcs", "Vpcs", "vpc"),
    ("13_vpc", "ec2:DescribeSubnets", "Subnets", "vpc"),
    ("14_iam_roles", "iam:GetAccountAuthorizationDetails", "RoleDetailList", "role"),
    ("14_iam_roles", "iam:ListInstanceProfiles", "InstanceProfiles", "role"),
    ("15_iam_user", "iam:ListUsers", "Users", "user"),
    ("16_key_pair", "ec2:DescribeKeyPairs", "KeyPairs", "key_pair"),
)]  # fmt: skip

BODIES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "braces": lambda _: b"{}",
    "message": lambda _: b'{"message": "Forbidden"}',
    "list": lambda _: b"[]",
    "half": lambda body: body[: len(body) // 2],
    "all but the end": lambda body: body[:-1],
    "page": lambda _: b"<html><body>Please sign in</body></html>",
    "binary": lambda _: bytes(range(256)),
}

# One list call of each protocol.
PROTOCOLS = {
    row.call: row
    for row in LISTS
    if row.call
    in {
        "dynamodb:ListTables",
        "lambda:ListFunctions",
        "elbv2:DescribeTargetGroups",
        "ec2:DescribeKeyPairs",
        "s3:ListBuckets",
    }
}
CASES = [
    pytest.param(row, change, id=f"{call}-{name}", marks=pytest.mark.exhaustive if (m + n) % 8 else ())
    for m, (call, row) in enumerate(PROTOCOLS.items())
    for n, (name, change) in enumerate(BODIES.items())
]


def code_of(result: Result) -> int:
    """Return the exit code of a step that was not seen: what else of it is seen to be left weighs more."""
    assert "[did not finish]" in result.output
    return LEFTOVERS if "\nleft: " in result.output else COULD_NOT_VERIFY


@pytest.mark.parametrize("row", one_in(8, LISTS), ids=ID)
def test_list_is_missing(sandbox: Sandbox, run_suite: Callable[..., Result], row: List) -> None:
    """What stands is there, and the answer lacks the list: the step is not seen."""
    estate.create(sandbox.session(), only=[row.part])
    drop(sandbox, row.call, row.member)

    result = run_suite("--verify", path=row.path)

    assert result.exit_code == code_of(result), result.output
    assert f"its answer has no {row.member.rpartition('.')[2]}" in result.output


@pytest.mark.exhaustive
@pytest.mark.parametrize("row", [row for row in LISTS if row.member != "Table"], ids=ID)
def test_list_is_empty_once(sandbox: Sandbox, run_suite: Callable[..., Result], row: List) -> None:
    """What stands is there, and one of the lists that should show it is empty: it is found all the same."""
    estate.create(sandbox.session(), only=[row.part])
    empty(sandbox, row.call, row.member)

    assert run_suite("--verify").exit_code == LEFTOVERS


@pytest.mark.parametrize(("row", "change"), CASES)
def test_body(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    row: List,
    change: Callable[[bytes], bytes],
) -> None:
    """What stands is there, and the body is no answer: the step is not seen, in any protocol."""
    estate.create(sandbox.session(), only=[row.part])
    change_bodies(monkeypatch, sandbox, row.call, change)

    result = run_suite("--verify", path=row.path)

    assert result.exit_code == code_of(result), result.output
    assert "INTERNALERROR" not in result.output + result.errors


@pytest.mark.parametrize("row", one_in(5, PROTOCOLS.values()), ids=ID)
def test_answer_without_a_request_id(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, row: List
) -> None:
    """An answer that is whole is believed, though nothing says that AWS gave it a number."""
    estate.create(sandbox.session(), only=[row.part])
    drop_ids(monkeypatch, sandbox)

    assert run_suite(path=row.path).exit_code == 0
    assert run_suite("--verify", path=row.path).exit_code == 0


@pytest.mark.exhaustive
def test_list_of_more_that_does_not_say_where(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """A page that says that another follows, without the way to it, is not the last one."""
    for number in range(101):
        sandbox.session().client("iam").create_user(UserName=f"somebody-{number:03}")
    drop(sandbox, "iam:ListUsers", "Marker")

    result = run_suite("--verify", path=STEP.format("15_iam_user"))

    assert result.exit_code == COULD_NOT_VERIFY
    assert "its answer has no Marker" in result.output


@pytest.mark.parametrize("step", one_in(2, ["16_key_pair", "10_dynamodb_tables"]))
def test_unreadable_answer_to_a_deletion(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whether a deletion happened is what the next look says, not the body of its answer."""
    estate.create(sandbox.session(), only=["table", "key_pair"])
    change_bodies(monkeypatch, sandbox, r"(dynamodb|ec2):Delete\w+", lambda _: b"")

    assert run_suite(path=STEP.format(step)).exit_code == 0
