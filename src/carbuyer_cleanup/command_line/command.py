"""``carbuyer-cleanup``: runs the steps from anywhere, as ``pytest cleanup_tests/`` does in a checkout."""

from __future__ import annotations

import sys

import pytest

from carbuyer_cleanup.project_files import STEPS, SUITE_ROOT


def main() -> int:
    """Run pytest with the command line's arguments, on all steps if they name none; return its exit code.

    Arguments that start with ``cleanup_tests`` name the suite's own files. Nothing is written beside those.
    """
    given = [str(SUITE_ROOT / word) if word.startswith(STEPS) else word for word in sys.argv[1:]]
    steps = [] if any(word.startswith(str(SUITE_ROOT / STEPS)) for word in given) else [str(SUITE_ROOT / STEPS)]
    own = ["--rootdir", str(SUITE_ROOT), "-c", str(SUITE_ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    return int(pytest.main([*own, *steps, *given]))
