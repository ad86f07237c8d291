"""JSON that every reader reads in the same way: no member twice, no NaN."""

from __future__ import annotations

import json
from typing import Any


class Ambiguous(ValueError):
    """Readers would disagree about it; the message says why."""


def loaded(text: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises:
        Ambiguous: readers would disagree about it.
        ValueError, RecursionError: it is not JSON.
    """
    return json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        msg = "it has a member twice"
        raise Ambiguous(msg)
    return made


def _no_number(name: str) -> None:
    raise Ambiguous(f"it says {name}")
