"""A class in one process: every account has its own result, whatever becomes of the others."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.plugin import progress
from strict_moto import estate
from strict_moto.faults import Fault, Faults, Kind
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.html_page import Page
from tests.puzzles import puzzle
from tests.roster.school import number, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.world import Params, Request, World
    from tests.result import Result
    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
WORDS = ("COULD NOT VERIFY", "LEFTOVERS", "CLEAN")
CLASS = ("--roster", "class.csv")


def key_pair(school: School, *accounts: int) -> None:
    """Leave the workshop's key pair in these accounts."""
    for index in accounts:
        school.sandbox.session(number(index)).client("ec2").create_key_pair(KeyName="carbuyer-keypair")


def has_key_pair(school: School, index: int) -> bool:
    """Say whether it is there."""
    return bool(school.sandbox.session(number(index)).client("ec2").describe_key_pairs()["KeyPairs"])


@pytest.mark.exhaustive
def test_rehearsal(run_suite: Callable[..., Result], school: School) -> None:
    """A roster alone is a rehearsal: account by account, each in the page's order; nothing is said to be clean."""
    school.enrol("zoe", "an.b", "carl")
    for index in (1, 2):
        estate.create(school.sandbox.session(number(index)), only=["vpc", "table"])

    result = run_suite(*CLASS, "-v")

    tests = [line.split()[0] for line in result.output.splitlines() if "%]" in line]
    assert [re.findall(r"test_(\d\d)_.*\[(.*)\]", test)[0] for test in tests] == [
        (f"{step:02}", alias) for alias in ("zoe", "an.b", "carl") for step in range(1, 18)
    ]
    assert result.exit_code == 0
    assert result.output.strip().splitlines()[-1].startswith("REHEARSAL — no account was touched.")
    assert "CLEAN" not in result.output
    assert not (result.reports / "certificates").exists()
    assert school.calls(number(2)).count("ec2:DeleteVpc") > 0
    assert school.calls(number(3)).count("ec2:DeleteVpc") == 0


def test_one_account_fails_alone(run_suite: Callable[..., Result], school: School) -> None:
    """What AWS refuses in one account is that one's failure."""
    school.enrol("alice", "bob")
    key_pair(school, 1, 2)
    school.sandbox.faults = Faults((Fault(Kind.DENY, calls="ec2:DeleteKeyPair", account=number(1)),))

    result = run_suite(*CLASS, "-v", path=KEY_PAIR)

    assert outcomes(result) == {"alice": ["FAILED"], "bob": ["PASSED"]}
    assert result.exit_code == 1
    assert has_key_pair(school, 1)
    assert not has_key_pair(school, 2)


@pytest.mark.parametrize("call", ["ec2:DescribeKeyPairs", "ec2:DeleteKeyPair"])
def test_one_account_is_not_understood(
    run_suite: Callable[..., Result], school: School, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """What nobody foresaw in one account's answers is that one's failure."""
    school.enrol("alice", "bob")
    key_pair(school, 1, 2)
    puzzle(monkeypatch, call, KeyError("KeyPairId"), lambda aws, _: aws.account == number(1))

    result = run_suite(*CLASS, "-v", path=KEY_PAIR)

    assert outcomes(result) == {"alice": ["FAILED"], "bob": ["PASSED"]}
    assert f"AWS's answer to {call} was not understood: it has no KeyPairId" in result.output
    assert not has_key_pair(school, 2)


def test_key_of_another_account(run_suite: Callable[..., Result], real_school: School) -> None:
    """Where the certificate can't be signed nobody looks; the account whose own key it is has a signed one."""
    real_school.enrol("alice", "bob")
    kms = real_school.sandbox.session(number(2)).client("kms", region_name="eu-west-1")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]

    result = run_suite("--aws", *CLASS, "--verify", "--sign", key, "-v", path=KEY_PAIR)

    assert outcomes(result) == {"alice": ["ERROR"], "bob": ["PASSED"]}
    assert f"The KMS key {key} can't be used for signing" in result.output
    assert "ec2:DescribeKeyPairs" not in real_school.calls(number(1))
    certificate = json.loads((result.reports / "certificates" / "bob.json").read_text("utf-8"))
    assert certificate["signatures"]


