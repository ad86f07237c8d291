"""How often a call is tried that AWS fails: long if much hangs on it, a few seconds if a warning does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.sending import TRIES, TRIES_OF_OPTIONAL
from carbuyer_cleanup.errors import AwsError, Trouble
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

ME = f"arn:aws:iam::{REHEARSAL_ACCOUNT}:user/rehearsal"
MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
OPTIONAL: dict[str, dict[str, Any]] = {  # with the parameters that each must have
    "iam:ListAccountAliases": {},
    "iam:SimulatePrincipalPolicy": {"PolicySourceArn": ME, "ActionNames": ["ec2:DeleteVpc"]},
    "pricing-plan-manager:ListSubscriptions": {},
}
FEW = TRIES_OF_OPTIONAL[Trouble.TRANSIENT]


def test_all_optional_calls_are_here() -> None:
    """A call of which only a warning comes is one of these; none that proves or deletes anything is."""
    assert {call for call, row in CALLS.items() if row.optional} == OPTIONAL.keys()


@pytest.mark.parametrize(
    ("call", "tries"), [*((call, FEW) for call in OPTIONAL), ("iam:ListUsers", TRIES), ("ec2:DescribeVpcs", TRIES)]
)
def test_aws_fails(sandbox: Sandbox, session: Session, tmp_path: Path, call: str, tries: int) -> None:
    """An error of AWS's own is waited out: for two minutes, or for seconds if nothing but a warning hangs on it."""
    sandbox.faults = Faults((Fault(FaultKind.ERROR, calls=call),))
    with ThreadPoolExecutor(1) as pool, asyncio.Runner(loop_factory=sandbox.clock.new_event_loop) as runner:
        aws = Aws(
            session, account=REHEARSAL_ACCOUNT, caller=ME, region="ap-southeast-1", workshop=workshop.load(MANIFEST),
            journal=Journal(tmp_path / "journal.jsonl", REHEARSAL_ACCOUNT), clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        with pytest.raises(AwsError):
            runner.run(aws.call(call, **OPTIONAL.get(call, {})))
    assert [entry.call for entry in sandbox.log] == [call] * tries
