"""Which account is torn down is confirmed: by ``--account``, the environment, or on the terminal."""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.teardown.journal import Journal
from strict_moto.sandbox import ACCOUNT
from tests.choice import rows_in
from tests.real.real_account import KEY_PAIR, calls, changes
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result


pytestmark = pytest.mark.usefixtures("endpoint")
OTHER = "999988887777"


@pytest.mark.exhaustive
def test_number_given(sandbox: Sandbox, run_suite: Callable[..., Result], key_pair: Callable[[], bool]) -> None:
    """With the right ``--account`` it is told whose account it is and what goes, and then it goes."""
    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert not key_pair()
    assert result.exit_code == 8  # of one step only
    assert "no leftover was found, but that is not certain: not run: steps 1, 2" in result.output.splitlines()[-1]
    for told in (f"account  {ACCOUNT}", "user/rehearsal", "region   ap-southeast-1", os.environ["AWS_ENDPOINT_URL"]):
        assert told in result.output
    assert result.output.index("16  key pair carbuyer-keypair") < result.output.index("test_16_key_pair.py .")
    assert calls(sandbox).index("iam:ListAccountAliases") < calls(sandbox).index("ec2:DeleteKeyPair")


@pytest.mark.exhaustive
def test_number_in_the_environment(
    run_suite: Callable[..., Result], key_pair: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI the variable alone makes ``pytest cleanup_tests/`` a teardown."""
    monkeypatch.setenv("CLEANUP_AWS_ACCOUNT", ACCOUNT)

    assert run_suite(path=KEY_PAIR).exit_code == 8
    assert not key_pair()


@pytest.mark.exhaustive
def test_second_run_at_once(
    run_suite: Callable[..., Result], key_pair: Callable[[], bool], project: Path, sandbox: Sandbox
) -> None:
    """While another run tears the account down, this one is refused, and told whose that is; looking is allowed."""
    other = Journal(project / "reports" / "journal.jsonl", ACCOUNT)
    other.lock()
    sandbox.log.clear()
    being_written = project / "saved" / ACCOUNT / "unfinished" / "half"
    being_written.parent.mkdir(parents=True)
    being_written.write_bytes(b"half")

    result = run_suite("--aws", "--account", ACCOUNT, "--backup", "saved", path=KEY_PAIR)

    assert result.exit_code == 4
    told = rf"being torn down by another run \(host {re.escape(socket.gethostname())}, pid {os.getpid()}, since 20.+\)"
    assert re.search(told, result.output + result.errors)
    assert changes(sandbox) == []
    assert being_written.exists()
    assert run_suite("--aws", "--plan", path=KEY_PAIR).exit_code == 0
    other.unlock()
    assert run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR).exit_code == 8
    assert not key_pair()


def test_wrong_number(sandbox: Sandbox, run_suite: Callable[..., Result], key_pair: Callable[[], bool]) -> None:
    """Somebody else's account is not touched: AWS is asked who we are, and nothing else."""
    sandbox.log.clear()

    result = run_suite("--aws", "--account", OTHER)

    assert result.exit_code == 4
    assert f"The credentials belong to account {ACCOUNT}" in result.errors
    assert f"not to {OTHER}" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]
    assert key_pair()


@pytest.mark.parametrize(
    ("typed", "code", "gone"),
    rows_in(3, [(OTHER, 4, False), (ACCOUNT, 8, True), ("", 4, False)]),
)
@pytest.mark.usefixtures("run_suite")  # it makes a copy of the project, and goes there
def test_number_typed(key_pair: Callable[[], bool], typed: str, code: int, *, gone: bool) -> None:
    """On a terminal the number is asked for, below the plan; another one deletes nothing."""
    exit_code, shown = on_a_terminal(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR, "--aws"], typed
    )

    assert shown.index("16  key pair carbuyer-keypair") < shown.index("Type the account number")
    assert exit_code == code, shown
    assert key_pair() is not gone
    assert "Traceback" not in shown


@pytest.mark.exhaustive
@pytest.mark.usefixtures("sandbox", "run_suite")
def test_nothing_to_delete() -> None:
    """On a terminal no number is asked for where there is nothing to delete."""
    exit_code, shown = on_a_terminal([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR, "--aws"], "")

    assert "to be deleted: nothing" in shown
    assert "Type the account number" not in shown
    assert exit_code == 8, shown  # the audit was not selected
