"""``benchmarks/contest``: the page tells what was measured, and contestants' pauses move the clock."""

from __future__ import annotations

import math
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from benchmarks import contest
from benchmarks.contest_page import Figures, Section, page
from strict_moto import wall

if TYPE_CHECKING:
    from pathlib import Path


def test_page() -> None:
    """Ratios are to the best of those who left nothing: whoever gives up early is not the fastest."""
    ours, other = Figures(0, 20.0, 2.0, 100.0, 300, aws=300.0), Figures(0, 40.0, 3.0, 50.0, 150, aws=900.0)
    given_up = Figures(1, 1.0, 0.5, 40.0, 10, left=7, harmed=1)

    text = page([Section("One", {"ours": ours, "other": other, "given up": given_up})], {"c7n": "1.0"}, 3)

    assert "| ours | 0 | 0 | 0 | 300 (2.0) | 2.0 (1.0) | 100 (2.0) | 20 (1.0) | 300 (1.0) |" in text
    assert "| given up | 7 | 1 | 1 | 10 (0.1) | 0.5 (0.2) | 40 (0.8) | 1 (0.1) |  |" in text
    assert "c7n 1.0" in text
    assert "3 runs of each" in text


def test_pauses_move_the_clock(no_way_out: None, tmp_path: Path) -> None:  # noqa: ARG001 - a wall within the wall
    """Of Python and of scripts: an hour passes for AWS."""
    sandbox: Any = SimpleNamespace(clock=Clock(math.inf))
    script = "python3 -c 'import time; time.sleep(1800)' && sleep 1800"

    with wall.raised(loopback=True, processes=True), contest.clock_of(sandbox) as port:
        told = {"CLOCK_PORT": str(port), "PYTHONPATH": str(contest.HERE / "pauses")}
        path = f"{contest.HERE / 'pauses'}:{sys.prefix}/bin:/usr/bin:/bin"
        subprocess.run(["bash", "-c", script], check=True, cwd=tmp_path, env=told | {"PATH": path})  # noqa: S603, S607 - ours

    assert sandbox.clock.now() == 3600


def test_scripts_are_scripts() -> None:
    """Each contestant's script can be read by its shell."""
    for script in contest.HERE.glob("*.sh"):
        subprocess.run(["bash", "-n", script], check=True)  # noqa: S603, S607 - ours
