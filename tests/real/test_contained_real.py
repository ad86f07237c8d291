"""Before anything is deleted in a real account: what nobody foresaw in an answer stops one question, not the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin import opening
from strict_moto.sandbox import ACCOUNT
from tests.broken import drop
from tests.choice import one_in
from tests.puzzles import puzzle

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
TEARDOWN = ("--aws", "--account", ACCOUNT, "-k", "key_pair or dynamodb")
BEFORE = {
    "iam:ListAccountAliases": "alias not known",
    "iam:SimulatePrincipalPolicy": "permissions not checked beforehand",
    "dynamodb:ListTables": "WARNING: not in this plan, so nothing of it will be deleted: DynamoDB table",
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("call", one_in(3, BEFORE))
def test_questions_before(
    run_suite: Callable[..., Result], session: Session, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The alias, the permissions, one kind of the plan: told, and what can be deleted is."""
    session.client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    puzzle(monkeypatch, call, TypeError("what?"))

    result = run_suite(*TEARDOWN)

    assert "INTERNALERROR" not in result.output + result.errors
    assert BEFORE[call] in result.output
    assert result.exit_code == 8
    assert session.client("ec2").describe_key_pairs()["KeyPairs"] == []


@pytest.mark.exhaustive
def test_plan_without_a_list(run_suite: Callable[..., Result], sandbox: Sandbox, session: Session) -> None:
    """A list that is not whole keeps its own kind out of the plan, and no other."""
    session.client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    drop(sandbox, "dynamodb:ListTables", "TableNames")

    result = run_suite(*TEARDOWN)

    assert "nothing of it will be deleted: DynamoDB table: dynamodb:ListTables in ap-southeast-1" in result.output
    assert result.exit_code == 8
    assert session.client("ec2").describe_key_pairs()["KeyPairs"] == []


def test_opening(run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong when an account is opened is a sentence, and exit code 4."""

    def fail(*_: object) -> None:
        raise ValueError("Expecting value: line 1 column 1 (char 0)")  # noqa: EM101 - as json says it

    monkeypatch.setattr(opening, "open_account", fail)

    result = run_suite(*TEARDOWN)

    assert "INTERNALERROR" not in result.output + result.errors
    assert "opening the account" in result.errors
    assert result.exit_code == 4
