"""Ctrl-C and SIGTERM: nothing new starts, the reports are written, and the step that was under way is in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", "--sandbox-speed", "1", "-v"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_step_is_reported(project: Path, sent: signal.Signals) -> None:
    """The run ends with exit code 2; JUnit and the report name the step that was interrupted."""
    with subprocess.Popen(COMMAND, cwd=project, stdout=subprocess.PIPE, text=True, env=_environment()) as run:  # noqa: S603 - ourselves
        _wait_for(project / "reports" / "journal.jsonl")
        run.send_signal(sent)
        output = run.communicate(timeout=60)[0]

    cases = ET.parse(project / "reports" / "junit.xml").findall(".//testcase")  # noqa: S314 - our own file
    failed = [(case.get("name"), case.findtext("failure", "")) for case in cases if case.find("failure") is not None]
    assert run.returncode == 2, output
    assert len(failed) == 1
    assert "it goes on from here" in failed[0][1]
    assert "interrupted: what was being deleted may or may not be gone" in (project / "reports/report.html").read_text()
    assert output.strip().splitlines()[-1].startswith("REHEARSAL")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def _wait_for(path: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (path.exists() and '"deleting"' in path.read_text()):
        time.sleep(0.05)
    time.sleep(0.5)
