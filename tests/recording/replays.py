"""Replaying within a test, and what replays are compared by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.recording.replaying import Replay, replay
from tests.nesting import nested

if TYPE_CHECKING:
    from pathlib import Path

# What a certificate has of the time at which it was made, and of where; a replay has another endpoint.
TIMES = frozenset({"startedAt", "endedAt", "seconds", "otherEndpoints"})


def replayed(file: Path, home: Path, **more: Any) -> Replay:
    """Replay a recording in a folder of its own."""
    with nested():
        return replay(file, home=home, **more)


def certificate(reports: Path) -> list[str]:
    """Return the certificate of a run, but for times, in lines."""
    text = json.dumps(timeless(json.loads((reports / "certificate.json").read_text())), indent=1, sort_keys=True)
    return text.splitlines()


def timeless(value: Any) -> Any:
    """Return what a file of JSON says, but for times."""
    if isinstance(value, dict):
        return {name: timeless(one) for name, one in value.items() if name not in TIMES}
    return [timeless(one) for one in value] if isinstance(value, list) else value
