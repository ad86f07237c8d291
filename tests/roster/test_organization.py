"""``--organization``: the accounts of a unit, and of the units in it, as AWS Organizations tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from school import TEACHER, number

from carbuyer_cleanup.roster import ALIAS
from carbuyer_cleanup.sandbox import mends
from carbuyer_cleanup.sandbox.rules import RULES
from carbuyer_cleanup.sandbox.world import After

if TYPE_CHECKING:
    from collections.abc import Callable

    from school import School

    from result import Result

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


@pytest.fixture
def unit(real_school: School) -> str:
    """An organizational unit with another one in it; return its id."""
    client = real_school.sandbox.session(TEACHER).client("organizations")
    with mends.next_account_id(TEACHER):
        client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    outer: str = client.create_organizational_unit(ParentId=root, Name="class")["OrganizationalUnit"]["Id"]
    inner: str = client.create_organizational_unit(ParentId=outer, Name="evening")["OrganizationalUnit"]["Id"]
    for index, (name, parent) in enumerate({"An Nguyễn": outer, "an-nguy-n": inner, "Bob": inner}.items(), 1):
        real_school.admit(number(index))
        with mends.next_account_id(number(index)):
            client.create_account(AccountName=name, Email=f"{index}@example.com")
        client.move_account(AccountId=number(index), SourceParentId=root, DestinationParentId=parent)
    return outer


def organize(run_suite: Callable[..., Result], unit: str, *args: str) -> Result:
    """Run the suite in the unit's accounts."""
    return run_suite("--aws", "--organization", unit, "--role", "grader", *args, path=KEY_PAIR)


def test_accounts_of_a_unit(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """All of them are looked at, under aliases that are safe and each one's own."""
    result = organize(run_suite, unit, "--verify", "-v")

    aliases = [line.split("[")[1].split("]")[0] for line in result.output.splitlines() if "PASSED" in line]
    assert aliases == [f"an-nguy-n-{number(1)}", "bob", f"an-nguy-n-{number(2)}"]
    assert all(map(ALIAS.fullmatch, aliases))
    for index in (1, 2, 3):
        assert "ec2:DescribeKeyPairs" in real_school.calls(number(index))
    grades = (result.reports / "grades.csv").read_text("utf-8-sig")
    assert "1@example.com" in grades


def test_suspended_account_is_told(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """An account that is closed is left out, which is said."""

    def suspend(_world: Any, _request: Any, answer: Any) -> Any:
        for account in answer["Accounts"]:
            account["Status"] = "SUSPENDED" if account["Id"] == number(3) else account["Status"]
        return answer

    rule = After("organizations:ListAccountsForParent", suspend, "Organizations API reference, Account: Status")
    real_school.sandbox.use((rule, *RULES))

    result = organize(run_suite, unit, "--verify")

    assert f"{number(3)} (Bob) is SUSPENDED and is left out." in result.output
    assert real_school.calls(number(3)) == ["iam:CreateRole"]


def test_nobody_to_ask(run_suite: Callable[..., Result], real_school: School) -> None:
    """Who may not ask Organizations, or has none, is told so, and nothing is done."""
    real_school.sandbox.log.clear()

    result = organize(run_suite, "ou-ab12-11112222", "--verify")

    assert result.exit_code == 4
    assert "The accounts of ou-ab12-11112222 can't be listed" in result.errors
    assert "Nothing was done" in result.errors
    assert result.errors.strip().count("\n") == 0
