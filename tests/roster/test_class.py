"""A class in one process: every account has its own result, whatever becomes of the others."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from strict_moto import estate
from strict_moto.faults import Fault, FaultKind, Faults
from tests.puzzles import puzzle
from tests.roster.school import CLASS, KEY_PAIR, has_key_pair, key_pair, number, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School


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
    school.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DeleteKeyPair", account=number(1)),))

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
