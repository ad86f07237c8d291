"""What the terminal shows of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin import progress
from strict_moto import estate
from strict_moto.faults import Fault, FaultKind, Faults
from tests.roster.school import CLASS, KEY_PAIR, key_pair, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.result import Result
    from tests.roster.school import School


@pytest.mark.exhaustive
def test_terminal_tells_account_by_account(run_suite: Callable[..., Result], school: School) -> None:
    """A line of letters for each, then why one is not clean, once; pytest's own words come with ``-v`` or ``--tb``."""
    school.enrol("alice", "bob")
    key_pair(school, 1, 2)
    school.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DeleteKeyPair", account=number(1)),))

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
