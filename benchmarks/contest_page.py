"""``docs/benchmarks.md``: medians, and how many times the best they are."""

from __future__ import annotations

import math
import os
import platform
from typing import TYPE_CHECKING, NamedTuple

import boto3
import moto

from carbuyer_cleanup import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HEAD = """# Measured against what people would use instead

Written by `python -m benchmarks.contest`: {rounds} of each, in turn; medians. In brackets: how many times the best of
those who left nothing. Each contestant is a complete set-up in [benchmarks/contestants](../benchmarks/contestants). It
meets the same estate and bystanders in the embedded AWS, on a port of the same machine; at the end plain boto3 lists
what is left, and who was harmed.

- **left**: things of the workshop that are still there; **harmed**: things of others that aren't.
- **requests**: this suite's also prove that everything is gone. Its audit reads each list in each Region, twice.
- **CPU**: of all the contestant's processes; **memory**: of the largest.
- **wall**: seconds on this machine, where AWS keeps nobody waiting. Others' work on the same machine is in there.
- **at AWS's durations**: seconds that pass for AWS, whose clock jumps by what a contestant pauses; requests take
  none. This suite waits for many things at once, which takes one clock for both sides: for this figure it runs in
  the process of the embedded AWS, with its audit.

Machine: {machine}. Versions: {versions}.
"""
COLUMNS = ("", "left", "harmed", "exit code", "requests", "CPU s", "memory MiB", "wall s", "at AWS's durations, s")
TABLE = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


class Figures(NamedTuple):
    """What one run took and came to; ``aws`` is the time that passed for AWS, NaN if that was not measured."""

    exit_code: float
    wall: float
    cpu: float
    mib: float
    calls: float = 0
    left: float = 0
    harmed: float = 0
    aws: float = math.nan


class Section(NamedTuple):
    """One course, and what each contestant took."""

    title: str
    figures: Mapping[str, Figures]


MEASURES: tuple[tuple[Callable[[Figures], float], str], ...] = (
    (lambda one: one.calls, ".0f"),
    (lambda one: one.cpu, ".1f"),
    (lambda one: one.mib, ".0f"),
    (lambda one: one.wall, ".0f"),
    (lambda one: one.aws, ".0f"),
)


def page(sections: Sequence[Section], versions: Mapping[str, str], rounds: int) -> str:
    """Return the page."""
    known = {"carbuyer-cleanup": __version__, "moto": moto.__version__, "boto3 of the suite": boto3.__version__}
    head = HEAD.format(
        rounds="one run" if rounds == 1 else f"{rounds} runs",
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        versions=", ".join(f"{name} {version}" for name, version in sorted((known | dict(versions)).items())),
    )
    return "\n".join([head, *map(_table, sections)])


def _table(section: Section) -> str:
    finished = [one for one in section.figures.values() if not one.left] or [*section.figures.values()]
    best = [min((measure(one) for one in finished if measure(one) > 0), default=0.0) for measure, _ in MEASURES]
    rows = [f"| {name} | {' | '.join(_cells(one, best))} |" for name, one in section.figures.items()]
    return "\n".join([f"## {section.title}\n", TABLE, *rows, ""])


def _cells(one: Figures, best: Sequence[float]) -> list[str]:
    facts = [f"{one.left:.0f}", f"{one.harmed:.0f}", f"{one.exit_code:.0f}"]
    return [*facts, *(_cell(measure(one), form, least) for (measure, form), least in zip(MEASURES, best, strict=True))]


def _cell(value: float, form: str, least: float) -> str:
    """Return a figure with its ratio to the best; nothing if it was not measured."""
    if math.isnan(value):
        return ""
    return f"{value:{form}} ({value / least:.1f})" if least else f"{value:{form}}"
