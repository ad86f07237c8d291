"""The page's order, and what happens to a step when one before it did not finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto.faults import Fault, FaultKind, Faults
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result


class Shuffle:
    """A plugin that turns the tests round, as late as it can."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Reverse the order."""
        items.reverse()


def _denied(call: str) -> Faults:
    return Faults((Fault(FaultKind.DENY, calls=call),))


def _outcomes(result: Result) -> dict[str, str]:
    lines = [line.split() for line in result.output.splitlines() if "::test_" in line and "%]" in line]
    return {words[0].split("test_")[1][:2]: words[1] for words in lines}


@pytest.mark.exhaustive
def test_other_plugins_cannot_change_the_order(workshop_estate: Session, run_suite: Callable[..., Result]) -> None:
    """A plugin that turns everything round changes nothing: steps 1 to 16, then the audit."""
    del workshop_estate
    result = run_suite("-v", plugins=[Shuffle()])

    assert list(_outcomes(result)) == [f"{n:02}" for n in range(1, 18)]
    assert result.exit_code == 0


@pytest.mark.exhaustive
def test_steps_that_wait_for_a_failed_one_are_blocked(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """The load balancer can't be deleted: what waits for it is blocked by it, the rest goes, the audit runs."""
    del workshop_estate
    sandbox.faults = _denied("elbv2:DeleteLoadBalancer")

    result = run_suite("-v")

    outcomes = _outcomes(result)
    blocked = {step for step, outcome in outcomes.items() if outcome == "SKIPPED"}
    assert {step for step, outcome in outcomes.items() if outcome == "FAILED"} == {"01", "17"}
    assert blocked == {"02", "11", "13"}
    assert "blocked by step 1 (load balancer)" in result.output
    assert result.exit_code == 1


def test_refused_deletion_is_told_in_a_sentence(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """The message names the call, AWS's code and request id, and what to do; there is no traceback of ours."""
    del workshop_estate
    sandbox.faults = _denied("iam:DeleteUser")

    result = run_suite(path="cleanup_tests/test_15_iam_user.py")

    assert "iam:DeleteUser was refused" in result.output
    assert "AccessDenied; request id " in result.output
    assert "Your organization forbids it, whatever your account allows" in result.output
    assert "deletion.py" not in result.output


def test_single_step_says_which_one_must_go_first(workshop_estate: Session, run_suite: Callable[..., Result]) -> None:
    """The VPC alone can't be deleted while the workshop stands in it: nothing is, and the step to run is named."""
    ec2 = workshop_estate.client("ec2")
    before = ec2.describe_subnets()["Subnets"]

    result = run_suite(path="cleanup_tests/test_13_vpc.py")

    assert result.exit_code == 1
    assert "blocked by step 1 (load balancer)" in result.output
    assert ec2.describe_subnets()["Subnets"] == before


@pytest.mark.parametrize("selection", one_in(2, [("-k", "lambda"), ("-k", "test_07")]))
def test_only_selected_steps_start(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox, selection: tuple[str, ...]
) -> None:
    """``-k`` deletes what it selects and nothing else."""
    sandbox.log.clear()
    result = run_suite(*selection)

    written = {entry.call for entry in sandbox.log if entry.call.split(":")[1].startswith(("Delete", "Update", "Term"))}
    assert written == {"lambda:DeleteFunction"}  # the log group waits for the API, which was not selected
    assert "blocked by step 6 (API Gateway)" in result.output
    assert workshop_estate.client("apigateway").get_rest_apis()["items"] != []


@pytest.mark.exhaustive
def test_one_by_one_keeps_to_the_page(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """``--one-by-one`` deletes nothing of a step before its test runs."""
    del workshop_estate
    sandbox.log.clear()

    result = run_suite("--one-by-one")

    deletions = [entry.call for entry in sandbox.log if entry.error is None]
    assert deletions.index("elbv2:DeleteLoadBalancer") < deletions.index("ec2:TerminateInstances")
    assert deletions.index("ec2:DeleteNatGateway") < deletions.index("apigateway:DeleteRestApi")
    assert deletions.index("cloudfront:DeleteDistribution") < deletions.index("dynamodb:DeleteTable")
    assert result.exit_code == 0


@pytest.mark.exhaustive
def test_plan_shows_what_waits_for_what(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """``--plan`` tells which steps something must be gone of before a step can delete, and deletes nothing."""
    del workshop_estate
    sandbox.log.clear()

    lines = [line.strip() for line in run_suite("--plan", "-v").output.splitlines()]

    groups = next(n for n, line in enumerate(lines) if line.startswith("11 "))
    assert lines[groups + 1] == "waits for step 1 (load balancer), step 3 (EC2 instances)"
    instances = next(n for n, line in enumerate(lines) if line.startswith("3 "))
    assert "waits for" not in lines[instances + 1]
    assert [e.call for e in sandbox.log if not e.call.split(":")[1].startswith(("Describe", "List", "Get"))] == []


@pytest.mark.exhaustive
def test_look_that_fails_is_no_proof(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """A list call that is denied fails the step and the audit, and the exit code says: could not verify."""
    del workshop_estate
    run_suite()
    sandbox.faults = _denied("ec2:DescribeKeyPairs")

    result = run_suite()

    assert result.exit_code == 8
    assert "ec2:DescribeKeyPairs" in result.output


@pytest.mark.exhaustive
def test_rehearsal_never_says_clean(workshop_estate: Session, run_suite: Callable[..., Result]) -> None:
    """First and last line say that it was a rehearsal, and nothing written says that an account is clean."""
    del workshop_estate
    result = run_suite()

    lines = result.output.strip().splitlines()
    assert lines[-1].startswith("REHEARSAL — no account was touched. To clean yours:")
    assert any(line.startswith("REHEARSAL — ") for line in lines[:4])
    assert "CLEAN" not in result.output
    assert "CLEAN" not in (result.reports / "junit.xml").read_text()
    assert not (result.reports / "certificate.json").exists()
