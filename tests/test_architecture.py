"""The page on the architecture names what is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
HOMES = (ROOT / "src" / "carbuyer_cleanup", ROOT / "src", ROOT)
PATH = re.compile(r"\b(?:[\w.]+/)*[\w.]+(?:\.py|\.toml|/)(?![\w.])")


def test_what_it_names_exists() -> None:
    """Each module, folder and test, in the drawing and in the table."""
    named = set(PATH.findall(PAGE))

    assert len(named) > 40
    assert sorted(path for path in named if not any((home / path).exists() for home in HOMES)) == []


def test_each_of_the_ten_is_kept_and_shown_somewhere() -> None:
    """A row names modules in its third column and tests in its last."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| \d", line)]

    assert [int(row[0]) for row in rows] == list(range(1, 11))
    for _, _, modules, tests in rows:
        assert PATH.findall(modules)
        assert all(path.startswith("tests/") for path in PATH.findall(tests))
