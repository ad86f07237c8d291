"""The grades of a class, as a file that Moodle or Canvas imports without changes.

How each of them reads a file is taken from its importer: Moodle's ``grade/import/csv/classes/load_data.php`` and
``lib/csvlib.class.php``, Canvas's ``lib/gradebook_importer.rb`` and ``lib/gradebook_exporter.rb``.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbuyer_cleanup.classroom.standing import Standing, state
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import write_whole
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import GRADED
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from carbuyer_cleanup.certificate.certificate import StepFacts
    from carbuyer_cleanup.workshop import Workshop

    Columns = Mapping[str, str]
    Person = tuple[str, Columns]  # the alias of an account, and the cells of its line in the roster

FULL = 100.0  # the maximum of a new grade item in Moodle, which refuses more
ALMOST = 99.99  # what rounding to two decimals must not make full
SCORE = "CarBuyer cleanup"  # the name of the grade item or assignment

# Characters that start a formula in a spreadsheet, or are read as one: full-width, small, superscript, minus.
FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207c\u208c\u207a\u208a\u207b\u208b\u2212\ufb29"
# The start of a cell, or of what a spreadsheet with another list separator takes for one.
STARTS = re.compile(rf'(^|[;,|])([\s"\']*)(?=[{FORMULA}])')


@dataclass(frozen=True)
class Style:
    """What a learning platform expects.

    ``people`` maps each column that identifies a student to the roster's columns that may fill it; ``ungraded`` is the
    cell that leaves a student without a grade; ``points`` labels the row of possible points, if there is one.
    """

    people: Mapping[str, tuple[str, ...]]
    ungraded: str = ""
    points: str = ""


STYLES: Mapping[str, Style] = {
    "moodle": Style(
        {"Email address": ("email",), "ID number": ("idnumber", "student_id"), "Username": ("username",)},
        ungraded="-",  # an empty cell would be stored as 0 in a new grade item
    ),
    "canvas": Style(
        {
            "Student": ("student", "name"),  # for display only, if one of the next three is right
            "ID": ("canvas_id",),
            "SIS User ID": ("sis_user_id", "student_id"),
            "SIS Login ID": ("sis_login_id", "username", "email"),
            "Section": ("section",),
        },
        points="    Points Possible",
    ),
    "gradescope": Style({}),  # takes no such file; gradescope.py writes what it takes
    "plain": Style({}),
}
CANVAS_KEYS = ("ID", "SIS User ID", "SIS Login ID")
READ_ONLY = "(read only)"  # what Canvas writes under a column that is not to be imported


def check(style: str, people: Sequence[Person]) -> list[str]:
    """Return what keeps a platform from knowing whose grade is whose, a sentence each; empty if nothing does.

    Call this before a run: afterwards it is too late to correct the roster.
    """
    if style == "moodle" and not _moodle_columns(people):
        gaps = "; ".join(_gap(names, people) for names in STYLES[style].people.values())
        return [f"--grades moodle needs a column with another value in each line: {gaps}."]
    if style == "canvas":
        return [f"--grades canvas: {problem}." for problem in _canvas_problems(people)]
    return []


def write(path: Path, standings: Sequence[Standing], style: str, workshop: Workshop) -> None:
    """Write the grades of a class.

    UTF-8 with a byte order mark: Excel, in which teachers open the file, needs one to show Vietnamese names; Moodle
    strips it, and Canvas writes one in its own exports.

    Args:
        path: the file.
        standings: the accounts, in the order of the roster.
        style: a key of ``STYLES``.
        workshop: the manifest, which says how much each step counts.

    Raises:
        Refused: the platform could not know whose grade is whose.
        OSError: the file can't be written.
    """
    if problems := check(style, _people(standings)):
        raise Refused(" ".join(problems))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_rows(standings, style, workshop))
    write_whole(path, text.getvalue(), encoding="utf-8-sig")


def score(standing: Standing, weights: Mapping[int, float]) -> float | None:
    """Return the weighted share of steps that are gone, from 0 to 100; None if somebody has to look.

    A step that could not be looked at is not a step that failed. Each of the teacher's own tests counts 1.
    """
    counting = [(state(step), weights[step.number]) for step in standing.all_steps if weights[step.number]]
    counting += [(state(test), 1.0) for test in standing.own_tests]
    if standing.rehearsal or standing.verdict not in GRADED or any(word == "unknown" for word, _ in counting):
        return None
    gone = [weight for word, weight in counting if word == "gone"]
    share = sum(gone) / sum(weight for _, weight in counting)
    return FULL if len(gone) == len(counting) else min(FULL * share, ALMOST)


def feedback(standing: Standing) -> str:
    """Return a sentence for the student."""
    if standing.rehearsal:
        return "Not graded: a rehearsal touches no AWS account."
    if standing.verdict == "CLEAN":
        return " ".join(["Nothing of the workshop is left.", *standing.reservations])
    if standing.verdict == "LEFTOVERS":
        return " ".join(_found(standing))
    return f"Not graded: {standing.verdict.lower()}: {standing.why or 'no reason is known'}"


def _found(standing: Standing) -> Iterable[str]:
    steps = {word: [step for step in standing.all_steps if state(step) == word] for word in ("left", "unknown")}
    if standing.leftovers:
        found = "The audit and the steps found" if standing.unlisted else "The audit found"
        yield f"{found} {counted(standing.count, 'leftover')}, {standing.estimate}."
    if steps["left"]:
        yield f"Something of step {_numbers(steps['left'])} is left."
    failed = [test for test in standing.own_tests if state(test) == "left"]
    yield from (f"This test failed: {test.sentence or test.name}" for test in failed)
    if steps["unknown"]:
        yield f"It is not known whether everything of step {_numbers(steps['unknown'])} is gone."


def guarded(text: str) -> str:
    """Return ``text`` on one line, with an apostrophe wherever a spreadsheet might see the start of a formula."""
    return STARTS.sub(r"\1\2'", printable(" ".join(text.split())))


def _rows(standings: Sequence[Standing], style: str, workshop: Workshop) -> Iterable[list[str]]:
    columns = _columns(style, _people(standings))
    yield [*columns, SCORE, *FACTS]
    if points := STYLES[style].points:
        yield [points, *[""] * (len(columns) - 1), f"{FULL:g}", *[READ_ONLY] * len(FACTS)]
    for standing in standings:
        got = score(standing, workshop.weights)
        grade = STYLES[style].ungraded if got is None else f"{got:.2f}"
        people = [guarded(_cell(names, standing.columns)) for names in columns.values()]
        yield [*people, grade, *(guarded(fact(standing)) for fact in FACTS.values())]


def _people(standings: Sequence[Standing]) -> list[Person]:
    return [(standing.alias, standing.columns) for standing in standings]


def _columns(style: str, people: Sequence[Person]) -> Mapping[str, tuple[str, ...]]:
    """Return the columns that identify a student, each with the roster's columns that may fill it."""
    if style == "moodle":
        return _moodle_columns(people)
    return STYLES[style].people or {guarded(name): (name,) for _, columns in people for name in columns}


