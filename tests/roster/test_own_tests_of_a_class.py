"""Tests that a teacher adds: each account has them, asked in that account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.roster.school import CLASS, has_key_pair, key_pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.result import Result
    from tests.roster.school import School

OURS = '''
def test_who(aws_session, alias, iam_client):
    """The account has no user Zoe."""
    assert "Zoe" not in [user["UserName"] for user in iam_client.list_users()["Users"]]
'''
WITH_PARAMETERS = """
import pytest

@pytest.mark.parametrize("number", [1, 2])
def test_ours(ec2_client, number):
    assert number
"""


@pytest.mark.exhaustive
def test_each_account_has_them(real_school: School, run_suite: Callable[..., Result], project: Path) -> None:
    """In the account where it fails there is a leftover, and nowhere else."""
    real_school.enrol("an", "binh")
    real_school.sandbox.session("222200000002").client("iam").create_user(UserName="Zoe")
    (project / "cleanup_tests" / "test_ours.py").write_text(OURS, "utf-8")

    result = run_suite("--aws", "--verify", "--roster", "class.csv", path="cleanup_tests/test_ours.py")

    told = {
        alias: json.loads((result.reports / "certificates" / f"{alias}.json").read_text("utf-8"))["predicate"]
        for alias in ("an", "binh")
    }
    assert [told[alias]["ownTests"][0]["result"] for alias in told] == ["done", "failed"]
    assert [told[alias]["verdict"] for alias in told] == ["COULD_NOT_VERIFY", "LEFTOVERS"]
    assert {one["name"] for alias in told for one in told[alias]["ownTests"]} == {"test_ours.py::test_who"}
    assert "This test failed: The account has no user Zoe." in (result.reports / "grades.csv").read_text("utf-8-sig")
    assert result.exit_code == 1


@pytest.mark.exhaustive
def test_file_that_is_broken(real_school: School, run_suite: Callable[..., Result], project: Path) -> None:
    """No worker begins with the deletions, either."""
    real_school.enrol("an")
    key_pair(real_school, 1)
    (project / "cleanup_tests" / "test_ours.py").write_text("import nothing_there", "utf-8")

    result = run_suite("--aws", *CLASS, "--accounts-confirmed", "1", "-n", "1")

    assert has_key_pair(real_school, 1)
    assert "1 account: 1 NOT RUN." in result.output
    assert result.exit_code == 2


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("ours", "spread"), [("import nothing_there", ("-n", "1")), ("def test_ours(): assert False", ())]
)
def test_failure_that_is_about_no_account(
    real_school: School, run_suite: Callable[..., Result], project: Path, ours: str, spread: tuple[str, ...]
) -> None:
    """It keeps each account from being CLEAN, as in a run of one account: nobody knows what it is about."""
    real_school.enrol("an")
    (project / "cleanup_tests" / "test_ours.py").write_text(ours, "utf-8")

    result = run_suite("--aws", "--verify", *CLASS, "--continue-on-collection-errors", *spread)

    assert "a test failed, for a reason of its own" in result.output
    assert "1 account: 1 COULD NOT VERIFY." in result.output
    assert result.exit_code == 8


@pytest.mark.exhaustive
@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=" ".join)
def test_with_parameters(
    real_school: School, run_suite: Callable[..., Result], project: Path, spread: tuple[str, ...]
) -> None:
    """A test that has more parameters than the alias is about an account all the same: nothing proves it CLEAN."""
    real_school.enrol("an", "an-1")
    (project / "cleanup_tests" / "test_ours.py").write_text(WITH_PARAMETERS, "utf-8")

    result = run_suite("--aws", "--verify", "--roster", "class.csv", *spread, path="cleanup_tests/test_ours.py")

    assert "2 accounts: 2 COULD NOT VERIFY." in result.output
    assert (result.reports / "grades.csv").read_text("utf-8-sig").count("COULD NOT VERIFY") == 2
    assert result.exit_code == 8
