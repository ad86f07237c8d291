"""Today's code with one line as it once was: it breaks at what it broke at then, when the recording is replayed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PROJECT = ("pyproject.toml", "conftest.py", "cleanup_tests", "docs")


class Guard(NamedTuple):
    """A line that keeps the suite from breaking: its module, a piece that stands there once, and that of before."""

    module: str
    piece: str
    before: str


def replayed_without(guard: Guard, file: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Replay a recording with a copy of the package in which a guard is taken back."""
    shutil.copytree(ROOT / "src", home / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in PROJECT:
        (home / name).symlink_to(ROOT / name)
    module = home / "src" / "carbuyer_cleanup" / guard.module
    text = module.read_text(encoding="utf-8")
    assert text.count(guard.piece) == 1, guard
    module.write_text(text.replace(guard.piece, guard.before), encoding="utf-8")
    command = [sys.executable, "-m", "carbuyer_cleanup.recording", "replay", str(file)]
    told = os.environ | {"PYTHONPATH": str(home / "src")}
    return subprocess.run(command, cwd=home, env=told, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
