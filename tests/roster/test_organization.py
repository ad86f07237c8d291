"""``--organization``: the accounts of a unit, and of the units in it, as AWS Organizations tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.classroom.organization import aliases
from carbuyer_cleanup.classroom.roster import ALIAS
from strict_moto import moto_patches
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.roster.school import TEACHER, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.result import Result
    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


@pytest.fixture
def unit(real_school: School) -> str:
    """An organizational unit with another one in it; return its id."""
    client = real_school.sandbox.session(TEACHER).client("organizations")
    with moto_patches.next_account_id(TEACHER):
        client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    outer: str = client.create_organizational_unit(ParentId=root, Name="class")["OrganizationalUnit"]["Id"]
    inner: str = client.create_organizational_unit(ParentId=outer, Name="evening")["OrganizationalUnit"]["Id"]
    for index, (name, parent) in enumerate({"An Nguyễn": outer, "an-nguy-n": inner, "Bob": inner}.items(), 1):
        real_school.admit(number(index))
        with moto_patches.next_account_id(number(index)):
            client.create_account(AccountName=name, Email=f"{index}@example.com")
        client.move_account(AccountId=number(index), SourceParentId=root, DestinationParentId=parent)
    return outer


def organize(run_suite: Callable[..., Result], unit: str, *args: str) -> Result:
    """Run the suite in the unit's accounts."""
    return run_suite("--aws", "--organization", unit, "--role", "grader", *args, path=KEY_PAIR)


@pytest.mark.exhaustive
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


def change(real_school: School, **changed: Any) -> None:
    """Let AWS answer with other members of the accounts; ``None`` leaves one out. A function is given the number."""

    def answer(_world: Any, _request: Any, answer: Any) -> Any:
        for account in answer["Accounts"]:
            for name, value in changed.items():
                account[name] = value(account["Id"]) if callable(value) else value
            for name in [name for name, value in account.items() if value is None]:
                del account[name]
        return answer

    real_school.sandbox.use((After("organizations:ListAccountsForParent", answer, "Organizations API"), *RULES))


NAMES: tuple[str | None, ...] = (
    *("bob", "Bob", "BOB", "same name", "same name", "same-name"),
    *(number(4), f"bob-{number(1)}", f"bob-{number(2)}", number(9), "\uff12" * 12, "\u0661" * 12),
    *("", "", " ", None, "***", "---", "\U0001f4a5"),
    *("Kim", "\u212aim", "\u017fam", "S\u00e9", "Se\u0301", "Se"),
    *("x" * 300, "x" * 300 + "y", "x" * 50, "a" * 49 + "-b", "a" * 49, "a" * 49 + "."),
    *("a]", "[a", "a::b[c]", "../../x", "/etc/passwd", "a/b", "a\nb", "a\x1b[2J", "a\u202eb"),
)


