"""The journal: what was found, is being deleted and is gone, on disk before it happens.

One JSON object a line, appended and fsynced, so that a run that died anywhere can be gone on with. A torn last
line (power failure in the middle of a write) is passed over.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from carbuyer_cleanup.resource import Resource


class Journal:
    """One account's part of a journal file.

    Args:
        path: the file; its folder is made if need be.
        account: the 12 digits that the lines are about.
    """

    def __init__(self, path: Path, account: str) -> None:
        self._path, self._account = path, account
        self._lock = threading.Lock()
        self._held: IO[str] | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._remembered = {(m["topic"], m["region"], m["id"]): m["because"] for m in self._memories()}

    def lock(self) -> None:
        """Keep a second run off the account until this process ends.

        Raises:
            Refused: another run has it; the message says whose.
        """
        self._held = (self._path.parent / f".{self._account}.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._held.seek(0)
            owner = self._held.read().strip()
            self._held.close()
            msg = f"Account {self._account} is being torn down by another run ({owner}). Wait for it. Nothing was done."
            raise Refused(msg) from None
        self._held.truncate(0)
        self._held.write(f"host {socket.gethostname()}, pid {os.getpid()}, since {_now()}")
        self._held.flush()

    def unlock(self) -> None:
        """Let other runs have the account again."""
        if self._held:
            self._held.close()

    def record(self, event: str, resources: Iterable[Resource]) -> None:
        """Append a line for each resource; they are on the disk when this returns."""
        self._append({"event": event, **_facts(resource)} for resource in resources)

    def remember(self, topic: str, region: str, ids: Iterable[str], because: str) -> None:
        """Keep ``ids`` for a later run, e.g. the addresses of a NAT gateway that is about to be deleted."""
        new = [id_ for id_ in ids if (topic, region, id_) not in self._remembered]
        self._remembered |= {(topic, region, id_): because for id_ in new}
        self._append(
            {"event": "remember", "topic": topic, "region": region, "id": id_, "because": because} for id_ in new
        )

    def remembered(self, topic: str, region: str) -> dict[str, str]:
        """Return the ids kept under ``topic``, each with its reason."""
        return {id_: because for (*place, id_), because in self._remembered.items() if place == [topic, region]}

    def _memories(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == "remember"]

    def lines(self) -> list[dict[str, Any]]:
        """Return this account's lines, oldest first."""
        if not self._path.exists():
            return []
        text = self._path.read_text(encoding="utf-8", errors="replace")
        lines = (_parsed(line) for line in text.split("\n") if self._account in line)  # a class shares the file
        return [line for line in lines if line.get("account") == self._account]

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        stamp = {"time": _now(), "account": self._account}
        text = "".join(json.dumps(stamp | line) + "\n" for line in lines)
        if not text:
            return
        with self._lock, self._path.open("ab+") as file:
            file.write(_after_torn_line(file) + text.encode())
            file.flush()
            os.fsync(file.fileno())


def _after_torn_line(file: BinaryIO) -> bytes:
    """Return what ends a line that a crash cut off, so that the next one is not lost with it."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read() == b"\n" else b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _facts(resource: Resource) -> dict[str, str]:
    kept = ("kind", "id", "name", "region", "state", "why")
    return {name: getattr(resource, name) for name in kept}


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:  # torn by a crash in the middle of the write
        return {}
    return value if isinstance(value, dict) else {}
