"""Each line that prevents harm, or a wrong verdict, has a quick test that fails without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from beside_ours import BESIDE_OURS
from judging import JUDGING
from owning import OWNING
from proving import PROVING
from safekeeping import SAFEKEEPING

if TYPE_CHECKING:
    from safekeeping import Mutation

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parents[2]
PACKAGE = Path("src", "carbuyer_cleanup")
BESIDE = ("docs", "cleanup_tests")  # what the package finds there


def changed(home: Path, mutation: Mutation) -> Path:
    """Make a copy of the package with the change in it, and return what to import it from."""
    shutil.copytree(ROOT / PACKAGE, home / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        (home / name).symlink_to(ROOT / name)
    module = home / PACKAGE / mutation.module
    text = module.read_text(encoding="utf-8")
    assert text.count(mutation.piece) == 1, f"it does not stand there once: {mutation}"
    module.write_text(text.replace(mutation.piece, mutation.instead), encoding="utf-8")
    return home / PACKAGE.parent


@pytest.mark.parametrize("mutation", [*SAFEKEEPING, *PROVING, *BESIDE_OURS, *OWNING, *JUDGING], ids=str)
def test_is_noticed(tmp_path: Path, mutation: Mutation) -> None:
    """The test fails when the line is undone; it does not merely break."""
    options = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not exhaustive")

    ran = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *options, f"tests/{mutation.test}"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(changed(tmp_path, mutation))},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout[-3000:] + ran.stderr
    assert "1 failed" in ran.stdout
