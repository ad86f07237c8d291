"""Ctrl-C, signals, and output that goes away: nothing new starts, and the reports name the step that was under way."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from strict_moto.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

ROOT = Path(__file__).parents[1]
QUICKLY = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", "-v"]
COMMAND = [*QUICKLY, "--sandbox-speed", "1"]

pytestmark = pytest.mark.usefixtures("heard")


@pytest.mark.exhaustive
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_step_is_reported(project: Path, sent: signal.Signals) -> None:
    """The run ends with exit code 2; JUnit and the report name the step that was interrupted."""
    with subprocess.Popen(COMMAND, cwd=project, stdout=subprocess.PIPE, text=True, env=_environment()) as run:  # noqa: S603 - ourselves
        _wait_for(project / "reports" / "journal.jsonl")
        run.send_signal(sent)
        output = run.communicate(timeout=60)[0]

    failed = interrupted(project / "reports" / "junit.xml")
    journal = (project / "reports" / "journal.jsonl").read_text().splitlines()
    assert run.returncode == 2, output
    assert "test_cloudfront" in failed  # its distribution takes four minutes
    assert all(json.loads(line)["account"] for line in journal)
    assert "interrupted: what was being deleted may or may not be gone" in (project / "reports/report.html").read_text()
    assert output.strip().splitlines()[-1].startswith("REHEARSAL")
    assert "Interrupted: by Ctrl-C, or a signal to end" in output
    assert "threading.py" not in output  # where Python was waiting


@pytest.mark.exhaustive
@pytest.mark.parametrize("pair", [os.pipe, pty.openpty])
def test_output_goes_away(project: Path, pair: Callable[[], tuple[int, int]]) -> None:
    """If nobody reads on, or the terminal is closed, the run ends as after Ctrl-C, and says so where it still can."""
    ours, theirs = pair()
    streams: dict[str, Any] = {"stdout": theirs, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(QUICKLY, cwd=project, env=_environment(), **streams) as run:  # noqa: S603 - ourselves
        os.close(theirs)
        shown = b""
        while b"test_target_groups" not in shown:
            shown += os.read(ours, 1024)
        os.close(ours)
        told = run.communicate(timeout=60)[1]

    assert run.returncode == 2, told
    assert told.startswith("Interrupted: the output can't be written any more (")
    assert interrupted(project / "reports" / "junit.xml")
    assert "interrupted: what was being deleted may or may not be gone" in (project / "reports/report.html").read_text()


@pytest.mark.exhaustive
def test_class_in_workers(project: Path) -> None:
    """The process that starts the workers is the one that is told to end: it writes the reports of the class."""
    (project / "class.csv").write_text("alias,account_id,profile\nan,111122223333,x\nbinh,111122224444,x\n")
    command = [*QUICKLY, "-n", "2", "--roster", "class.csv"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True, env=_environment()) as run:  # noqa: S603 - ourselves
        assert run.stdout
        assert any("PASSED" in line for line in run.stdout)
        run.send_signal(signal.SIGTERM)
        output = run.communicate(timeout=60)[0]

    assert run.returncode == 2, output
    written = {one.name for one in (project / "reports").iterdir()}
    assert {"class.html", "grades.csv", "junit.xml", "report.html"} <= written


@pytest.mark.exhaustive
def test_first_failure_stops_the_rest(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """With ``-x`` nothing new starts after the first failure, what was under way is told, and the next run goes on."""
    del workshop_estate
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="elbv2:DeleteLoadBalancer"),))

    result = run_suite("-x")

    calls = [entry.call for entry in sandbox.log]
    assert result.exit_code == 1
    assert "test_cloudfront" in interrupted(result.reports / "junit.xml")
    assert "cloudfront:UpdateDistribution" in calls
    assert "cloudfront:DeleteDistribution" not in calls
    assert "ec2:DeleteVpc" not in calls
    sandbox.faults = Faults()
    assert run_suite().exit_code == 0


def interrupted(junit: Path) -> list[str]:
    """Return the tests that JUnit's file calls interrupted."""
    cases = ET.parse(junit).findall(".//testcase")  # noqa: S314 - our own file
    return [str(case.get("name")) for case in cases if "it goes on from here" in case.findtext("failure", "")]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def _wait_for(path: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (path.exists() and '"deleting"' in path.read_text()):
        time.sleep(0.05)
    time.sleep(0.5)