@pytest.mark.exhaustive
def test_terminal_tells_account_by_account(run_suite: Callable[..., Result], school: School) -> None:
    """A line of letters for each, then why one is not clean, once; pytest's own words come with ``-v`` or ``--tb``."""
    school.enrol("alice", "bob")
    key_pair(school, 1, 2)
    school.sandbox.faults = Faults((Fault(Kind.DENY, calls="ec2:DeleteKeyPair", account=number(1)),))

    told = run_suite(*CLASS, path=KEY_PAIR).output
    asked = run_suite(*CLASS, "--tb=short", "-rf", path=KEY_PAIR).output

    assert re.search(r"^1/2 alice F\n2/2 bob \. +\[100%\]$", told, re.MULTILINE), told
    assert f"alice  account {number(1)}: LEFTOVERS" in told
    assert told.count("ec2:DeleteKeyPair in ap-southeast-1 was refused") == 1
    assert "reports/class.html" in told
    assert not re.search("FAILURES|short test summary|test_16", told)
    assert "= FAILURES =" in asked
    assert "FAILED cleanup_tests/test_16_key_pair.py::test_key_pair[alice]" in asked


def test_terminal_tells_what_belongs_to_no_account(
    run_suite: Callable[..., Result], school: School, project: Path
) -> None:
    """A failure that the list of accounts doesn't have is told as pytest tells it."""
    school.enrol("alice", "bob")
    (project / "cleanup_tests" / "test_99_ours.py").write_text("def test_ours():\n    assert not 'what I checked'\n")

    told = run_suite(*CLASS, "-k", "key_pair or ours").output

    assert "assert not 'what I checked'" in told
    assert "FAILED cleanup_tests/test_99_ours.py::test_ours" in told


@pytest.mark.exhaustive
def test_accounts_overlap(run_suite: Callable[..., Result], school: School) -> None:
    """The second account's deletions don't wait for the first one's to end."""
    school.enrol("alice", "bob")
    for index in (1, 2):
        estate.create(school.sandbox.session(number(index)), only=["nat_gateway", "key_pair"])
    school.sandbox.log.clear()

    run_suite(*CLASS)

    deleted = [(e.account, e.call) for e in school.sandbox.log if e.call.startswith("ec2:Delete") and not e.error]
    assert deleted.index((number(2), "ec2:DeleteKeyPair")) < deleted.index((number(1), "ec2:DeleteVpc"))


@pytest.mark.exhaustive
def test_only_the_selected_accounts(run_suite: Callable[..., Result], school: School) -> None:
    """``--only`` chooses accounts: nobody else's is asked anything."""
    school.enrol("alice", "bob")
    key_pair(school, 1, 2)
    school.sandbox.log.clear()

    run_suite(*CLASS, "--only", "bob", path=KEY_PAIR)

    assert school.calls(number(1)) == []
    assert not has_key_pair(school, 2)


@dataclass
class Interrupt:
    """A plugin that presses Ctrl-C in one test."""

    name: str

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Press it."""
        if item.name == self.name:
            raise KeyboardInterrupt


@pytest.mark.exhaustive
def test_interrupted(run_suite: Callable[..., Result], school: School) -> None:
    """After Ctrl-C each test is told once, and an account that was not gone through is not passed."""
    school.enrol("alice", "bob", "carl")

    result = run_suite(*CLASS, "-k", "key_pair or iam_user", plugins=[Interrupt("test_key_pair[bob]")])

    cases = list(ET.parse(result.reports / "junit.xml").getroot().iter("testcase"))  # noqa: S314 - ours
    told = {str(case.get("name")): " ".join(str(f.get("message")) for f in case) for case in cases}
    assert len(told) == len(cases) == 6
    assert [name for name, message in told.items() if "interrupted" in message] == ["test_key_pair[bob]"]
    assert [name for name, message in told.items() if "not run" in message] == [
        "test_iam_user[carl]",
        "test_key_pair[carl]",
    ]
    assert result.exit_code == 2
    assert "the run was interrupted" in (result.reports / "class.html").read_text()


@pytest.mark.exhaustive
def test_progress(run_suite: Callable[..., Result], school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """While accounts are waited for, a line says how many are done, how the others are, and which takes longest."""
    monkeypatch.setattr(progress, "HEARTBEAT", 0.0)
    monkeypatch.setattr(progress, "REFRESH", 0.02)
    school.enrol("alice", "bob")
    for index in (1, 2):
        estate.create(school.sandbox.session(number(index)), only=["nat_gateway"])

    result = run_suite(*CLASS)

    told = re.compile(r" \d of 2 accounts done · \d deleting · .*: step 4: NAT gateway")
    assert any(map(told.search, result.output.splitlines())), result.output


# --- Real accounts -----------------------------------------------------------------------------------------------


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
    denied = Fault(Kind.DENY, calls="dynamodb:ListTables", account=number(3))
    barred = Fault(Kind.DENY, account=number(4))
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
