"""Recordings that are made of another one, with some answers changed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.recording import allowed
from carbuyer_cleanup.recording.mask import Mask
from carbuyer_cleanup.recording.tape import Tape, lines
from tests.recording.canaries import model_of

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = dict[str, Any]

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "recorded"
DATE = ("year", "month", "day", "hour", "minute", "second")


def edited(file: Path, to: Path, edit: Callable[[str, Answer], Answer]) -> Path:
    """Write a recording in which each answer to a call is what ``edit`` makes of it; it has no end to compare with."""
    tape = Tape(to)
    for line in lines(file):
        if line["sort"] == "call" and line.get("answer"):
            line["answer"] = edit(line["call"], line["answer"])
        tape.write(line)
    tape.close()
    return to


def real_answers() -> dict[str, list[Answer]]:
    """Return answers of real accounts by call, as a recorder would write them; none where they are not there."""
    folder, mask = Path(os.environ.get("CARBUYER_RECORDED") or BESIDE), Mask("carbuyer-")
    found = {path.stem.replace(".", ":", 1): path for path in sorted(folder.glob("*.jsonl"))}
    return {call: _kept(call, path, mask) for call, path in found.items() if call in CALLS}


def _kept(call: str, path: Path, mask: Mask) -> list[Answer]:
    model = model_of(call)
    read = (json.loads(line, object_hook=_dated) for line in path.read_text(encoding="utf-8").splitlines())
    whole = (answer for answer in read if answer.keys() & model.output_shape.members.keys())
    return [allowed.copied(model, "output", answer, mask) for answer in whole]


def _dated(value: Answer) -> Any:
    if value.get("__class__") != "datetime":
        return value
    year, month, day, hour, minute, second = (int(value.get(part, 0)) for part in DATE)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
