"""``docs/benchmarks.md``: medians, how many times the best they are, and why this suite is not first where it isn't."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.contest_reasons import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.contest_results import Figures, Section

HEAD = """# Measured against what people would use instead

Written by `python -m benchmarks.contest`. Each contestant is a complete set-up in
[benchmarks/contestants](../benchmarks/contestants). It meets the same estate and bystanders in the embedded AWS, which
takes as long as AWS does, on a port of the same machine; at the end plain boto3 lists what is left, and who was harmed.
Contestants run in turn; figures are medians. In brackets: how many times the best of those who left nothing.

- **left**: things of the workshop that are still there; **harmed**: things of others that aren't.
- **requests**: this suite's also prove that everything is gone. Its audit reads each list in each Region, twice.
- **CPU**: of all the contestant's processes; **memory**: of the largest.
- **wall**: seconds on this machine without what a contestant pauses. Others' work on it is in there: see its load.
- **at AWS's durations**: seconds that pass for AWS, whose clock jumps by what a contestant pauses; requests take none.
"""
NOT_FIRST = """## Where this suite is not first

The better of its rows is compared with the best of the others that left nothing and harmed nobody.
"""
OURS = "carbuyer-cleanup"


class Column(NamedTuple):
    """A column of the tables; in those that are ``compared`` the least is the best."""

    name: str
    of: Callable[[Figures], float]
    form: str = ".0f"
    compared: bool = True


COLUMNS = (
    Column("left", lambda one: one.left, compared=False),
    Column("harmed", lambda one: one.harmed, compared=False),
    Column("exit code", lambda one: one.exit_code, compared=False),
    Column("requests", lambda one: one.calls),
    Column("CPU s", lambda one: one.cpu, ".1f"),
    Column("memory MiB", lambda one: one.mib),
    Column("wall s", lambda one: one.wall),
    Column("at AWS's durations, s", lambda one: one.aws),
)
COMPARED = tuple(column for column in COLUMNS if column.compared)
EQUAL = 1.05  # a ratio up to that is told as 1.0


class Behind(NamedTuple):
    """A column of a section in which somebody who left nothing is ahead of this suite, and both figures."""

    section: str
    column: str
    ours: float
    best: float


def page(sections: Mapping[str, Section]) -> str:
    """Return the page."""
    return "\n".join([HEAD, *map(_table, sections.values()), *_not_first(sections), *_runs(sections.values())])


def behind(sections: Mapping[str, Section]) -> list[Behind]:
    """Return where this suite is not first: the better of its rows counts."""
    found = (_compared(name, column, _finished(section)) for name, section in sections.items() for column in COMPARED)
    return [one for one in found if one.ours > EQUAL * one.best]


def _compared(section: str, column: Column, finished: Mapping[str, Figures]) -> Behind:
    ours = (column.of(one) for name, one in finished.items() if name.startswith(OURS))
    return Behind(section, column.name, min(ours, default=math.inf), min(map(column.of, finished.values()), default=0))


def _finished(section: Section) -> dict[str, Figures]:
    return {name: one for name, one in section.figures.items() if not (one.left or one.harmed)}


def _best(figures: Iterable[Figures], column: Column) -> float:
    return min((column.of(one) for one in figures if column.of(one) > 0), default=0.0)


def _table(section: Section) -> str:
    finished = _finished(section) or section.figures
    best = {column: _best(finished.values(), column) for column in COMPARED}
    rows = [
        [name, *(_cell(column, one, best.get(column, 0.0)) for column in COLUMNS)]
        for name, one in section.figures.items()
    ]
    note = [f"{section.note}\n"] if section.note else []
    return "\n".join([f"## {section.title}\n", *note, *_lines(["", *(column.name for column in COLUMNS)], rows)])


def _cell(column: Column, one: Figures, least: float) -> str:
    """Return a figure with its ratio to the best."""
    told = f"{column.of(one):{column.form}}"
    return f"{told} ({column.of(one) / least:.1f})" if least else told


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [*(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)), ""]


def _not_first(sections: Mapping[str, Section]) -> list[str]:
    """Return the list of the columns in which others are ahead, each with the reason."""
    told: dict[tuple[str, str], list[str]] = {}
    for one in behind(sections):
        form = next(column.form for column in COLUMNS if column.name == one.column)
        where = f"{sections[one.section].title} ({one.ours:{form}} to {one.best:{form}})"
        told.setdefault((one.column, reason(one.section, one.column)), []).append(where)
    lines = [f"- **{column}** — {'; '.join(where)}. {why}" for (column, why), where in told.items()]
    return [NOT_FIRST, *lines, ""]


def _runs(sections: Iterable[Section]) -> list[str]:
    rows = [
        [one.title, str(one.rounds), one.date, one.machine, ", ".join(map(" ".join, one.versions.items()))]
        for one in sections
    ]
    return ["## Where and when\n", *_lines(["", "runs of each", "date", "machine", "versions"], rows)]
