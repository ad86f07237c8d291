"""The row of a step: what was found, deleted, left and left alone, in the words of its test's properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.report import TEMPLATES
from carbuyer_cleanup.verdict import TEST_SIGNS

if TYPE_CHECKING:
    import pytest

HEADER = [
    *('<th data-column-type="result" class="sortable">', '<th data-column-type="testId" class="sortable">'),
    *('<th scope="col">Step', '<th scope="col">What a pass means', '<th scope="col">Result'),
    *('<th scope="col">Resources', '<th scope="col">AWS time'),
]
MATTERS = {"left", "doubtful", "leftovers", "could not be looked at"}  # the lists that start open
LISTS = (
    "found and deleted",
    "found",
    "deleted",
    "left",
    "doubtful",
    "leftovers",
    "could not be looked at",
    "left alone",
    "regions",
)
WORDS = {"doubtful": "perhaps the workshop's", "leftovers": "left over", "regions": "Regions looked at"}
PLANNED = WORDS | {"left": "would be deleted", "left alone": "would be left alone"}
EXCEPTION = re.compile(r"^(AssertionError|Failed|Skipped): ")


class Title(NamedTuple):
    """What a row is about: the step's number or "audit", and the sentence that its test proves."""

    step: str
    sentence: str


class ResourceList(NamedTuple):
    """One list of resources in a row; it starts open if it ``matters``."""

    name: str
    items: list[str]
    matters: bool


@dataclass(frozen=True)
class StepRow:
    """One row of the table, made from the report of a test."""

    report: pytest.TestReport | pytest.CollectReport
    title: Title
    task: Task

    @property
    def step(self) -> str:
        """The number of the step, or "audit"."""
        return self.title.step

    @property
    def sentence(self) -> str:
        """The docstring of the test."""
        return self.title.sentence

    @property
    def word(self) -> str:
        """The result, in pytest's word."""
        broken = self.report.failed and self.report.when != "call"
        return "Error" if broken else self.report.outcome.capitalize()

    @property
    def mark(self) -> str:
        """The result as a sign, for those who can't see colours."""
        return TEST_SIGNS.get(self.word, "")

    @property
    def lists(self) -> list[ResourceList]:
        """The resources that the step came across, by what became of them."""
        words, facts = PLANNED if self.task is Task.PLAN else WORDS, self._facts
        if facts.get("found") == facts.get("deleted"):
            facts["found and deleted"] = facts.pop("found", "") and facts.pop("deleted")
        facts["regions"] = facts.get("regions", "").replace(" ", "\n")
        listed = {name: facts[name].split("\n") for name in LISTS if facts.get(name)}
        return [ResourceList(words.get(name, name), items, name in MATTERS) for name, items in listed.items()]

    @property
    def nothing(self) -> bool:
        """Whether AWS was asked: if so, a row without lists means that nothing was there."""
        return "found" in self._facts and (self.report.passed or self.task is Task.PLAN)

    @property
    def why(self) -> str:
        """Why the step failed or was skipped; "" if a list shows it."""
        if any(listed.matters for listed in self.lists):
            return ""
        return EXCEPTION.sub("", _message(self.report))

    @property
    def output(self) -> str:
        """What the test printed, and where it failed."""
        trace = self.report.longreprtext if self.report.failed else ""
        sections = [f"{title}\n{text}" for title, text in self.report.sections]
        return "\n".join([*([trace] if trace != self.why else []), *sections])

    @property
    def took(self) -> str:
        """The time on AWS's clock, which a rehearsal only simulates; if there is none, the test's own duration."""
        return duration(float(self._facts.get("seconds of AWS time", getattr(self.report, "duration", 0))))

    @property
    def _facts(self) -> dict[str, str]:
        properties = getattr(self.report, "user_properties", ())  # the report of collecting a file has none
        return {name: str(value) for name, value in properties}


def cells(row: StepRow) -> list[str]:
    """Return the cells of a row as HTML, starting with the node id."""
    macros = vars(TEMPLATES.get_template("row.jinja").module)
    shown = [macros[name](row) for name in ("step", "sentence", "outcome", "resources", "took")]
    return [macros["test_id"](row.report.nodeid), *map(str, shown)]


def duration(seconds: float) -> str:
    """Return seconds in words, such as "2 min 5 s"."""
    minutes, rest = divmod(round(seconds), 60)
    if seconds < 1:
        return "under 1 s"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _message(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the message of a failure or skip, without pytest's traceback."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message) if crash else report.longreprtext
