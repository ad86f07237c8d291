"""Ctrl-C in the middle of a real account: nothing new starts, nothing is certified, and the next run goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox
from tests.real.real_account import calls

if TYPE_CHECKING:
    from pathlib import Path

    from strict_moto.session import Session

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("endpoint", "heard")]
GIVEN = ["--account", ACCOUNT, "-k", "nat_gateway or elastic_ip or vpc or cloudfront"]
COMMAND = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", "--aws", *GIVEN]
WAITED_FOR = {"ec2:DeleteNatGateway", "cloudfront:UpdateDistribution"}  # minutes of AWS's pass before what follows
FOLLOWS = {"ec2:ReleaseAddress", "ec2:DeleteSubnet", "ec2:DeleteVpc", "cloudfront:DeleteDistribution"}


@pytest.fixture
def sandbox() -> Sandbox:
    """An account whose NAT gateway takes several seconds to go."""
    return Sandbox(Clock(30.0))


def test_nothing_new_starts(sandbox: Sandbox, session: Session, project: Path) -> None:
    """What waits for the NAT gateway or the distribution is never begun; the same command finishes it."""
    estate.create(session, only=["nat_gateway", "distribution"])

    with subprocess.Popen(COMMAND, cwd=project, stdout=subprocess.PIPE, text=True) as run:  # noqa: S603 - ourselves
        while run.poll() is None and not set(calls(sandbox)) >= WAITED_FOR:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        output = run.communicate(timeout=60)[0]

    assert run.returncode == 2, output
    assert not FOLLOWS & set(calls(sandbox))
    assert "CLEAN —" not in output
    again = subprocess.run(COMMAND, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert again.returncode == 8, again.stdout + again.stderr  # all passed, but the audit was not selected
    assert set(calls(sandbox)) >= FOLLOWS
