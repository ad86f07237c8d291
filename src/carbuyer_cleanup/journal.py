"""The journal: what was found, is being deleted and is gone, on disk before it happens.

One JSON object a line, appended and fsynced, so that a run that died anywhere can be gone on with. A torn last
line (power failure in the middle of a write) is passed over.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
        path.parent.mkdir(parents=True, exist_ok=True)

    def record(self, event: str, resources: Iterable[Resource]) -> None:
        """Append a line for each resource; they are on the disk when this returns."""
        self._append({"event": event, **_facts(resource)} for resource in resources)

    def remember(self, topic: str, region: str, ids: Iterable[str], because: str) -> None:
        """Keep ``ids`` for a later run, e.g. the addresses of a NAT gateway that is about to be deleted."""
        known = self.remembered(topic, region)
        self._append(
            {"event": "remember", "topic": topic, "region": region, "id": id_, "because": because}
            for id_ in ids
            if id_ not in known
        )

    def remembered(self, topic: str, region: str) -> dict[str, str]:
        """Return the ids kept under ``topic``, each with its reason."""
        return {
            line["id"]: line["because"]
            for line in self.lines()
            if (line["event"], line.get("topic"), line.get("region")) == ("remember", topic, region)
        }

    def lines(self) -> list[dict[str, Any]]:
        """Return this account's lines, oldest first."""
        if not self._path.exists():
            return []
        lines = (_parsed(line) for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines())
        return [line for line in lines if line.get("account") == self._account]

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        stamp = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "account": self._account}
        text = "".join(json.dumps(stamp | line, ensure_ascii=False) + "\n" for line in lines)
        if not text:
            return
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _facts(resource: Resource) -> dict[str, str]:
    kept = ("kind", "id", "name", "region", "state", "why")
    return {name: getattr(resource, name) for name in kept}


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:  # torn by a crash in the middle of the write
        return {}
    return value if isinstance(value, dict) else {}
