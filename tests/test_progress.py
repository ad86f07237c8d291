"""What is shown while a step is waited for: a line that changes on a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.result import LISTS, READ
from carbuyer_cleanup.kinds import bucket, distribution, key_pair, nat_gateway, vpc
from carbuyer_cleanup.plugin import account_progress
from carbuyer_cleanup.plugin.class_progress import told_by_reports
from carbuyer_cleanup.plugin.run import Run
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.engine import Teardown
from carbuyer_cleanup.teardown.usual import longest_chain
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.resource import Kind

NAT = "cleanup_tests/test_04_nat_gateway.py"
COMMAND = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NAT, "--sandbox-speed", "40"]  # 90 s in 2.3
OFTEN = "\nfrom carbuyer_cleanup.plugin import progress\n\nprogress.HEARTBEAT = 0.8\n"
LINE = r"\d of 1 gone · step 4: NAT gateway deleting, usually \d min more"


def environment() -> dict[str, str]:
    """Return the environment without what pytest, here on the outside, has put there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"TERM": "xterm"}


@pytest.mark.exhaustive
def test_a_log_gets_a_line_now_and_then(project: Path) -> None:
    """Heartbeats stand on lines of their own, with the time, and nothing of a terminal's in them."""
    conftest = project / "conftest.py"
    conftest.write_text(conftest.read_text() + OFTEN)

    run = subprocess.run(  # noqa: S603 - ourselves
        COMMAND, cwd=project, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )

    beats = re.findall(rf"^\d\d:\d\d:\d\d {LINE}$", run.stdout, re.MULTILINE)
    assert run.returncode == 0, run.stdout
    assert 1 <= len(beats) <= 3, run.stdout
    assert "\x1b" not in run.stdout
    assert re.search(rf"^{NAT} \. +\[100%\]$", run.stdout, re.MULTILINE)


@pytest.mark.exhaustive
def test_a_terminal_gets_one_line_that_changes(project: Path) -> None:
    """From the start a line below pytest's own is drawn over itself; pytest's line stays whole, and the other goes."""
    code, output = on_a_terminal([*COMMAND, "--color=no"], home=project, env=environment())

    drawn = re.findall(r"\n([^\n]+)\x1b\[K\x1b\[A\x1b\[\d+G", output)
    assert code == 0, output
    assert drawn[0].strip() == "building the embedded AWS and its workshop"
    assert len([line for line in drawn if re.fullmatch(LINE, line)]) >= 3
    shown = re.sub(r"\r\n[^\n]*\x1b\[K\x1b\[A\x1b\[\d+G", "", output)
    assert re.search(rf"^{NAT} \. +\[100%\]\r$", shown, re.MULTILINE)
    assert output.rindex("\n\x1b[K\x1b[A") > output.rindex("min more")


def account(passed: float, **tally: int) -> Run:
    """Return an account whose clock stands at so many minutes, and which has counted so much."""
    aws: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: 60 * passed), tally=Counter(tally), backup=None)
    nothing: Any = None  # no loop: nothing is started; no settings
    return Run(settings=nothing, aws=aws, teardown=Teardown(aws, nothing), another_session=nothing)


def deleting(run: Run, kind: Kind, state: str, *, started: float | None = 0.0) -> None:
    """Let a resource of a kind be under way, for which it was started at so many minutes; None for not yet."""
    deletion = run.teardown.deletions[kind]
    deletion.found, deletion.waiting, deletion.state = (
        {"x": Resource(kind.name, "x", "x", "", why="")},
        {"x": ""},
        state,
    )
    deletion.started = None if started is None else 60 * started


@pytest.mark.parametrize(
    ("passed", "started", "told"),
    [
        (0.0, 0.0, "usually 6 min more"),
        (4.5, 0.0, "usually 2 min more"),
        (9.0, 0.0, "9 min so far, longer than usual"),
        (9.0, 8.5, "usually 6 min more"),
    ],
)
def test_what_takes_longest(passed: float, started: float, told: str) -> None:
    """It is named, with the time that it usually still takes; nobody reads a deadline as that."""
    run = account(passed)
    deleting(run, distribution.KIND, "disabling", started=started)
    deleting(run, key_pair.KIND, "deleting", started=passed)

    assert account_progress.line(run) == f"0 of 2 gone · step 8: CloudFront distribution disabling, {told}"


def test_what_waits_counts() -> None:
    """A VPC that waits for a NAT gateway adds its minute; what is gone is no part of any chain."""
    run = account(1.0)
    deleting(run, nat_gateway.KIND, "deleting")
    deleting(run, vpc.KIND, "", started=None)

    assert account_progress.slowest(run) == "step 4: NAT gateway deleting, usually 3 min more"
    assert longest_chain({nat_gateway.KIND: 3.0, vpc.KIND: 1.0, distribution.KIND: 3.5}) == [nat_gateway.KIND, vpc.KIND]


def test_emptying_tells_how_fast_it_goes() -> None:
    """Of a bucket with many objects one sees how many are gone, and how many go in a second."""
    run = account(0.5, **{"S3 objects": 6000})
    deleting(run, bucket.OBJECTS, "deleting")

    told = (
        "0 of 1 gone · step 9: S3 objects deleting, usually less than a minute · 6000 S3 objects deleted, 200 a second"
    )
    assert account_progress.line(run) == told


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (7, "audit: 7 of 1840 lists read"),
        (1840, "audit: all 1840 lists read; those that may be out of date are read again"),
    ],
)
def test_audit_is_counted(read: int, told: str) -> None:
    """When all is deleted and the account is looked at as a whole, one sees how far that is."""
    assert account_progress.line(account(9.0, **{LISTS: 1840, READ: read})) == told


def test_looks_are_counted() -> None:
    """So are the steps, where nothing is deleted."""
    run = account(0.0)
    run.looks = {1: Future(), 2: Future()}
    run.looks[1].cancel()

    assert account_progress.line(run) == "looking at what is left: 1 of 2 steps"


def test_class_by_reports() -> None:
    """What workers take down is told by what they have reported: done, time left, and who is last."""
    reported = {"alice": (17, None), "bob": (9, "test_10_dynamodb_tables"), "carl": (3, "test_04_nat_gateway")}

    told = told_by_reports(reported, time.monotonic() - 60)
    assert told == "1 of 3 accounts done · about 3 min left · carl at test_04_nat_gateway"
