"""Each row of the sandbox's rules has a test that fails without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carbuyer_cleanup.sandbox.rules import MODULES

pytestmark = pytest.mark.exhaustive

HERE = Path(__file__).parent
ELSEWHERE = {"absent", "simulate"}  # tests/audit and tests/real show that these are needed
NAMES = [module.__name__.rpartition(".")[2] for module in MODULES]
ALSO = {"awslambda": "cloudfront"}  # functions at the edge
SERVICES = sorted({name.split("_")[0] for name in NAMES} - ELSEWHERE)


@pytest.mark.parametrize("service", SERVICES)
def test_each_rule_is_needed(service: str) -> None:
    """Take a row away, and a test of the service's rules fails."""
    rows = " ".join(name for name in NAMES if name.split("_")[0] == service)
    tested = service.removeprefix("aws"), *filter(None, [ALSO.get(service)])
    files = [str(path) for one in tested for path in sorted(HERE.parent.glob(f"sandbox/test_rules_{one}*.py"))]
    options = ["-q", "-p", "without_each_rule", "-p", "no:cacheprovider", "-p", "no:terminalreporter"]
    environment = os.environ | {"CARBUYER_RULES": rows, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    run = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *options, *files], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
