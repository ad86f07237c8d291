"""``--plan`` and ``--verify`` only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.aws.calls import CALLS
from strict_moto import estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT
from tests.real.real_account import KEY_PAIR, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result


pytestmark = pytest.mark.usefixtures("endpoint")
WRITES = [call for call, row in CALLS.items() if row.writes]


@pytest.fixture
def writes_denied(sandbox: Sandbox) -> None:
    """Deny whatever changes anything."""
    estate.create(sandbox.session())
    sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls=call) for call in WRITES))
    sandbox.log.clear()


@pytest.mark.exhaustive
@pytest.mark.usefixtures("writes_denied")
def test_plan_only_looks(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """``--plan`` of the whole workshop asks for no change, and needs no permission for one."""
    result = run_suite("--aws", "--plan")

    assert result.exit_code == 0
    assert changes(sandbox) == []
    assert "  16  key pair carbuyer-keypair " in result.output
    assert f"PLAN — account {ACCOUNT}: 53 resources would be deleted." in result.output


@pytest.mark.exhaustive
@pytest.mark.usefixtures("writes_denied")
def test_verify_only_looks(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """``--verify`` finds the workshop in all sixteen steps and asks for no change."""
    result = run_suite("--aws", "--verify", "-k", "not audit")

    assert result.exit_code == 1
    assert "16 failed" in result.output
    assert changes(sandbox) == []


@pytest.mark.usefixtures("writes_denied")
def test_guard(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Would a run that only looks try to change something, it is stopped before it asks."""
    from carbuyer_cleanup.kinds import key_pair  # noqa: PLC0415

    async def find_and_delete(aws: object) -> list[object]:
        await aws.call("ec2:DeleteKeyPair", KeyName="carbuyer-keypair")  # type: ignore[attr-defined]
        return []

    monkeypatch.setitem(key_pair.KIND.__dict__, "find", find_and_delete)
    result = run_suite("--aws", "--plan", path=KEY_PAIR)

    assert result.exit_code == 8
    assert "A run that only looks was about to send ec2:DeleteKeyPair" in result.output
    assert changes(sandbox) == []


@pytest.mark.exhaustive
def test_plan_of_a_half_cleaned_account(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """The plan names what is there, and near-misses with the reason; of steps that are done, that nothing is there."""
    session = sandbox.session()
    builder = Builder(session)
    services.table(builder, "Slider")
    network.key_pair(builder)
    session.client("dynamodb").create_table(
        TableName="User", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "email", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "email", "AttributeType": "S"}],
    )  # fmt: skip
    session.client("ec2").create_key_pair(KeyName="carbuyers-x")

    result = run_suite("--aws", "--plan", "-v")

    assert result.exit_code == 0
    assert f"account  {ACCOUNT}" in result.output
    assert "[would delete 1]" in result.output
    assert "in doubt: DynamoDB table Slider" in result.output
    assert "left alone: DynamoDB table User" in result.output
    assert "left alone: key pair carbuyers-x" in result.output
    assert "its name does not start with carbuyer-" in result.output
    assert result.output.count("[nothing there]") == 14
