"""``benchmarks/results.json``: what was measured, section by section, so that one can be measured anew by itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS = Path(__file__).with_name("results.json")


class Figures(NamedTuple):
    """What one run took and came to; ``aws`` is the time that passed for AWS, NaN if that was not measured."""

    exit_code: float
    wall: float
    cpu: float
    mib: float
    calls: float = 0
    left: float = 0
    harmed: float = 0
    aws: float = math.nan


class Section(NamedTuple):
    """One course, what each contestant took, and where, when, how often and with what that was measured."""

    title: str
    figures: Mapping[str, Figures]
    note: str = ""
    rounds: int = 1
    date: str = ""
    machine: str = ""
    versions: Mapping[str, str] = {}

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return self._asdict() | {"figures": {name: one._asdict() for name, one in self.figures.items()}}


def read(path: Path = RESULTS) -> dict[str, Section]:
    """Return the sections that were measured so far, by their names, in the page's order."""
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {
        name: Section(**section | {"figures": {who: Figures(**one) for who, one in section["figures"].items()}})
        for name, section in told.items()
    }


def write(sections: Mapping[str, Section], path: Path = RESULTS) -> None:
    """Keep them."""
    told = {name: section.to_json() for name, section in sections.items()}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
