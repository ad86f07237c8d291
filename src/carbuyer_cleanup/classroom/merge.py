"""Merges the parts that ``--shard`` made into one class page, one file of grades and one exit code.

The parts are believed. Where somebody else could have written them, rely on each account's certificate.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup import workshop
from carbuyer_cleanup.classroom import comparison, grades, parts
from carbuyer_cleanup.classroom.publishing import publish
from carbuyer_cleanup.classroom.shards import Shard
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.command_line.settings import Settings, Task
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.class_terminal import last_line, lines
from carbuyer_cleanup.project_files import MANIFEST
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import EXITS, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbuyer_cleanup.classroom.parts import Part, Person

TOLD = 10  # ranges of missing parts to list: a terminal has a line for them, not a page
REFUSED = 4  # pytest's exit code for bad arguments
MISSING = "not run: part {shard} is missing. Run it again, then merge all parts."
IN_NONE = "not run: it is in the class of {place}, and in no part. The class has changed: make all parts again."
IN_TWO = "it is in two parts, {places}: make all parts of the same class, and give each part once."
OLD = "Left out, because --max-age is {days} (in days): part {which}."
ONE_CLASS = "Nothing was merged; make all parts of the same class."


def main(arguments: Sequence[str] | None = None) -> int:
    """Merge the parts that the command line names; return the exit code of the class, or 4 if the merge is refused."""
    options = make_parser().parse_args(arguments)
    try:
        settings, given = _settings(options), [parts.read(Path(folder)) for folder in options.folders]
        found, old = _recent(given, options.max_age)
        standings, told = merged(found)
        settings = replace(settings, rehearsal=standings[0].rehearsal, left_out=_left_out(found))
        _publish(settings, standings)
    except Refused as error:
        print(printable(str(error)), file=sys.stderr)  # noqa: T201 - a command line
        return REFUSED
    for line in [*old, *told, *lines(standings, settings), last_line(standings, settings)]:
        print(printable(line))  # noqa: T201 - likewise
    return _exit_code(standings)


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.classroom")
    verb = parser.add_subparsers(required=True).add_parser("merge", help="make one class of the parts of --shard")
    verb.add_argument("folders", nargs="+", metavar="DIR", help="the reports/ of one part, with its part.json")
    verb.add_argument(
        "--reports", type=Path, default=Path("reports"), metavar="DIR", help="the folder to write to; default: reports"
    )
    verb.add_argument("--grades", choices=grades.STYLES, default="plain", help="which platform grades.csv is for")
    verb.add_argument("--compare", type=Path, metavar="FILE", help="the grades.csv of an earlier run")
    verb.add_argument(
        "--max-age", type=float, default=1.0, metavar="DAYS", help="leave out parts that are older; default: 1"
    )
    verb.add_argument("--workshop", type=Path, default=MANIFEST, metavar="FILE", help="the manifest with the weights")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    """Return the settings that a run of the whole class would have."""
    if options.reports.resolve() in {Path(folder).resolve() for folder in options.folders}:
        msg = f"--reports {options.reports} is the folder of a part. Nothing was merged; give another one."
        raise Refused(msg)
    manifest = workshop.load(options.workshop)
    earlier = comparison.read(options.compare) if options.compare else {}
    return Settings(
        rehearsal=False, task=Task.VERIFY, account="", profile="", region=manifest.region, workshop=manifest,
        one_by_one=False, speed=math.inf, reports=options.reports, grades=options.grades, earlier=earlier,
    )  # fmt: skip


def _recent(given: Sequence[Part], most: float) -> tuple[list[Part], list[str]]:
    """Return the parts that are at most so many days old, and a line about the others.

    A part of an earlier run may lie where this run's should: the accounts of one that is left out did not run.

    Raises:
        Refused: all are older.
    """
    now = datetime.now(UTC)
    recent = [part for part in given if _days_off(part, now) <= most]
    old = [part for part in given if not _days_off(part, now) <= most]
    others = [f"{part.shard} in {part.place}, of {part.made:%Y-%m-%d %H:%M} UTC" for part in old]
    if not others:
        return recent, []
    more = [f"and {len(others) - TOLD} more"] if len(others) > TOLD else []
    told = OLD.format(which="; ".join([*others[:TOLD], *more]), days=f"{most:g}")
    if not recent:
        raise Refused(f"{told} Nothing was merged.")
    return recent, [told]


def _days_off(part: Part, now: datetime) -> float:
    """Return how many days ago a part was made, or ahead: then a clock is wrong, and nobody knows how old it is."""
    return abs(now - part.made) / timedelta(days=1)


def merged(found: Sequence[Part]) -> tuple[list[Standing], list[str]]:
    """Return how the accounts of the whole class stand, in its order, and what is wrong with the parts.

    Raises:
        Refused: they are not parts of one class.
    """
    _refuse_strangers(found)
    standings: defaultdict[str, list[tuple[Standing, str]]] = defaultdict(list)
    for part in found:
        for standing in part.standings:
            standings[standing.account].append((standing, part.place))
    people = {person.account: (person, part) for part in found for person in part.people}
    made = [_one(standings[account], *people[account], found) for account in people]
    twice = [f"{one[0][0].alias}: {_in_two(one)}" for one in standings.values() if len(one) > 1]
    return made, [*_missing(found), *twice]


def _refuse_strangers(found: Sequence[Part]) -> None:
    first = found[0]
    if others := [part for part in found if part.shard.parts != first.shard.parts]:
        told = ", ".join(f"{part.place} is {part.shard}" for part in (first, others[0]))
        raise Refused(f"These are parts of different classes: {told}. {ONE_CLASS}")
    if others := [part for part in found if part.names != first.names]:
        places = f"{first.place} and {others[0].place}"
        raise Refused(f"{places} looked for other names, or in another Region. {ONE_CLASS}")
    if len({standing.rehearsal for part in found for standing in part.standings}) != 1:
        raise Refused(f"Some of these parts are rehearsals and others aren't, or there is no account. {ONE_CLASS}")
    aliases: dict[str, str] = {}
    for person in (person for part in found for person in part.people):
        if aliases.setdefault(person.alias, person.account) != person.account:
            told = f"{person.alias} is account {aliases[person.alias]} in one part and {person.account} in another"
            raise Refused(f"{told}. {ONE_CLASS}")


def _one(seen: Sequence[tuple[Standing, str]], person: Person, of: Part, found: Sequence[Part]) -> Standing:
    """Return how an account stands: one in no part did not run; one in two is at best unverified."""
    if not seen:
        return _absent(person, of, found)
    if len(seen) == 1:
        return seen[0][0]
    worst = max((standing for standing, _ in seen), key=lambda standing: standing.verdict == "LEFTOVERS")
    verdict = worst.verdict if worst.verdict == "LEFTOVERS" else "COULD NOT VERIFY"
    return replace(worst, verdict=verdict, reasons=(Reason("not seen", _in_two(seen)), *worst.reasons))


def _in_two(seen: Sequence[tuple[Standing, str]]) -> str:
    return IN_TWO.format(places=" and ".join(place for _, place in seen))


def _absent(person: Person, of: Part, found: Sequence[Part]) -> Standing:
    shard = of.shards[person.account]
    there = shard in {part.shard for part in found}
    why = IN_NONE.format(place=of.place) if there else MISSING.format(shard=shard)
    like = next(standing for part in found for standing in part.standings)
    return Standing(
        alias=person.alias, account=person.account, region=person.region, verdict="NOT RUN",
        rehearsal=like.rehearsal, depth=like.depth, reasons=(Reason("not seen", why),), columns=person.columns,
    )  # fmt: skip


def _missing(found: Sequence[Part]) -> Iterable[str]:
    there, parts = {part.shard.number for part in found}, found[0].shard.parts
    ranges = _ranges(number for number in range(1, parts + 1) if number not in there)
    told = [" to ".join(str(Shard(number, parts)) for number in sorted({first, last})) for first, last in ranges[:TOLD]]
    if more := sum(last - first + 1 for first, last in ranges[TOLD:]):
        told.append(f"and {more} more")
    return [f"Missing parts: {', '.join(told)}. Run them again, then merge all parts."] if told else []


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last number of each unbroken run."""
    runs = itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    return [(run[0][1], run[-1][1]) for run in (list(group) for _, group in runs)]


def _left_out(found: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for part in found for sentence in part.left_out))


def _publish(settings: Settings, standings: Sequence[Standing]) -> None:
    try:
        publish(settings, standings)
    except OSError as error:
        raise Refused(
            f"{settings.reports} can't be written: {error.strerror or error}. Fix that, then run again."
        ) from error


def _exit_code(standings: Sequence[Standing]) -> int:
    words = {standing.verdict for standing in standings}
    return next((code for word, code in EXITS.items() if word in words), 0)
