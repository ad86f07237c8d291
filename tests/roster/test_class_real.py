"""A class of real accounts: how many are confirmed, who signs in to each, and what each is found to be."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.html_page import Page
from tests.roster.school import CLASS, KEY_PAIR, has_key_pair, key_pair, number, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.world import Params, Request, World
    from tests.result import Result
    from tests.roster.school import School


WORDS = ("COULD NOT VERIFY", "LEFTOVERS", "CLEAN")


def verdicts(result: Result) -> dict[str, str]:
    """Return the verdicts of the certificates."""
    folder = result.reports / "certificates"
    return {file.stem: json.loads(file.read_text())["predicate"]["verdict"] for file in folder.glob("*.json")}


@pytest.mark.exhaustive
def test_number_of_accounts_is_confirmed(run_suite: Callable[..., Result], real_school: School) -> None:
    """With the right number all are torn down; no credentials of roles, and no earlier proof, are on the disk."""
    real_school.enrol("alice", "bob")
    key_pair(real_school, 1, 2)
    single = real_school.roster.parent / "reports" / "certificate.json"
    single.parent.mkdir(exist_ok=True)
    single.write_text("of the one account that was cleaned before")

    result = run_suite(*CLASS, "--aws", "--accounts-confirmed", "2", path=KEY_PAIR)

    assert not single.exists()
    assert f"alice  account {number(1)}, ap-southeast-1: 1 resource, about USD" in result.output
    assert not has_key_pair(real_school, 1)
    assert not has_key_pair(real_school, 2)
    assert result.exit_code == 8  # the audit was not selected
    written = "".join(file.read_text() for file in result.reports.rglob("*") if file.is_file())
    secrets = [s for keys in real_school.sandbox.identity.sessions.values() for s in (keys.secret_key, keys.token)]
    assert secrets
    assert not [secret for secret in secrets if secret in written]


@pytest.mark.parametrize("given", ["1", "3", "all"])
def test_another_number_of_accounts(run_suite: Callable[..., Result], real_school: School, given: str) -> None:
    """Another number does nothing."""
    real_school.enrol("alice", "bob")
    key_pair(real_school, 1)
    real_school.sandbox.log.clear()

    result = run_suite(*CLASS, "--aws", "--accounts-confirmed", given)

    assert result.exit_code == 4
    assert (
        f"--accounts-confirmed says {given}, but there are 2 accounts in the class. Nothing was done." in result.errors
    )
    assert real_school.sandbox.log == []


@pytest.mark.exhaustive
def test_another_identity(
    run_suite: Callable[..., Result], real_school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Credentials of another account than the line's fail that account alone, and nothing else is asked with them."""
    real_school.enrol("alice", "bob", "stranger")
    keys = real_school.sandbox.add_account(number(3))
    file = tmp_path / "credentials"
    file.write_text(f"[bob]\naws_access_key_id={keys.access_key}\naws_secret_access_key={keys.secret_key}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    real_school.write(real_school.line("alice", number(1)), f"bob,{number(2)},,bob")
    key_pair(real_school, 1, 2, 3)
    real_school.sandbox.log.clear()

    result = run_suite(*CLASS, "--aws", "--accounts-confirmed", "2", "-v", path=KEY_PAIR)

    assert outcomes(result) == {"alice": ["PASSED"], "bob": ["ERROR"]}
    assert f"The credentials belong to account {number(3)}" in result.output
    assert f"not to {number(2)}. Nothing was deleted" in result.output
    assert real_school.calls(number(3)) == ["sts:GetCallerIdentity"]
    assert [has_key_pair(real_school, index) for index in (1, 2, 3)] == [False, True, True]


@pytest.mark.exhaustive
def test_external_id(run_suite: Callable[..., Result], real_school: School) -> None:
    """A role that asks for an external id is taken with the line's; with another one that account alone is refused."""
    for index in (1, 2):
        real_school.admit(number(index), external_id="class-of-26")
    alice, bob = (real_school.line(alias, number(index)) for index, alias in enumerate(("alice", "bob"), 1))
    real_school.write(alice.replace("grader,,,", "grader,,class-of-26,"), bob.replace("grader,,,", "grader,,guess,"))

    result = run_suite(*CLASS, "--aws", "--verify", "-v", path=KEY_PAIR)

    assert outcomes(result) == {"alice": ["PASSED"], "bob": ["ERROR"]}
    assert "The account's role could not be taken: " in result.output
    assert re.search(
        r"not authorized to perform: sts:AssumeRole .* \(AccessDenied; request id [0-9a-f-]+\)", result.output
    )
    assert "let the role's trust policy name you, with the external id" in result.output
    assert result.exit_code == 8


@pytest.mark.exhaustive
def test_each_wrong_in_its_own_way(run_suite: Callable[..., Result], real_school: School) -> None:
    """Leftovers, a denial, no right at all, no role: each has its verdict, and the account beside them is CLEAN."""
    real_school.enrol("clean", "left", "denied", "barred")
    with real_school.roster.open("a", encoding="utf-8") as file:
        file.write("\n" + real_school.line("nobody", number(9)))
    key_pair(real_school, 2)
    denied = Fault(FaultKind.DENY, calls="dynamodb:ListTables", account=number(3))
    barred = Fault(FaultKind.DENY, account=number(4))
    real_school.sandbox.faults = Faults((denied, barred))
    stale = real_school.roster.parent / "reports" / "certificates" / "nobody.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("CLEAN, last time")

    earlier = real_school.roster.with_name("earlier.csv")
    earlier.write_text("Alias,CarBuyer cleanup\nclean,93.75\nleft,100\n", "utf-8")

    result = run_suite(*CLASS, "--aws", "--verify", "-v", "--grades", "gradescope", "--compare", str(earlier))

    assert verdicts(result) == {
        "clean": "CLEAN",
        "left": "LEFTOVERS",
        "denied": "COULD_NOT_VERIFY",
        "barred": "COULD_NOT_VERIFY",
    }
    with (result.reports / "grades.csv").open(encoding="utf-8-sig") as grades:
        told = [" ".join(row) for row in csv.reader(grades)][1:]
    assert [next(word for word in WORDS if word in row) for row in told] == [
        "CLEAN", "LEFTOVERS", "COULD NOT VERIFY", "COULD NOT VERIFY", "COULD NOT VERIFY",
    ]  # fmt: skip
    assert outcomes(result)["clean"] == ["PASSED"] * 17
    assert outcomes(result)["nobody"] == ["ERROR"] * 17
    assert result.output.strip().splitlines()[-1] == "5 accounts: 1 CLEAN, 3 COULD NOT VERIFY, 1 LEFTOVERS."
    assert result.exit_code == 1
    assert "All accounts, step by step" in (result.reports / "report.html").read_text()
    assert sorted(file.name for file in (result.reports / "gradescope").iterdir()) == ["clean.json", "left.json"]
    page = Page((result.reports / "class.html").read_text("utf-8"))
    assert "Since last time ▲ 1 better, ▼ 1 worse, + 3 new" in page.words


@pytest.mark.exhaustive
@pytest.mark.parametrize(("depth", "verdict"), [("workshop", "CLEAN"), ("full", "LEFTOVERS")])
def test_depth_of_the_audit(
    run_suite: Callable[..., Result], real_school: School, monkeypatch: pytest.MonkeyPatch, depth: str, verdict: str
) -> None:
    """What the workshop doesn't make is looked for at depth full only; grades and page say how deep it was."""
    few = tuple(type_ for type_ in TYPES if type_.name in {"SNS topic", "VPC", "Elastic IP"})
    monkeypatch.setattr(sweeper, "TYPES", few)
    real_school.enrol("alice")
    real_school.sandbox.session(number(1)).client("sns", "eu-west-3").create_topic(Name="carbuyer-alerts")

    result = run_suite(*CLASS, "--aws", "--verify", "--audit-depth", depth)

    with (result.reports / "grades.csv").open(encoding="utf-8-sig") as grades:
        [row] = csv.DictReader(grades)
    assert (row["Audit depth"], row["Verdict"]) == (depth, verdict)
    assert f"Depth of the audit {depth}: " in Page((result.reports / "class.html").read_text()).words
    assert ("carbuyer-alerts" in result.output) == (verdict == "LEFTOVERS")


@pytest.mark.exhaustive
@pytest.mark.parametrize("task", [("--accounts-confirmed", "2"), ("--verify",)], ids=["teardown", "verify"])
def test_role_that_becomes_another_accounts(
    run_suite: Callable[..., Result], real_school: School, task: tuple[str, ...]
) -> None:
    """A role's session that is renewed in another account stops that account alone; nothing is sent to the other."""
    real_school.enrol("alice", "bob")
    real_school.admit(number(3))
    key_pair(real_school, 1, 2, 3)
    taken: Counter[str] = Counter()
    good = 1 if task == ("--verify",) else 3

    def astray(_world: World, request: Request, answer: Params) -> Params:
        mine = request.params["RoleArn"].split(":")[4]
        taken[mine] += 1
        account = number(3) if mine == number(1) and taken[mine] > good else mine
        made = real_school.sandbox.identity.assume(f"arn:aws:sts::{account}:assumed-role/grader/x", account, math.inf)
        keys = {"AccessKeyId": made.access_key, "SecretAccessKey": made.secret_key, "SessionToken": made.token}
        return {**answer, "Credentials": keys | {"Expiration": datetime.now(UTC) + timedelta(minutes=1)}}

    real_school.sandbox.use((After("sts:AssumeRole", astray, "a broker of sessions that errs"), *RULES))
    real_school.sandbox.log.clear()

    result = run_suite(*CLASS, "--aws", *task, "-v", path=KEY_PAIR)

    assert f"the credentials now belong to account {number(3)}" in result.output
    assert outcomes(result)["alice"] in (["FAILED"], ["ERROR"])
    assert outcomes(result)["bob"] == (["FAILED"] if task == ("--verify",) else ["PASSED"])
    assert set(real_school.calls(number(3))) == {"sts:GetCallerIdentity"}
    assert has_key_pair(real_school, 1)
    assert has_key_pair(real_school, 3)
    assert has_key_pair(real_school, 2) == (task == ("--verify",))
    assert "Traceback" not in result.output
