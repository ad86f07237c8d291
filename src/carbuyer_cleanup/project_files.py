"""Where the suite's own files are: at the top of a checkout, or in the folder that a wheel puts beside the packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALLED = Path(__file__).resolve().parents[1] / "carbuyer_cleanup_files"  # pyproject.toml fills it
IS_CHECKOUT = (CHECKOUT / "cleanup_tests").is_dir()

SUITE_ROOT = CHECKOUT if IS_CHECKOUT else INSTALLED
STEPS = "cleanup_tests"  # the folder of the steps' tests, in SUITE_ROOT
MANIFEST = SUITE_ROOT / STEPS / "workshop.toml"
SCHEMA = SUITE_ROOT / "docs" / "certificate.schema.json"
COMMAND = f"pytest {STEPS}/" if IS_CHECKOUT else "carbuyer-cleanup"


def reports_of(config: pytest.Config) -> Path:
    """Return the folder of the reports: in a checkout, wherever pytest was started; for a wheel, where it was."""
    return (config.invocation_params.dir if config.rootpath == INSTALLED else config.rootpath) / "reports"
