"""What the benchmarks share: accounts of the embedded AWS in which the workshop stands, and their teardowns."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.teardown.engine import Loop, Teardown
from carbuyer_cleanup.teardown.journal import Journal
from carbuyer_cleanup.teardown.plan import STEPS

if TYPE_CHECKING:
    import boto3

    from aws_clock import Clock

MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
REGION = "ap-southeast-1"


def teardown(session: boto3.Session, account: str, clock: Clock, loop: Loop) -> Teardown:
    """Return the teardown of an account, whose journal is thrown away afterwards."""
    journal = Journal(Path(tempfile.mkdtemp()) / "journal.jsonl", account)
    aws = Aws(
        session, account=account, caller=f"arn:aws:iam::{account}:user/rehearsal", region=REGION,
        workshop=workshop.load(MANIFEST), journal=journal, clock=clock, pool=loop.pool,
    )  # fmt: skip
    return Teardown(aws, loop)


def finish(down: Teardown) -> None:
    """Wait for all steps, and see that each has finished.

    Raises:
        RuntimeError: one has not; the figures would be worth nothing.
    """
    for step in STEPS:
        outcome = down.finish(step).result()
        if outcome.error or outcome.left:
            raise RuntimeError(f"step {step.number}: {outcome.error or outcome.left}")


def resident() -> float:
    """Return the memory of this process now, in MiB (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20
