"""The journal: what was found, is about to be deleted and is gone, on the disk before anything else happens.

Each line is a JSON object, appended and fsynced, so a run that died anywhere can be continued. What is not a line
of a journal (torn by a power failure, or written by somebody else) is ignored: ``journal_lines`` says what a line is.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import folders_to_make, open_own, settle, write_all
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.journal_lines import TOPICS, BadLine, check, clean, facts_of, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.journal_lines import Line

# What was known longer ago than this no longer counts: somebody may have made the thing their own since. An abandoned
# run is continued within days, and by then whatever costs money has been on a monthly bill.
MAX_AGE = timedelta(days=30)
LOST = "The journal {} can't be {}: {}. Nothing is deleted without it; fix that, then run again."


@dataclass(frozen=True)
class Memory:
    """What an earlier run knew about a resource: why it was the workshop's, and its facts then, e.g. its ``Name``."""

    because: str
    facts: Mapping[str, str] = field(default_factory=dict)


class _Key(NamedTuple):
    topic: str
    region: str
    id: str


class Journal:
    """One account's part of a journal file.

    Args:
        path: the file; its folder is created if necessary.
        account: the 12 digits that the lines are about.

    Raises:
        Refused: the file can't be read.
    """

    def __init__(self, path: Path, account: str) -> None:
        self._path, self._account = path, account
        self._lock = threading.Lock()
        self._held: int | None = None
        self._written: set[_Key] = set()  # what this run remembered: earlier runs' memories become old
        self._memories: dict[_Key, Memory] = {}
        for line in self.lines():
            self._take(line)

    def lock(self) -> None:
        """Keep a second run off the account until this process ends.

        Raises:
            Refused: another run has the account (the message says which), or the lock can't be written.
        """
        path = self._path.parent / f".{self._account}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._held = open_own(path, os.O_RDWR | os.O_CREAT)
            self._claim(self._held)
        except OSError as error:
            msg = f"The lock {path} can't be used: {_said(error)}. Nothing was deleted; fix that, then run again."
            raise Refused(msg) from error

    def _claim(self, held: int) -> None:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = printable(os.read(held, 200).decode(errors="replace"))
            self.unlock()
            msg = f"Account {self._account} is being torn down by another run ({owner}). Wait for it. Nothing was done."
            raise Refused(msg) from None
        os.ftruncate(held, 0)
        write_all(held, f"host {socket.gethostname()}, pid {os.getpid()}, since {_now()}".encode())

    def unlock(self) -> None:
        """Release the account for other runs; whoever comes second, from another thread, finds it released."""
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            os.close(held)

    def record(self, event: str, resources: Iterable[Resource]) -> None:
        """Append a line for each resource; they are on the disk when this returns.

        Raises:
            Refused: they can't be written; this goes for all methods that append.
        """
        self._append({"event": event, **facts_of(resource)} for resource in resources)

    def remember(
        self,
        topic: str,
        region: str,
        ids: Iterable[str],
        because: str,
        facts: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Keep ``ids`` for a later run, e.g. the addresses of a NAT gateway that is about to be deleted.

        Args:
            topic: one of ``journal_lines.TOPICS``.
            region: their Region, or "global".
            ids: AWS's ids.
            because: why they are the workshop's.
            facts: by id, what each one is now, so that the later run can see whether it is still the same.
        """
        known = {id_: Memory(clean(because), _clean(facts or {}, id_)) for id_ in ids}
        self._append(
            {"event": "remember", **key._asdict(), "because": memory.because, "facts": memory.facts}
            for id_, memory in known.items()
            if (key := _Key(topic, region, id_)) not in self._written or self._memories.get(key) != memory
        )
        self._written |= {_Key(topic, region, id_) for id_ in known}

    def remembered(self, topic: str, region: str) -> dict[str, Memory]:
        """Return what is remembered under ``topic``, by id; nothing that is gone, or is older than MAX_AGE."""
        return {key.id: memory for key, memory in self._memories.items() if key[:2] == (topic, region)}

    def memories(self) -> list[dict[str, Any]]:
        """Return everything that is remembered, in the form of the lines that :meth:`remember` writes."""
        return [
            {**key._asdict(), "because": memory.because, "facts": dict(memory.facts)}
            for key, memory in self._memories.items()
        ]

    def forget(self, topic: str, region: str, ids: Iterable[str]) -> None:
        """Forget what is remembered about ``ids``."""
        keys = [_Key(topic, region, id_) for id_ in ids]
        self._append({"event": "forget", **key._asdict()} for key in keys if key in self._memories)

    def declare(self, ids: Iterable[str]) -> None:
        """Record that the caller says that these resources are not the workshop's."""
        self._append({"event": "declared", "id": clean(id_)} for id_ in ids)

    def lines(self) -> list[Line]:
        """Return this account's lines, oldest first.

        Raises:
            Refused: the file can't be read.
        """
        mine = (raw for raw in _raw_lines(self._path) if self._account.encode() in raw)  # a class shares the file
        return [line for raw in mine if (line := _parsed(raw)) and line["account"] == self._account]

    def _take(self, line: Line) -> None:
        """Add what a line says to the memory, or remove it from there."""
        if line["event"] == "remember" and _is_recent(line["time"]):
            self._memories[_key(line)] = Memory(line["because"], line.get("facts", {}))
        elif line["event"] == "forget":
            self._memories.pop(_key(line), None)
        elif line["event"] == "gone":
            for topic in (name for name, topic in TOPICS.items() if topic.kind == line["kind"]):
                self._memories.pop(_Key(topic, line["region"], line["id"]), None)

    def _append(self, lines: Iterable[Line]) -> None:
        stamp = {"time": _now(), "account": self._account}
        stamped = [stamp | line for line in lines]
        if not stamped:
            return
        try:
            for line in stamped:
                check(line)
            self._write("".join(json.dumps(line) + "\n" for line in stamped).encode())
        except (OSError, BadLine) as error:
            raise Refused(LOST.format(self._path, "written", _said(error))) from error
        for line in stamped:
            self._take(line)

    def _write(self, data: bytes) -> None:
        new = folders_to_make(self._path)  # and the file itself
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            file = open_own(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
            try:
                write_all(file, _after_torn_line(file) + data)
                os.fsync(file)
            finally:
                os.close(file)
        for one in new:
            settle(one.parent)


def passed_over(path: Path) -> list[str]:
    """Return what is wrong with a journal's lines, of whatever account: a clause for each wrong line.

    Raises:
        Refused: the file can't be read.
    """
    told = []
    for number, raw in enumerate(_raw_lines(path), 1):
        try:
            if raw.strip():
                parsed(raw)
        except BadLine as error:
            told.append(f"line {number}: {error}")
    return told


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
            yield from file
    except FileNotFoundError:
        return
    except OSError as error:
        raise Refused(LOST.format(path, "read", _said(error))) from error


def _parsed(raw: bytes) -> Line:
    try:
        return parsed(raw)
    except BadLine:
        return {}


def _said(error: OSError | BadLine) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else f"a line is wrong ({error})"


def _key(line: Line) -> _Key:
    return _Key(line["topic"], line["region"], line["id"])


def _is_recent(time: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(time) <= MAX_AGE


def _clean(facts: Mapping[str, Mapping[str, str]], id_: str) -> dict[str, str]:
    return {name: clean(value) for name, value in facts.get(id_, {}).items()}


def _after_torn_line(file: int) -> bytes:
    """Return the newline that ends a line cut off by a crash, b"" if none was: else the next would be lost as well."""
    size = os.fstat(file).st_size
    return b"" if size == 0 or os.pread(file, 1, size - 1) == b"\n" else b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
