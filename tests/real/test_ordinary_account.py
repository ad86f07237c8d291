"""An account as most are: it lacks services and permissions that the workshop never needed, and can be CLEAN."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from strict_moto import messy_estates
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("endpoint")]


def test_nothing_of_the_workshop_is_clean(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """Where nothing is left the whole audit says CLEAN, and says what AWS doesn't offer the account."""
    messy_estates.furnish(sandbox, sandbox.session(), messy_estates.CLEAN)

    result = run_suite("--aws", "--verify")

    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}"), result.output
    assert result.exit_code == 0
    missing = json.dumps(json.loads((result.reports / "certificate.json").read_text()))
    for lacked in ("code connection", "code signing configuration", "Client VPN endpoint", "App Runner service"):
        assert lacked in missing


def test_whole_teardown(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """The workshop goes, the account is CLEAN, and what AWS and its owner put there is still there."""
    session = sandbox.session()
    messy_estates.settle(session, messy_estates.CLEAN.bystanders)
    before = _others(sandbox)
    messy_estates.build(session, messy_estates.WORKSHOP)
    sandbox.offers[ACCOUNT] = messy_estates.CLEAN.offer

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
