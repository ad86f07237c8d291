"""An account as most are: it lacks services and permissions that the workshop never needed, and can be CLEAN."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit_types import TYPES
from carbuyer_cleanup.sandbox import estates
from carbuyer_cleanup.sandbox.front import ACCOUNT
from carbuyer_cleanup.sandbox.offers import CLOSED, ORDINARY, Offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.sandbox.front import Sandbox
    from result import Result

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("endpoint")]

# The types that the states below are about, and one that decides.
ABOUT = (
    "VPC", "App Runner service", "code connection", "code signing configuration", "Client VPN endpoint", "budget",
    "MemoryDB cluster", "Redshift cluster", "Amazon MQ broker",
)  # fmt: skip
OTHERS = ("memorydb", "redshift", "mq")

# What AWS does not offer an account in which nothing is left; what the last line begins with, and the exit codes of
# --verify and of a teardown, which is refused if no plan can be made.
STATES: dict[str, tuple[Offer, str, tuple[int, int]]] = {
    "everything": (Offer(), "CLEAN", (0, 0)),
    "Regions lack some": (Offer(gaps=True), "CLEAN", (0, 0)),
    "plan": (Offer(outside_plan=OTHERS), "CLEAN", (0, 0)),
    "plan without the workshop's": (Offer(outside_plan=("ec2",)), "COULD NOT VERIFY", (8, 4)),
    **{f"closed: {code}": (Offer(closed={"apprunner": code}), "CLEAN", (0, 0)) for code in CLOSED},
    "bills": (Offer(billing=False), "CLEAN", (0, 0)),
    "all of it": (ORDINARY, "CLEAN", (0, 0)),
    "Regions denied": (Offer(allowed_regions=("ap-southeast-1", "us-east-1")), "COULD NOT VERIFY", (8, 8)),
}
COMMANDS = {"verify": ("--aws", "--verify"), "teardown": ("--aws", "--account", ACCOUNT)}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", STATES)
def test_states(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, state: str, command: str
) -> None:
    """In an account with nothing of the workshop's, only what the workshop needs is missed."""
    monkeypatch.setattr(sweeper, "PAUSES", (0.1,))
    monkeypatch.setattr(sweeper, "TYPES", tuple(type_ for type_ in TYPES if type_.name in ABOUT))
    sandbox.offers[ACCOUNT], verdict, codes = STATES[state]

    result = run_suite(*COMMANDS[command])

    assert result.output.splitlines()[-1].startswith(verdict), result.output
    assert result.exit_code == codes[command == "teardown"]


def test_nothing_of_the_workshop_is_clean(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """Where nothing is left the whole audit says CLEAN, and says what AWS doesn't offer the account."""
    estates.furnish(sandbox, sandbox.session(), estates.CLEAN)

    result = run_suite("--aws", "--verify")

    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}"), result.output
    assert result.exit_code == 0
    missing = json.dumps(json.loads((result.reports / "certificate.json").read_text()))
    for lacked in ("code connection", "code signing configuration", "Client VPN endpoint", "App Runner service"):
        assert lacked in missing


def test_whole_teardown(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """The workshop goes, the account is CLEAN, and what AWS and its owner put there is still there."""
    session = sandbox.session()
    estates.settle(session, estates.CLEAN.bystanders)
    before = _others(sandbox)
    estates.build(session, estates.WORKSHOP)
    sandbox.offers[ACCOUNT] = estates.CLEAN.offer

    result = run_suite("--aws", "--account", ACCOUNT)

    assert "17 passed" in result.output
    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}")
    assert result.exit_code == 0
    assert _others(sandbox) == before


def _others(sandbox: Sandbox) -> list[str]:
    session = sandbox.session()
    roles = [role["RoleName"] for role in session.client("iam").list_roles()["Roles"]]
    buckets = [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
    groups = [group["GroupName"] for group in session.client("ec2").describe_security_groups()["SecurityGroups"]]
    keys = [key["KeyName"] for key in session.client("ec2").describe_key_pairs()["KeyPairs"]]
    return sorted([*roles, *buckets, *groups, *keys])
