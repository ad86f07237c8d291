"""The rows of an index, which anybody may have written: each is looked at before it is believed.

A path must be a name inside the folder, a number one that can be, a digest one; the facts must be those that a backup
notes of what it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.backup.folder import File
from carbuyer_cleanup.backup.paths import is_inside
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.strict_json import loaded
from carbuyer_cleanup.workshop import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

TABLE, OBJECTS, BUCKET = "DynamoDB table", "S3 objects", "S3 bucket"
VERSION, MARKER, UPLOAD = "version", "delete marker", "unfinished upload"
SHA256 = re.compile("[0-9a-f]{64}")
LONGEST = 2048  # characters of a name: S3's keys have 1024 bytes
SEAL = "seal"  # metadata, tags and keys are in the index alone, and SQLite notices no other letter in a text
LARGEST = 2**53  # more than any number of bytes or items


class Entry(NamedTuple):
    """Something in a bucket, as S3 lists it; ``stamp`` tells one from what was written over it under the same id."""

    key: str
    version: str  # its id, or an upload's
    stamp: str


@dataclass(frozen=True)
class Stored:
    """What the index knows of something in a bucket; ``path`` is "" for what has no content."""

    entry: Entry
    what: str
    path: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """A resource that was saved as a whole; ``at`` is when, in ISO 8601."""

    kind: str
    id: str
    name: str
    region: str
    at: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


def sealed(row: Iterable[str], facts: Mapping[str, Any]) -> str:
    """Return the facts of a row as the index has them: with a seal, which shows that neither has changed since."""
    return json.dumps({**facts, SEAL: _seal(row, facts)})


def _seal(row: Iterable[str], facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([*row, facts], default=repr).encode()).hexdigest()


def file_of(row: tuple[Any, ...]) -> File:
    """Return the file that a row describes.

    Raises:
        Refused: it is no such row.
    """
    path, size, sha256 = row
    _see("files", row, is_path(path) and _is_count(size) and _is_text(sha256) and bool(SHA256.fullmatch(sha256)))
    return File(path, size, sha256)


def saved_of(row: tuple[Any, ...]) -> Saved:
    """Return the resource that a row describes.

    Raises:
        Refused: it is no such row.
    """
    kind, id_, name, region, at, noted = row
    facts = _facts("saved", row, noted)
    _see("saved", row, all(map(_is_text, row[:-1])) and _is_region(region) and _fits(FACTS.get(kind, PLACE), facts))
    return Saved(kind, id_, name, region, at, facts)


def stored_of(row: tuple[Any, ...]) -> Stored:
    """Return the version, marker or upload that a row describes.

    Raises:
        Refused: it is no such row.
    """
    key, version, stamp, what, path, noted = row
    facts = _facts("objects", row, noted)
    _see("objects", row, all(map(_is_text, row[:-1])) and what in STORED and _fits(STORED[what], facts))
    _see("objects", row, is_path(path) if what == VERSION else path == "")
    return Stored(Entry(key, version, stamp), what, path, facts)


def _see(table: str, row: tuple[Any, ...], is_sound: object) -> None:
    if not is_sound:
        what = " ".join(str(value)[:80] for value in row[:2])
        raise Refused(
            f"Table {table} of the index holds what no backup writes ({what}): it was altered, or made by somebody "
            "else. Nothing was done; use a copy of the folder."
        )


def _facts(table: str, row: tuple[Any, ...], noted: object) -> dict[str, Any]:
    try:
        facts = loaded(noted.encode()) if isinstance(noted, str) else None
    except (ValueError, RecursionError):
        facts = None
    _see(table, row, isinstance(facts, dict))
    told = dict(facts or {})
    seal = told.pop(SEAL, None)
    _see(table, row, seal is None or seal == _seal(row[:-1], told))
    return told


def is_path(value: object) -> bool:
    """Say whether something is a path inside the folder."""
    return _is_text(value) and is_inside(str(value))


def _is_text(value: object) -> bool:
    """Say whether something is text that can be written."""
    try:
        return isinstance(value, str) and len(value.encode()) <= LONGEST
    except UnicodeEncodeError:
        return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def _is_region(value: str) -> bool:
    return value in ("", "global") or bool(REGION.fullmatch(value))


def _is_tags(value: object) -> bool:
    return isinstance(value, list) and all(_fits({"Key": _is_text, "Value": _is_text}, tag) for tag in value)


def _is_told(value: object) -> bool:
    return isinstance(value, dict)


def _fits(shape: Mapping[str, Callable[[Any], bool]], facts: object) -> bool:
    return isinstance(facts, dict) and all(name in facts and fits(facts[name]) for name, fits in shape.items())


PLACE: Mapping[str, Callable[[Any], bool]] = {"place": is_path}
FACTS = {TABLE: {**PLACE, "items": _is_count, "digest": _is_text}}
LISTED: Mapping[str, Callable[[Any], bool]] = {"order": _is_text}
STORED = {MARKER: LISTED, UPLOAD: LISTED, VERSION: {**LISTED, "object": _is_told, "tags": _is_tags}}