def test_whatever_accounts_are_called(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """Each has an alias of its own that is safe: nobody stops the class by giving his account a name."""
    named = [
        {"Id": number(index), "State": "ACTIVE"} | ({"Name": name} if name else {}) for index, name in enumerate(NAMES)
    ]

    def answer(_world: Any, request: Any, answer: Any) -> Any:
        return answer | {"Accounts": named if unit in str(request) else []}

    real_school.sandbox.use((After("organizations:ListAccountsForParent", answer, "Organizations API"), *RULES))

    result = organize(run_suite, unit, "--verify", "--collect-only", "-q")

    aliases = [line.split("[")[1].split("]")[0] for line in result.output.splitlines() if "::" in line]
    assert result.exit_code == 0, result.errors
    assert len(set(aliases)) == len(NAMES)
    assert all(map(ALIAS.fullmatch, aliases)), aliases


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aA-.1\u212a\u0130 é" + "2", max_size=70), max_size=6))
def test_aliases(names: list[str]) -> None:
    """Aliases are safe, differ, and don't depend on the accounts of other names, or on their order."""
    accounts = [{"Id": f"{index:012}", "Name": name} for index, name in enumerate(names)]

    made = aliases(accounts)

    assert len(set(made)) == len(names)
    assert all(map(ALIAS.fullmatch, made))
    assert aliases(accounts[::-1]) == made[::-1]


STATES: dict[str, tuple[dict[str, Any], int, str]] = {  # what AWS answers → the exit code, and what is said
    "State alone": ({"State": "ACTIVE", "Status": None}, 8, "1 COULD NOT VERIFY"),
    "Status alone": ({"State": None, "Status": "ACTIVE"}, 8, "1 COULD NOT VERIFY"),
    "both": ({"State": "ACTIVE", "Status": "ACTIVE"}, 8, "1 COULD NOT VERIFY"),
    "they contradict": ({"State": "CLOSED", "Status": "ACTIVE"}, 4, "There is no active account"),
    "neither": ({"State": None, "Status": None}, 4, "There is no active account"),
    "not active yet": ({"State": "PENDING_ACTIVATION", "Status": None}, 4, "There is no active account"),
    "no number": ({"Id": None}, 4, "one has no number"),
    "a number that is none": ({"Id": "12345678901x"}, 4, "one has no number"),
}

QUICK = ("State alone",)


@pytest.mark.parametrize(
    "case", [*QUICK, *(pytest.param(name, marks=pytest.mark.exhaustive) for name in STATES if name not in QUICK)]
)
def test_state_of_an_account(run_suite: Callable[..., Result], real_school: School, unit: str, case: str) -> None:
    """AWS has retired Status for State: either is read, and an account of which neither is told is not run."""
    changed, code, said = STATES[case]
    change(real_school, **changed)

    result = organize(run_suite, unit, "--verify", "--only", "bob")

    assert said in result.output + result.errors
    assert result.exit_code == code
    assert "Traceback" not in result.output + result.errors


@pytest.mark.exhaustive
def test_account_of_a_state_that_is_not_told(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """It is left out, which is said: the others are looked at."""
    states = {number(1): "ACTIVE", number(2): None, number(3): None}
    change(real_school, State=states.get, Status=None)

    result = organize(run_suite, unit, "--verify")

    assert f"{number(3)} (Bob) is in a state that AWS doesn't name and is left out." in result.output
    assert real_school.calls(number(3)) == ["iam:CreateRole"]


def test_account_listed_twice(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """One that is moved while the units are listed is in the class once."""

    def twice(_world: Any, _request: Any, answer: Any) -> Any:
        answer["Accounts"] *= 2
        return answer

    real_school.sandbox.use((After("organizations:ListAccountsForParent", twice, "Organizations API"), *RULES))

    result = organize(run_suite, unit, "--verify", "--collect-only", "-q")

    assert result.exit_code == 0
    assert result.output.count("::test_key_pair[") == 3


def test_alias_that_has_a_number(run_suite: Callable[..., Result], real_school: School, unit: str) -> None:
    """Who leaves the number out is told which accounts are called so; nothing is done."""
    real_school.sandbox.log.clear()

    result = organize(run_suite, unit, "--verify", "--only", "an-nguy-n")

    assert result.exit_code == 4
    assert f"Did you mean an-nguy-n-{number(1)} or an-nguy-n-{number(2)}?" in result.errors
    assert all(entry.account == TEACHER for entry in real_school.sandbox.log)


def test_nobody_to_ask(run_suite: Callable[..., Result], real_school: School) -> None:
    """Who may not ask Organizations, or has none, is told so, and nothing is done."""
    real_school.sandbox.log.clear()

    result = organize(run_suite, "ou-ab12-11112222", "--verify")

    assert result.exit_code == 4
    assert "The accounts of ou-ab12-11112222 can't be listed" in result.errors
    assert "Nothing was done" in result.errors
    assert result.errors.strip().count("\n") == 0


@pytest.mark.exhaustive
def test_organization_without_keys(
    run_suite: Callable[..., Result], unit: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever can't sign in is told so, with the command that helps, before any account is looked at."""
    (tmp_path / "config").write_text("[profile tool]\ncredential_process = echo '<html>'\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    result = organize(run_suite, unit, "--verify", "--profile", "tool")

    assert result.exit_code == 4
    assert "printed something other than keys" in result.errors
    assert "`aws configure get credential_process --profile tool`" in result.errors
    assert result.errors.strip().count("\n") == 0
