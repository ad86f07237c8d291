"""``reports/part.json``: what a run of ``--shard K/N`` found, to be merged with the other parts of the class."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from carbuyer_cleanup.audit.result import Depth
from carbuyer_cleanup.classroom.roster import ALIAS
from carbuyer_cleanup.classroom.shards import FORM, Shard, dealt
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import open_own, write_whole
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.strict_json import Ambiguous, loaded
from carbuyer_cleanup.verdict import Sort, Word
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NAME, FORMAT = "part.json", 2
TOO_MANY = "--shard makes no more parts than there are accounts"
LARGEST = 2**28  # bytes; ten thousand accounts take less

Json = dict[str, Any]
TEXT, TEXTS, TEXT_BY_TEXT = (
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": "string"}},
)
SECONDS = {"type": "number", "minimum": 0, "maximum": 1e9}
TIME = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00\Z"}
NUMBER = {"type": "string", "pattern": r"^[0-9]{12}\Z"}
ALIASED = {"type": "string", "pattern": rf"^({ALIAS.pattern})\Z"}  # it becomes the name of a file


def _record(**members: Any) -> Json:
    return {"type": "object", "properties": members, "required": [*members], "additionalProperties": False}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _one_of(*words: str) -> Json:
    return {"enum": [*words]}


REMNANT = _record(kind=TEXT, id=TEXT, text=TEXT)
STEP = _record(
    number={"type": "integer", "minimum": 1, "maximum": 16}, title=TEXT, seconds=SECONDS, found=TEXTS,
    left=_list(REMNANT), reason=TEXT, doubtful=TEXT_BY_TEXT,
    result=_one_of("done", "doubtful", "failed", "not seen", "blocked", "not run"),
)  # fmt: skip
LEFTOVER = _record(type=TEXT, id=TEXT, name=TEXT, region=TEXT, arn=TEXT, why=TEXT, state=TEXT)
OWN_TEST = _record(name=TEXT, sentence=TEXT, reason=TEXT, result=_one_of("done", "failed", "not seen", "not run"))
REASON = _record(sort=_one_of(*get_args(Sort)), text=TEXT)
STANDING = _record(
    alias=ALIASED, account=NUMBER, region=TEXT, verdict=_one_of(*get_args(Word)), rehearsal={"type": "boolean"},
    depth=_one_of(*get_args(Depth)), steps=_list(STEP), leftovers=_list(LEFTOVER), reasons=_list(REASON),
    seconds=SECONDS, columns=TEXT_BY_TEXT, reservations=TEXTS, unlisted=TEXTS, own_tests=_list(OWN_TEST),
)  # fmt: skip
PERSON = _record(alias=ALIASED, account=NUMBER, region=TEXT, columns=TEXT_BY_TEXT)
SCHEMA = _record(
    format={"const": FORMAT}, made=TIME, names=TEXT, shard={"type": "string", "pattern": rf"^{FORM.pattern}\Z"},
    people=_list(PERSON), standings=_list(STANDING), left_out=TEXTS,
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """An account of the class, as the roster describes it."""

    alias: str
    account: str
    region: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One part of a class: ``people`` are those of the whole class, ``standings`` how the part's own accounts stand.

    ``left_out`` has a sentence for each account that was left out; ``names`` is the digest of what was looked for,
    ``made`` when the run ended, and ``place`` the folder that the part was read from.
    """

    shard: Shard
    people: tuple[Person, ...]
    standings: tuple[Standing, ...]
    left_out: tuple[str, ...] = ()
    place: str = field(default="", compare=False)
    names: str = ""
    made: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)

    @cached_property
    def shards(self) -> dict[str, Shard]:
        """The part that each account of the class is in, by account number."""
        return dealt((person.account for person in self.people), self.shard.parts)

    def write(self, folder: Path) -> None:
        """Write the part to ``part.json`` in this folder.

        Raises:
            OSError: it can't be written.
        """
        told = {
            "format": FORMAT,
            "made": self.made.isoformat(timespec="seconds"),
            "names": self.names,
            "shard": str(self.shard),
            "people": [vars(person) for person in self.people],
            "standings": [standing.to_json() for standing in self.standings],
            "left_out": self.left_out,
        }
        write_whole(folder / NAME, json.dumps(told, ensure_ascii=False))


def read(folder: Path) -> Part:
    """Return the part in a folder that anybody may have written to.

    Raises:
        Refused: there is none, or it is not what the suite writes; the message says what is wrong.
    """
    try:
        told = loaded(_content(folder / NAME))
        _check(told)
        part = _part(told, printable(str(folder)))
    except OSError as error:
        raise _refused(folder, f"it can't be read: {error.strerror}") from error
    except Ambiguous as error:
        raise _refused(folder, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _refused(folder, "it is not what --shard writes") from error
    if wrong := [*_contradictions(part)]:
        raise _refused(folder, "; ".join(wrong[:3]))
    return part


def _content(path: Path) -> bytes:
    with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Ambiguous(f"it is larger than {LARGEST >> 20} MiB")
    return data


def _check(told: Any) -> None:
    import jsonschema  # noqa: PLC0415 - writing a part needs none

    if error := jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(SCHEMA).iter_errors(told)):
        raise Ambiguous(f"it is not what --shard writes, at {printable(error.json_path)[:100]}")


def _part(told: Json, place: str) -> Part:
    number, of = map(int, told["shard"].split("/"))
    return Part(
        Shard(number, of),
        tuple(Person(**person) for person in told["people"]),
        tuple(map(Standing.from_json, told["standings"])),
        tuple(told["left_out"]),
        place,
        told["names"],
        datetime.fromisoformat(told["made"]),
    )


def _contradictions(part: Part) -> Iterable[str]:
    """Yield what no run of the suite would have written."""
    if not 1 <= part.shard.number <= part.shard.parts:
        yield f"there is no part {part.shard}"
        return
    if part.shard.parts > len(part.people):
        yield f"it is part {part.shard} of a class of {counted(len(part.people), 'account')}: {TOO_MANY}"
        return
    known = {person.account: person for person in part.people}
    mine = part.shard.numbers(known)
    for alias in _twice(person.alias for person in part.people):
        yield f"{alias} is in its class twice"
    for account in [*_twice(p.account for p in part.people), *_twice(s.account for s in part.standings)]:
        yield f"account {account} is listed twice"
    for standing in part.standings:
        if standing.account not in mine or known[standing.account].alias != standing.alias:
            yield f"{standing.alias}, account {standing.account}, is not in part {part.shard} of its class"
        elif standing.verdict == "CLEAN" and _is_spoken_against(standing):
            yield f"{standing.alias} can't be CLEAN: it lists reasons against that"
        elif standing.verdict == "REHEARSAL" and not standing.rehearsal:
            yield f"{standing.alias} can't be a REHEARSAL: it is one of a real account"


def _twice(words: Iterable[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count > 1)


def _is_spoken_against(standing: Standing) -> bool:
    undone = any(step.result != "done" or step.left for step in (*standing.steps, *standing.all_steps))
    return undone or bool(standing.count or standing.reasons or any(t.result != "done" for t in standing.own_tests))


def _refused(folder: Path, why: str) -> Refused:
    return Refused(f"{printable(str(folder / NAME))}: {why}. Nothing was merged.")
