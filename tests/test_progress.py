"""What is shown while a step is waited for: lines that change on a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from terminal import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

NAT = "cleanup_tests/test_04_nat_gateway.py"
COMMAND = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NAT, "--sandbox-speed", "40"]  # 90 s in 2.3
OFTEN = "\nfrom carbuyer_cleanup.plugin import progress\n\nprogress.HEARTBEAT = 0.8\n"
LINE = r"step  4: NAT gateway deleting, \d+ of at most 600 s"


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

    beats = re.findall(rf"^\d\d:\d\d:\d\d waiting for {LINE}$", run.stdout, re.MULTILINE)
    assert run.returncode == 0, run.stdout
    assert 1 <= len(beats) <= 3, run.stdout
    assert "\x1b" not in run.stdout


def test_a_terminal_gets_one_line_that_changes(project: Path) -> None:
    """The line is drawn over itself, and is gone when the step is."""
    code, output = on_a_terminal([*COMMAND, "--color=no"], home=project, env=environment())

    assert code == 0, output
    assert len(re.findall(LINE, output)) >= 3
    assert re.search(rf"\x1b\[1F{LINE}\x1b\[K\r\n\x1b\[J", output)
    assert "\x1b[1F\x1b[J" in output[output.rindex("of at most 600 s") :]
