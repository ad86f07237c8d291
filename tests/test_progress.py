"""What is shown while a step is waited for: lines that change on a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.kinds import bucket
from carbuyer_cleanup.plugin.run import Runs
from carbuyer_cleanup.teardown.engine import Teardown
from terminal import on_a_terminal

MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
NAT = "cleanup_tests/test_04_nat_gateway.py"
COMMAND = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NAT, "--sandbox-speed", "40"]  # 90 s in 2.3
OFTEN = "\nfrom carbuyer_cleanup.plugin import progress\n\nprogress.HEARTBEAT = 0.8\n"
LINE = r"step  4: NAT gateway deleting, \d+ of at most 1800 s"


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


@pytest.mark.exhaustive
def test_a_terminal_gets_one_line_that_changes(project: Path) -> None:
    """The line is drawn over itself, and is gone when the step is."""
    code, output = on_a_terminal([*COMMAND, "--color=no"], home=project, env=environment())

    assert code == 0, output
    assert len(re.findall(LINE, output)) >= 3
    assert re.search(rf"\x1b\[1F{LINE}\x1b\[K\r\n\x1b\[J", output)
    assert "\x1b[1F\x1b[J" in output[output.rindex("of at most 1800 s") :]


def test_emptying_tells_how_fast_it_goes() -> None:
    """Of a bucket with many objects one sees how many are gone, and how many go in a second."""
    aws: Any = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: 10.0), tally=Counter({"S3 objects": 2000}), workshop=workshop.load(MANIFEST)
    )
    loop: Any = None  # nothing is started
    teardown = Teardown(aws, loop)
    teardown.takedowns[bucket.OBJECTS].started = 0.0
    teardown.takedowns[bucket.OBJECTS].state = "deleting"

    assert teardown.running() == ["step  9: S3 objects deleting, 10 of at most 3600 s, 2000 deleted, 200 a second"]


def test_audit_is_told_too() -> None:
    """When all is deleted and the account is looked at as a whole, one sees that, too."""
    idle: Any = SimpleNamespace(teardown=SimpleNamespace(running=list))

    assert Runs(idle, {"": idle}).running() == ["a look at what is left"]
