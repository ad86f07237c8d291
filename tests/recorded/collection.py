"""Answers that real AWS accounts gave, as ``recorded/README.md`` describes them, with names turned into the workshop's.

They are data of others', and are not in this repository: ``CARBUYER_RECORDED`` says where they are, and without it they
are looked for beside the checkout, in ``../shared/recorded``.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from tests.recorded.samples import output_of

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from carbuyer_cleanup.workshop import Workshop

VARIABLE = "CARBUYER_RECORDED"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "recorded"
THEIR_ACCOUNT = "123456789012"  # the collection's, for all of them

Answers = dict[str, list[dict[str, Any]]]  # by call


def folder() -> Path:
    """Return where the recorded answers are looked for."""
    return Path(os.environ.get(VARIABLE) or BESIDE)


def load(of: Path) -> Answers:
    """Read all answers, by call."""
    files = {path.stem.replace(".", ":", 1): path for path in sorted(of.glob("*.jsonl"))}
    return {call: answers for call, path in files.items() if (answers := _answers(call, path))}


def _answers(call: str, path: Path) -> list[dict[str, Any]]:
    """Read a file; a line without any member of such an answer is what ``--query`` made of one, or another call's."""
    text = path.read_text(encoding="utf-8").replace(THEIR_ACCOUNT, REHEARSAL_ACCOUNT)
    read = [json.loads(line, object_hook=_dated) for line in text.splitlines()]
    return [answer for answer in read if answer.keys() & output_of(call).members.keys()]


def _dated(value: dict[str, Any]) -> Any:
    if value.get("__class__") != "datetime":
        return value
    parts = [int(value.get(part, 0)) for part in PARTS]
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc] # mypy doesn't know how many there are


PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
NAME = re.compile(r"((?<!attribute)name|comment|description|names|arn|arns|urls?)$", re.IGNORECASE)
ID = re.compile(r"[a-z]Id$|^id$|Ids$")
SHARE = 0.4  # of the names that become the workshop's, and of the ids that become one of a few


class Turned:
    """Turns the names in an answer into the workshop's at random, and ids into a few that meet in other answers."""

    def __init__(self, workshop: Workshop, chance: random.Random) -> None:
        own = [name for names in workshop.names.values() for name in names]
        self._names, self._chance = [*own, f"{workshop.prefix}x"], chance

    def __call__(self, value: Any, key: str = "") -> Any:
        """Return a copy of (a part of) an answer so turned."""
        if isinstance(value, list):
            return [self(one, key) for one in value]
        if isinstance(value, dict):
            return {member: self(one, self._meaning(value, member)) for member, one in value.items()}
        return self._turned(value, key) if isinstance(value, str) and self._chance.random() < SHARE else value

    @staticmethod
    def _meaning(value: dict[str, Any], member: str) -> str:
        """Return what a member is called: the value of a tag is what its key says."""
        return str(value.get("Key", member)) if member == "Value" else member

    def _turned(self, value: str, key: str) -> str:
        if ID.search(key):
            return f"{value.partition('-')[0]}-{self._chance.randrange(3)}"
        if not NAME.search(key):
            return value
        head, mark, _ = value.rpartition("/" if "/" in value else ":")
        return head + mark + self._chance.choice(self._names)


def rotated(answers: Sequence[dict[str, Any]], turn: int) -> dict[str, Any]:
    """Return the answer whose turn it is."""
    return answers[turn % len(answers)]
