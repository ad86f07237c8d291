"""Each state that real accounts are in, by each way to ask: the exit code, and the line that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.plugin import opening
from strict_moto.builder import Builder
from strict_moto.faults import Faults
from strict_moto.offers import EVERYTHING
from strict_moto.sandbox import ACCOUNT
from tests.choice import one_in
from tests.inventory import inventory
from tests.real.states_of_accounts import STATES, USUAL, WAYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint", "typical_types")
TYPICAL = (
    "VPC", "Elastic IP", "DynamoDB table", "SQS queue", "budget", "code connection", "code signing configuration",
    "Client VPN endpoint", "App Runner service", "MemoryDB cluster", "Redshift cluster", "Amazon MQ broker",
    "IAM policy", "load balancer", "Classic Load Balancer", "tagged resource", "EC2 instance", "EBS volume",
    "S3 bucket", "NAT gateway",
)  # fmt: skip


@pytest.fixture
def typical_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the audit's table down to types of each sort, and all pauses, so that looking everywhere takes seconds."""
    monkeypatch.setattr(opening, "Clock", lambda: Clock(100))
    monkeypatch.setattr(sweeper, "PAUSES", (0.1,))
    monkeypatch.setattr(sweeper, "PATIENCE", 60.0)
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


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", one_in(len(STATES), STATES))
def test_state(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    roster: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """CLEAN is said where nothing is left and everything was looked at that could hold anything, and nowhere else."""
    state, session = STATES[name], sandbox.session()
    commands = {"verify": ("--aws", "--verify"), "class": roster, "teardown": ("--aws", "--account", ACCOUNT)}
    before, told = inventory(session), {}
    state.stands(Builder(session))
    for way in WAYS:
        with monkeypatch.context() as patch:
            sandbox.use(USUAL)
            sandbox.offers[ACCOUNT] = state.offer
            state.happens(sandbox, patch)
            result = run_suite(*commands[way], *state.args)
        sandbox.offers[ACCOUNT], sandbox.faults = EVERYTHING, Faults()
        assert result.exit_code != 0 or inventory(session) <= before
        told[way] = _told(result, state.of(way)[1])

    assert told == {way: state.of(way) for way in WAYS}


def _told(result: Result, why: str) -> tuple[int, str]:
    """Return the exit code, and ``why`` if it was said, else the last words; CLEAN is said with 0 only."""
    shown = " ".join((result.output + result.errors).split())
    assert ("CLEAN \N{EM DASH}" in shown or "1 CLEAN." in shown) is (result.exit_code == 0)
    return result.exit_code, why if why in shown else shown[-300:]
