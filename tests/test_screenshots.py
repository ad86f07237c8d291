"""The screenshots in ``docs/``: small, there where the docs show them, and those that the script makes."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MADE = sorted((ROOT / "docs" / "screenshots").iterdir())


@pytest.mark.parametrize("file", MADE, ids=lambda file: file.name)
def test_screenshot_is_small(file: Path) -> None:
    """Everybody who clones the project gets all of them."""
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size <= 150_000


def test_screenshots_are_those_of_the_script() -> None:
    """Each one is made by it, and shown somewhere with a text for those who don't see it."""
    shots = runpy.run_path(str(ROOT / "docs" / "screenshots.py"))["SHOTS"]
    shown = {
        (doc.parent / path).resolve()
        for doc in DOCS
        for text, path in re.findall(r"!\[([^\]]*)\]\(([^)]+\.png)\)", doc.read_text("utf-8"))
        if text
    }

    assert {file.name for file in MADE} == set(shots)
    assert shown == set(MADE)
