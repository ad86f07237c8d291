"""``benchmarks/contest``: the page tells what was measured, and contestants' pauses move the clock."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from aws_clock import Clock
from benchmarks import contest, contest_reasons, contest_run
from benchmarks.contest_courses import COURSES, HERE
from benchmarks.contest_page import Behind, behind, page
from benchmarks.contest_results import Figures, Section, read, write
from strict_moto import wall

if TYPE_CHECKING:
    from pathlib import Path

OURS, OTHER = Figures(0, 20.0, 2.0, 100.0, 300, aws=300.0), Figures(0, 40.0, 3.0, 50.0, 150, aws=900.0)
GIVEN_UP = Figures(1, 1.0, 0.5, 40.0, 10, left=7, harmed=1, aws=60.0)
ONE = Section(
    "One", {"carbuyer-cleanup": OURS, "other": OTHER, "given up": GIVEN_UP}, rounds=3, versions={"c7n": "1.0"}
)


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reasons for what is behind in ONE."""
    rows = (("one", "requests", "It asks twice."), ("o*", "memory MiB", "It is large."))
    monkeypatch.setattr(contest_reasons, "REASONS", rows)


def test_page(reasons: None) -> None:  # noqa: ARG001 - its rows
    """Ratios are to the best of those who left nothing: whoever gives up early is not the fastest."""
    text = page({"one": ONE})

    assert "| carbuyer-cleanup | 0 | 0 | 0 | 300 (2.0) | 2.0 (1.0) | 100 (2.0) | 20 (1.0) | 300 (1.0) |" in text
    assert "| given up | 7 | 1 | 1 | 10 (0.1) | 0.5 (0.2) | 40 (0.8) | 1 (0.1) | 60 (0.2) |" in text
    assert "| One | 3 |" in text
    assert "c7n 1.0" in text
    assert "- **requests** — One (300 to 150). It asks twice." in text


def test_not_first() -> None:
    """Where others are ahead is derived from the figures; whoever left something is ahead of nobody."""
    assert behind({"one": ONE}) == [Behind("one", "requests", 300, 150), Behind("one", "memory MiB", 100, 50)]


def test_nobody_ahead_without_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column in which others are ahead, and nobody says why, is no page."""
    monkeypatch.setattr(contest_reasons, "REASONS", ())
    unexplained = Section("New", {"carbuyer-cleanup": OURS, "other": OTHER._replace(aws=0.0)})

    with pytest.raises(LookupError, match="'new'"):
        page({"new": unexplained})


def test_page_is_what_was_measured() -> None:
    """The page in the repository is that of the results beside it; each column behind has its reason."""
    sections = read()

    assert list(sections) == [name for name in COURSES if name in sections]
    assert contest.PAGE.read_text(encoding="utf-8") == page(sections)


def test_one_section_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reasons: None) -> None:  # noqa: ARG001 - as above
    """The other sections stay as they were measured, in the page's order."""
    kept, results = ONE._replace(title="Kept", date="2026-01-01"), tmp_path / "results.json"
    write({"bucket1000": kept}, results)
    monkeypatch.setattr(contest_reasons, "REASONS", (("*", "requests", ""), ("*", "memory MiB", "")))
    monkeypatch.setattr(contest, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(sys, "argv", ["contest", "--only", "whole"])
    with (
        patch.object(contest, "RESULTS", results),
        patch.object(contest, "install", dict),
        patch.object(contest, "compete", return_value=ONE),
    ):
        contest.main()

    assert [*read(results).items()] == [("whole", ONE), ("bucket1000", kept)]
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page(read(results))


def test_pauses_move_the_clock(no_way_out: None, tmp_path: Path) -> None:  # noqa: ARG001 - a wall within the wall
    """Of Python and of scripts: an hour passes for AWS."""
    sandbox: Any = SimpleNamespace(clock=Clock(math.inf))
    script = "python3 -c 'import time; time.sleep(1800)' && sleep 1800"

    with wall.raised(loopback=True, processes=True), contest_run.clock_of(sandbox) as port:
        told = {"CLOCK_PORT": str(port), "PYTHONPATH": str(HERE / "pauses")}
        path = f"{HERE / 'pauses'}:{sys.prefix}/bin:/usr/bin:/bin"
        subprocess.run(["bash", "-c", script], check=True, cwd=tmp_path, env=told | {"PATH": path})  # noqa: S603, S607 - ours

    assert sandbox.clock.now() == 3600


def test_pauses_of_two_pass_together() -> None:
    """Whoever pauses longer is not done when the other one is; two hours beside one hour are two."""
    sandbox: Any = SimpleNamespace(clock=Clock(math.inf))
    pauses = contest_run.Pauses(sandbox, 2)

    with ThreadPoolExecutor(2) as pool:
        short = pool.submit(lambda: [*map(pauses.take, (1800, 1800))])
        pool.submit(pauses.take, 7200)
        short.result()
        assert sandbox.clock.now() == 3600
        pauses.take(3600)

    assert sandbox.clock.now() == 7200


def test_scripts_are_scripts() -> None:
    """Each contestant's script can be read by its shell."""
    for script in HERE.glob("*.sh"):
        subprocess.run(["bash", "-n", script], check=True)  # noqa: S603, S607 - ours


def test_each_account(tmp_path: Path) -> None:
    """The script for one account runs in each of the class, with its profile and its bucket; one's failure is told."""
    (tmp_path / "profiles").write_text("\none bucket-1\ntwo bucket-2\n", encoding="utf-8")
    script = 'echo "$0 $AWS_PROFILE $BUCKET"; [ "$AWS_PROFILE" != two ]'
    command = ["bash", str(HERE / "each_account.sh"), "bash", "-c", script, "x y"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - ours

    assert sorted(done.stdout.splitlines()) == ["x y one bucket-1", "x y two bucket-2"]
    assert done.returncode != 0