def _moodle_columns(people: Sequence[Person]) -> Mapping[str, tuple[str, ...]]:
    """Return the columns whose value is different in each line.

    Moodle assigns a line without a value to the student of the line before, and refuses the whole file if it doesn't
    know one student; the teacher chooses the column to match by, so no column with a gap is offered.
    """
    return {name: names for name, names in STYLES["moodle"].people.items() if not _gap(names, people)}


def _gap(names: tuple[str, ...], people: Sequence[Person]) -> str:
    """Return why a column does not tell the students apart, or "" if it does."""
    empty = next((alias for alias, columns in people if not _cell(names, columns)), "")
    return f"{' or '.join(names)} is empty for {empty}" if empty else _shared(names, people)


def _shared(names: tuple[str, ...], people: Sequence[Person]) -> str:
    """Say which accounts have the same value in a column; "" if none do."""
    values = Counter(filter(None, (_cell(names, columns).casefold() for _, columns in people)))
    twice = [alias for alias, columns in people if values[_cell(names, columns).casefold()] > 1]
    return f"{' or '.join(names)} is the same for {' and '.join(twice)}" if twice else ""


def _canvas_problems(people: Sequence[Person]) -> Iterable[str]:
    """Yield what is wrong with Canvas's keys: without one it matches students by name, and two may share a name."""
    keys = [STYLES["canvas"].people[name] for name in CANVAS_KEYS]
    for alias, columns in people:
        if not any(_cell(names, columns) for names in keys):
            yield f"{alias} has none of {', '.join(name for names in keys for name in names)}"
    yield from filter(None, (_shared(names, people) for names in keys))


def _cell(names: tuple[str, ...], columns: Columns) -> str:
    """Return the first of these cells that isn't blank, or ""."""
    return next((columns[name].strip() for name in names if columns.get(name, "").strip()), "")


def _verdict(standing: Standing) -> str:
    word = standing.verdict
    return f"REHEARSAL: {word}" if standing.rehearsal and word != "REHEARSAL" else word


def _depth(standing: Standing) -> str:
    return standing.depth


def _steps_gone(standing: Standing) -> str:
    steps = standing.all_steps
    return f"{sum(state(step) == 'gone' for step in steps)} of {len(steps)}"


def _leftovers(standing: Standing) -> str:
    return str(standing.count) if standing.verdict in GRADED else ""


def _cost(standing: Standing) -> str:
    if standing.verdict not in GRADED or standing.unlisted:
        return ""
    estimate = standing.estimate
    return f"{estimate.usd:.2f}" + (" and more" if estimate.unknown else "")


def _numbers(steps: Iterable[StepFacts]) -> str:
    return ", ".join(f"{step.number} ({step.title})" for step in steps)


# The columns that show where the score comes from; no importer takes them for grades.
FACTS: Mapping[str, Callable[[Standing], str]] = {
    "Alias": lambda standing: standing.alias,
    "Account": lambda standing: standing.account,
    "Verdict": _verdict,
    "Audit depth": _depth,
    "Steps gone": _steps_gone,
    "Leftovers": _leftovers,
    "Cost of leftovers (USD a month)": _cost,
    "Feedback": feedback,
}
