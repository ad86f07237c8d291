"""Rehearsals as they are started, in an AWS of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parents[2]


def rehearse(project: Path, *args: str) -> tuple[int, str]:
    """Run the suite in a process of its own, and return its exit code and what it says."""
    argv = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", *args]
    run = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - our own suite
    return run.returncode, run.stdout + run.stderr


def test_ordinary_account_by_default(project: Path) -> None:
    """Without further options the workshop stands in an account as most are, which keeps what is not the workshop's."""
    code, said = rehearse(project, "--plan", "-v")

    assert code == 0
    assert "carbuyer-alb" in said
    assert "AWSReservedSSO" not in said
    assert "launch-wizard-1" not in said


@pytest.mark.parametrize("estate", ["clean", "empty"])
def test_nothing_of_the_workshop(project: Path, estate: str) -> None:
    """Where nothing of the workshop is, there is nothing to delete, and all steps pass."""
    code, said = rehearse(project, "--plan", "-v", "--estate", estate)

    assert code == 0
    assert "The NAT gateway, the most expensive resource, is deleted. [nothing there]" in said


def test_class_of_ordinary_accounts(project: Path) -> None:
    """The option is for each account of a class."""
    roster = project / "class.csv"
    roster.write_text("alias,account_id,profile\nan,222200000001,a\nbinh,222200000002,b\n", encoding="utf-8")

    code, said = rehearse(project, "--roster", str(roster), "--verify", "--estate", "clean")

    assert code == 0, said
