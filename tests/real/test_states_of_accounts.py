"""Each state that real accounts are in, by each way to ask: the exit code, and the line that says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit_types import TYPES
from carbuyer_cleanup.sandbox.faults import Fault, Faults, Kind
from carbuyer_cleanup.sandbox.front import ACCOUNT
from carbuyer_cleanup.sandbox.offers import EVERYTHING, ORDINARY, Offer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from carbuyer_cleanup.sandbox.front import Sandbox
    from result import Result

pytestmark = pytest.mark.usefixtures("endpoint", "typical_types")
TYPICAL = (
    "VPC", "Elastic IP", "DynamoDB table", "SQS queue", "budget", "code connection", "code signing configuration",
    "Client VPN endpoint", "App Runner service", "MemoryDB cluster",
)  # fmt: skip
SCP = "a service control policy of the organization forbids them"
IN_CLASS = {"class": (0, "1 CLEAN")}
NO_PLAN = {"teardown": (4, "was refused")}
ALLOWED = ("ap-southeast-1", "us-east-1")


def denied(calls: str, region: str = "*") -> tuple[Fault, ...]:
    """Return what denies some calls."""
    return (Fault(Kind.DENY, calls=calls, region=region),)


@dataclass(frozen=True)
class State:
    """A state of an account that holds nothing of the workshop's, and what each way to ask comes to.

    ``why`` is told by each way to ask but those that ``others`` names: at a class's depth only what the workshop makes
    is looked for, and a teardown that can't make its plan is refused.
    """

    exit_code: int
    why: str
    offer: Offer = EVERYTHING
    faults: tuple[Fault, ...] = ()
    args: tuple[str, ...] = ()
    others: Mapping[str, tuple[int, str]] = field(default_factory=dict)


STATES = {
    "ordinary": State(0, "Not looked at: budget, which AWS refused to show.", ORDINARY, others=IN_CLASS),
    "forbidden Regions": State(8, f"15 AWS Regions: {SCP}", Offer(allowed_regions=ALLOWED)),
    "forbidden Regions, which the user knows": State(
        0, "Not looked for in 15 Regions", Offer(allowed_regions=ALLOWED), args=("--audit-regions", "allowed")
    ),
    "the workshop's own Region is forbidden": State(
        8, "in a service control policy", Offer(allowed_regions=("us-east-1",)), others=NO_PLAN
    ),
    "a reader without a right": State(8, "sqs:ListQueues", faults=denied("sqs:*"), others=IN_CLASS),
    "a reader without a right that decides": State(
        8, "ec2:DescribeAddresses", faults=denied("ec2:DescribeAddresses"), others=NO_PLAN
    ),
    "a service that is denied in one Region": State(8, "eu-west-3", faults=denied("ec2:*", region="eu-west-3")),
}


@pytest.fixture
def typical_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the audit's table down to types of each sort, and its pauses, so that looking everywhere takes seconds."""
    monkeypatch.setattr(sweeper, "PAUSES", (0.1,))
    monkeypatch.setattr(sweeper, "TYPES", tuple(type_ for type_ in TYPES if type_.name in TYPICAL))


@pytest.fixture
def roster(sandbox: Sandbox, project: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What makes the account a class of one."""
    keys = sandbox.add_account(ACCOUNT)
    lines = ("[profile an]", f"aws_access_key_id = {keys.access_key}", f"aws_secret_access_key = {keys.secret_key}")
    (project / "config").write_text("\n".join(lines))
    (project / "class.csv").write_text(f"alias,account_id,profile\nan,{ACCOUNT},an\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(project / "config"))
    return ("--aws", "--verify", "--roster", "class.csv")


@pytest.mark.parametrize(
    ("state", "mode"),
    [
        pytest.param(name, mode, marks=() if (name, mode) == ("ordinary", "verify") else pytest.mark.exhaustive)
        for name in STATES
        for mode in ("verify", "teardown", "class")
    ],
)
def test_state(
    sandbox: Sandbox, run_suite: Callable[..., Result], roster: tuple[str, ...], state: str, mode: str
) -> None:
    """CLEAN is reached where everything was looked at that could hold anything, and nowhere else."""
    stands = STATES[state]
    sandbox.offers[ACCOUNT], sandbox.faults = stands.offer, Faults(stands.faults)
    ways = {"verify": ("--aws", "--verify"), "teardown": ("--aws", "--account", ACCOUNT), "class": roster}
    code, why = stands.others.get(mode, (stands.exit_code, stands.why))

    result = run_suite(*ways[mode], *stands.args)

    assert (result.exit_code, why in result.output + result.errors) == (code, True), result.output
    assert ("CLEAN —" in result.output or "1 CLEAN." in result.output) is (code == 0)
