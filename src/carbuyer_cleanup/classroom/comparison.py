"""An earlier ``grades.csv`` of the class, and who has improved since."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from carbuyer_cleanup.classroom.grades import FULL, READ_ONLY, SCORE, STYLES
from carbuyer_cleanup.classroom.roster import ALIAS
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Scores = Mapping[str, float | None]

LARGEST = 2**24  # bytes; the grades of ten thousand accounts take less
NAME = "Alias"  # the column that identifies the account
UNGRADED = {style.ungraded for style in STYLES.values()}
NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
MOST = 3  # mistakes to list
WRONG = "--compare {path}: {why}. Give the grades.csv of an earlier run. Nothing was done."

Trend = Literal["better", "worse", "as before", "new", "not comparable"]
SIGNS: Mapping[Trend, str] = {"better": "▲", "worse": "▼", "as before": "=", "new": "+", "not comparable": "?"}


class Change(NamedTuple):
    """How an account compares with last time: ``points`` (of 100) better or worse."""

    trend: Trend
    points: float = 0.0

    def __str__(self) -> str:
        points = f"{self.points:+.0f} " if self.points else ""
        return f"{SIGNS[self.trend]} {points}{self.trend}"


def change(alias: str, score: float | None, earlier: Scores) -> Change:
    """Return how an account's score has changed; "not comparable" if there is no score, then or now."""
    if alias not in earlier:
        return Change("new")
    before = earlier[alias]
    if before is None or score is None:
        return Change("not comparable")
    points = round(score, 2) - before  # as precise as the file
    return Change("better" if points > 0 else "worse" if points < 0 else "as before", points)


def read(path: Path) -> dict[str, float | None]:
    """Return each alias's score, from 0 to 100; None where there was no grade.

    Raises:
        Refused: the file can't be read, or is not what the suite writes; the message says what is wrong.
    """
    lines = list(_lines(path))
    scores, wrong = dict[str, float | None](), list[str]()
    for number, alias, score in lines:
        if why := _mistake(alias, score, scores):
            wrong.append(f"line {number}: {why}")
        scores[alias] = None if score in UNGRADED else float(score) if NUMBER.fullmatch(score) else None
    if wrong or not lines:
        raise _refused(path, "; ".join(wrong[:MOST]) or "it has no account")
    return scores


def _mistake(alias: str, score: str, seen: Scores) -> str:
    if not ALIAS.fullmatch(alias):
        return f"{alias!r} is not an alias"
    if alias in seen:
        return f"{alias} is listed twice"
    good = score in UNGRADED or (NUMBER.fullmatch(score) and float(score) <= FULL)
    return "" if good else f"{score!r} is not a score from 0 to {FULL:g}"


def _lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield number, alias and score of each line, but not Canvas's row of possible points."""
    rows = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        if missing := [name for name in (NAME, SCORE) if name not in (rows.fieldnames or ())]:
            raise _refused(path, f"it has no column {' and no column '.join(missing)}")
        for row in rows:
            alias, score = (row[name] or "" for name in (NAME, SCORE))
            if alias != READ_ONLY:
                yield rows.line_num, printable(alias.strip()), printable(score.strip())
    except csv.Error as error:
        raise _refused(path, f"line {rows.line_num} is not CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _refused(path, f"it is larger than {LARGEST >> 20} MiB")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise _refused(path, f"it can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "it is not in UTF-8") from error


def _refused(path: Path, why: str) -> Refused:
    return Refused(WRONG.format(path=path, why=why))
