"""Who may import whom: the contracts of ``pyproject.toml``."""

from __future__ import annotations

from pathlib import Path

from importlinter.cli import lint_imports

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def test_contracts_are_kept() -> None:
    """import-linter finds no import that they forbid, and no exception that nobody needs."""
    assert lint_imports(config_filename=str(PROJECT), no_cache=True) == 0
