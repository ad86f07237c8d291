"""A job of GitHub Actions: its summary has the verdict, each account that isn't clean an annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin.github import plain
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.session import Session
    from tests.result import Result

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
HOSTILE = "carbuyer-|<img src=x>](http://example.com)`"

pytestmark = pytest.mark.usefixtures("endpoint")


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that GitHub shows as the summary of the job; another step has written to it."""
    path = tmp_path / "summary.md"
    path.write_text("another step's\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return path


def test_leftover(summary: Path, session: Session, run_suite: Callable[..., Result]) -> None:
    """Verdict and leftovers stand there, a name is only text, and what others wrote stays."""
    session.client("ec2").create_key_pair(KeyName=HOSTILE)

    result = run_suite("--aws", "--verify", path=KEY_PAIR)

    head, verdict, _, columns, _, row = summary.read_text().splitlines()
    assert result.exit_code == 1
    assert head == "another step's"
    assert verdict.startswith(f"### ✗ LEFTOVERS — account {ACCOUNT}: 1 resource is left\\.")
    assert columns == "| What | Name | Id | Region | Cost | Why |"
    assert row.startswith("| key pair carbuyer\\-\\|\\<img src=x\\>\\]\\(http://example\\.com\\)\\` |")
    (annotation,) = [line for line in result.output.splitlines() if line.startswith("::")]
    assert annotation.startswith(f"::error title=CarBuyer cleanup::LEFTOVERS — account {ACCOUNT}: 1 resource is left.")


def test_nothing_said_elsewhere(run_suite: Callable[..., Result]) -> None:
    """Outside GitHub Actions no command of its is written."""
    assert "::error" not in run_suite("--aws", "--verify", path=KEY_PAIR).output


def test_no_place_for_it(summary: Path, run_suite: Callable[..., Result]) -> None:
    """A summary that can't be written is told, and changes nothing."""
    summary.unlink()
    summary.mkdir()

    result = run_suite("--aws", "--verify", path=KEY_PAIR)

    assert result.exit_code == 8  # of one step only
    assert "GitHub's summary of the job could not be written: Is a directory" in result.output


@pytest.mark.parametrize("text", ["a|b", "<b>", "*x* _y_", "[a](b)", "`code`", "a\nb", "# head", "@everyone", "$x$"])
def test_plain(text: str) -> None:
    """What Markdown would take for its own is escaped, and a table's row stays one line."""
    shown = plain(text)

    assert "\n" not in shown
    assert all(shown[n - 1] == "\\" for n, character in enumerate(shown) if character in "|<>*_[]()`#@$")
