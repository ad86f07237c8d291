"""What the CPU and memory of a rehearsal go into, phase by phase: medians of several, each in a process of its own.

``python -m benchmarks.phases [ROUNDS] [--cold]``. ``--cold`` runs each without what earlier runs have left in the
user's cache. A phase ends with what its name says; the steps' includes their looks, the report's all that follows the
audit.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

PHASES = ("start, collection", "imports: boto3, moto", "sandbox", "estate", "steps", "audit", "report")
ROOT = Path(__file__).parents[1]
FIGURES = "figures of this rehearsal: "


class Marks:
    """A plugin that remembers what had been used at the end of each phase."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[float, float]] = {}

    def end(self, phase: str) -> None:
        """Remember the end of a phase."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.ends[phase] = (time.process_time(), peak)

    def pytest_collection_finish(self) -> None:
        """End the start."""
        self.end("start, collection")

    def pytest_carbuyer_sandbox(self) -> None:
        """End the imports, and listen to what follows."""
        from carbuyer_cleanup.audit import sweeper  # noqa: PLC0415 - imported already
        from strict_moto import messy_estates  # noqa: PLC0415 - likewise

        self.end("imports: boto3, moto")
        furnish, sweep = messy_estates.furnish, sweeper.sweep

        def furnished(*given: Any) -> None:
            self.end("sandbox")
            furnish(*given)
            self.end("estate")

        async def swept(*given: Any) -> Any:
            self.end("steps")
            found = await sweep(*given)
            self.end("audit")
            return found

        vars(messy_estates)["furnish"], vars(sweeper)["sweep"] = furnished, swept

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """End the report, and tell."""
        self.end("report")
        print(FIGURES + json.dumps(self.ends))


def rehearse(cache: str) -> dict[str, tuple[float, float]]:
    """Rehearse once, and return the CPU seconds that each phase took and the peak of memory at its end, in MiB."""
    code = "import pytest, sys; from benchmarks import phases; sys.exit(pytest.main(plugins=[phases.Marks()]))"
    environment = os.environ | ({"XDG_CACHE_HOME": cache} if cache else {})
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python keeps what it has compiled: else a second more
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    told = next(line for line in done.stdout.splitlines() if line.startswith(FIGURES))
    ends = json.loads(told.removeprefix(FIGURES))
    starts = [0.0, *(ends[phase][0] for phase in PHASES)]
    return {phase: (ends[phase][0] - start, ends[phase][1]) for phase, start in zip(PHASES, starts, strict=False)}


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--cold", action="store_true")
    return parser


def main() -> None:
    """Print the table."""
    options = make_parser().parse_args()
    done = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            done.append(rehearse(folder if options.cold else ""))
    print("| phase | CPU s | peak MiB |\n|---|---|---|")
    for phase in PHASES:
        cpu, peak = (statistics.median(one[phase][n] for one in done) for n in (0, 1))
        print(f"| {phase} | {cpu:.2f} | {peak:.0f} |")
    whole = statistics.median(sum(cpu for cpu, _ in one.values()) for one in done)
    print(f"| **all** | **{whole:.2f}** | **{statistics.median(one[PHASES[-1]][1] for one in done):.0f}** |")


if __name__ == "__main__":
    main()
