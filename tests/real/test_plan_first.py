"""What was not in the plan that the user saw is not deleted in that run, but for what deletions bring about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto import estate
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import Rule
from tests.real.real_account import calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
PLANNED = "iam:SimulatePrincipalPolicy"  # asked when the plan has been made


def when(sandbox: Sandbox, call: str, act: Callable[[], object]) -> None:
    """Let ``act`` happen once, at the first request for ``call``."""
    todo = [act]

    def happen(*_: object) -> None:
        if todo:
            todo.pop()()

    sandbox.use((Rule(call, happen, "", "", "a test's own"), *RULES))


@pytest.mark.exhaustive
def test_what_comes_later_is_left_alone(sandbox: Sandbox, run_suite: Callable[..., Result], session: Session) -> None:
    """A key pair that somebody makes after the plan was shown stays, is told with the reason, and is a leftover."""
    ec2 = session.client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")
    when(sandbox, PLANNED, lambda: ec2.create_key_pair(KeyName="carbuyer-late"))

    result = run_suite("--aws", "--account", ACCOUNT, path="cleanup_tests/test_16_key_pair.py")

    assert [pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]] == ["carbuyer-late"]
    assert "left alone: key pair carbuyer-late: it was not there when the plan was made" in result.output
    assert result.exit_code == 1


@pytest.mark.usefixtures("patient")
@pytest.mark.exhaustive
def test_what_deletions_bring_about_goes_too(
    sandbox: Sandbox, run_suite: Callable[..., Result], session: Session
) -> None:
    """The log group that the function's last run makes while the function is deleted is deleted with it."""
    builder = Builder(session)
    services.roles(builder)
    services.function(builder)
    logs = session.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        logs.delete_log_group(logGroupName=group["logGroupName"])
    name = "/aws/lambda/carbuyer-email-service"
    when(sandbox, "lambda:DeleteFunction", lambda: logs.create_log_group(logGroupName=name))

    result = run_suite("--aws", "--account", ACCOUNT, path="cleanup_tests/test_07_lambda_function.py")

    assert name not in result.output.partition("to be deleted")[2].partition("test_07")[0]
    assert logs.describe_log_groups()["logGroups"] == []
    assert "[deleted 2]" in result.output


@pytest.mark.exhaustive
@pytest.mark.parametrize("looking", [True, False])
def test_pricing_plan_of_a_distribution(
    sandbox: Sandbox, run_suite: Callable[..., Result], session: Session, *, looking: bool
) -> None:
    """Which plan it is on, what that costs and what must come first stands in the plan, before anything is disabled."""
    distribution = estate.create(session, only={"distribution"}).ids["fcj-cloudfront-carbuyer"]
    sandbox.world.recall("pricing-plans", ACCOUNT)[distribution] = ("PRO",)
    seen: list[int] = []
    when(sandbox, "cloudfront:UpdateDistribution", lambda: seen.append(len(sandbox.log)))

    result = run_suite(
        "--aws", *(["--plan"] if looking else ["--account", ACCOUNT]), path="cleanup_tests/test_08_cloudfront.py"
    )

    assert "it is on the pricing plan PRO (USD 15 a month)" in result.output
    assert (seen == []) == looking
    assert looking or "pricing-plan-manager:ListSubscriptions" in calls(sandbox)[: seen[0]]
