"""README and docs name options, modules, exit codes and files that there are, and leave no option out."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from carbuyer_cleanup.command_line.options import OPTIONS
from carbuyer_cleanup.verdict import Verdict

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
MODULE = re.compile(r"python -m ((?:carbuyer_cleanup|strict_moto)[\w.]*)")
SUITE = re.compile(r"(?:pytest cleanup_tests/|carbuyer-cleanup(?= -))([^\n`#]*)")  # a command, and its options
PYTESTS = {"--collect-only", "--dist", "--tx", "--pdb", "--maxfail", "--lf", "--help"}
ROWS = re.findall(r"^\| (\d) \| (\w[\w ]*)", README.split("## Exit codes")[1], re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_page(page: Path) -> None:
    """What it links to is there, modules that it runs can be found, and its commands have options of the suite's."""
    text = page.read_text(encoding="utf-8")
    given = {option for command in SUITE.findall(text) for option in re.findall(r"--[a-z][a-z-]+", command)}

    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []
    assert [module for module in MODULE.findall(text) if importlib.util.find_spec(module.rstrip(".")) is None] == []
    assert given - set(OPTIONS) - PYTESTS == set()


def test_every_option_has_its_row() -> None:
    """The README's table has each option, and no other."""
    table = README.split("## Options")[1].split("\n## ")[0]
    rows = {
        option for row in re.findall(r"^\| (`.*?) \| ", table, re.MULTILINE) for option in re.findall(r"--[a-z-]+", row)
    }

    assert rows == set(OPTIONS)


def test_exit_codes() -> None:
    """Those of the table are the verdicts', and pytest's own."""
    verdicts = {str(verdict.exit_code): verdict.word for verdict in Verdict}

    assert {code: word for code, word in ROWS if code in verdicts} == verdicts
    assert [code for code, _ in ROWS if code not in verdicts] == [str(int(pytest.ExitCode.INTERRUPTED))]
