"""AWS refuses one kind's list, in whatever way: that step fails and says so, and all others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.aws import sending
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint", "quick_pauses")
CALL = "schemas:ListRegistries"
FUNCTION = "Lambda test events"
STEPS = ("-k", "lambda_function or key_pair")
TEARDOWN, PLAN, VERIFY = ("--account", ACCOUNT), ("--plan",), ("--verify",)
REFUSED = (FaultKind.DENY, FaultKind.NOWHERE, FaultKind.THROTTLE, FaultKind.ERROR, FaultKind.RESET)
LAST = {
    TEARDOWN: "COULD NOT VERIFY — account 111122223333: no leftover was found, but that is not certain",
    PLAN: f"PLAN — account 111122223333: incomplete, because of step 7: {CALL} in ap-southeast-1",
    VERIFY: "1 resource is left",
}


@pytest.fixture
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no try of a call be long after the last: nine of them take two minutes of an AWS whose clock is ours."""
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)


@pytest.mark.parametrize("kind", one_in(5, REFUSED))
@pytest.mark.parametrize("command", one_in(3, LAST))
def test_one_list(
    sandbox: Sandbox, run_suite: Callable[..., Result], session: Session, command: tuple[str, ...], kind: FaultKind
) -> None:
    """Step 7 can't look for test events; the key pair is deleted, planned, or found."""
    session.client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    sandbox.faults = Faults((Fault(kind, calls=CALL),))

    result = run_suite("--aws", *command, *STEPS)

    assert result.exit_code == (1 if command is VERIFY else 8), result.output
    assert LAST[command] in result.output
    assert f"{CALL} in ap-southeast-1 was refused" in result.output
    assert "Traceback" not in result.output + result.errors
    assert bool(session.client("ec2").describe_key_pairs()["KeyPairs"]) is (command is not TEARDOWN)


def test_one_reason_is_told_once(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """A session that has expired keeps many steps from their end: what to do about it stands below the first."""
    sandbox.faults = Faults((Fault(FaultKind.EXPIRED, calls="ec2:*"),))

    result = run_suite("--aws", "--plan")

    steps = result.output.partition(" steps =")[2].partition("- Generated html report")[0].splitlines()[1:]
    assert result.exit_code == 8
    assert sum("Sign in to AWS again" in line for line in steps) == 1
    assert " 4 NAT gateway             [did not finish], as step 1" in steps
    assert len(steps) <= 22, "with the reason, which wraps, on a screen of 24 lines"
