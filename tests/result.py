"""What a run of the suite shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What a run of the suite showed: its exit code, its terminal, its reports."""

    exit_code: int
    output: str
    errors: str
    reports: Path
