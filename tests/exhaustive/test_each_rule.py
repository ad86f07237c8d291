"""Each row of the sandbox's rules has a test that fails without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strict_moto.rules import MODULES

pytestmark = pytest.mark.exhaustive

TESTS = Path(__file__).parents[1]
PLUGIN = f"{__package__}.without_each_rule"
NAMES = [module.__name__.rpartition(".")[2] for module in MODULES]
SHARES = (  # services, so that the parts take about as long; a row's test may be another service's of its part
    "ec2",
    "absent apigateway iam simulate",
    "awslambda cloudfront wafv2",
    "cloudtrail cloudwatch dynamodb elbv2 logs s3 schemas tagging",
)


def test_no_module_is_left_out() -> None:
    """Each module of rules is in one of the parts."""
    assert sorted(" ".join(SHARES).split()) == sorted({name.partition("_")[0] for name in NAMES})


@pytest.mark.parametrize("share", SHARES)
def test_each_rule_is_needed(share: str) -> None:
    """Take a row away, and a test of the services' rules fails."""
    services = share.split()
    rows = " ".join(name for name in NAMES if name.partition("_")[0] in services)
    patterns = [f"sandbox/test_rules_{service.removeprefix('aws')}*.py" for service in services]
    files = [str(path) for pattern in patterns for path in sorted(TESTS.glob(pattern))]
    options = ["-q", "-s", "-p", PLUGIN, "-p", "no:cacheprovider", "-p", "no:terminalreporter"]
    environment = os.environ | {"CARBUYER_RULES": rows, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), *sys.path])}
    run = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *options, *files], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
