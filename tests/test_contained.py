"""What nobody foresaw in an answer of AWS's is one step's error: it is told, and everything else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jmespath
import pytest

from strict_moto import estate
from tests.choice import one_in
from tests.puzzles import puzzle

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.session import Session
    from tests.result import Result

COULD_NOT_VERIFY = 8
STEPS = ("-k", "dynamodb or key_pair")
PUZZLES = (
    KeyError("TableNames"),
    TypeError("'NoneType' object is not iterable"),
    AttributeError("'NoneType' object has no attribute 'get'"),
    ValueError("not enough values to unpack"),
    jmespath.exceptions.JMESPathTypeError("tail", None, "null", ["string"]),
    ExceptionGroup("some", [LookupError("where")]),
)


def assert_told(result: Result, *parts: str) -> None:
    """Assert that the error is told as a sentence, and that pytest itself did not fail."""
    assert "INTERNALERROR" not in result.output + result.errors
    for part in ("was not understood", "Please send this message", *parts):
        assert part in result.output


@pytest.mark.parametrize("error", one_in(len(PUZZLES), PUZZLES), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("task", ["--verify", "--plan", "teardown"])
def test_list_of_a_step(
    session: Session, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, error: Exception, task: str
) -> None:
    """Step 10 can't read its list: it is not seen, which is told with call and place; the key pair goes."""
    estate.create(session, only=["key_pair"])
    puzzle(monkeypatch, "dynamodb:ListTables", error)

    result = run_suite(*STEPS, *([task] if task != "teardown" else []))

    assert_told(result, "DynamoDB table: AWS's answer to dynamodb:ListTables", "(aws/sending.py:")
    assert result.exit_code == (1 if task == "--verify" else COULD_NOT_VERIFY)
    assert bool(session.client("ec2").describe_key_pairs()["KeyPairs"]) == (task != "teardown")


def test_deletion_of_one_resource(
    session: Session, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to one deletion makes no sense: that table is told, the other eleven are gone."""
    estate.create(session, only=["table"])
    error = TypeError("what?")
    puzzle(monkeypatch, "dynamodb:DeleteTable", error, lambda _aws, asked: asked["TableName"] == "Slider")

    result = run_suite(path="cleanup_tests/test_10_dynamodb_tables.py")

    assert_told(result, "DynamoDB table Slider [ACTIVE]: AWS's answer to dynamodb:DeleteTable", "TypeError: what?")
    assert result.exit_code == COULD_NOT_VERIFY
    assert session.client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(3)], ids=["Ctrl-C", "exit"])
def test_what_is_to_stop_the_run(stop: BaseException) -> None:
    """Nothing that is to end the run is taken for an error of a kind."""
    from carbuyer_cleanup.contain import contained  # noqa: PLC0415

    with pytest.raises(type(stop)), contained("table"):
        raise stop
