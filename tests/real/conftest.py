"""An AWS account as far as the suite can tell: the sandbox on a port of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.teardown import deletion
from strict_moto.sandbox import ACCOUNT, Sandbox
from tests.on_a_port import on_a_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.session import Session

FEW = ("VPC", "Elastic IP", "DynamoDB table", "secret")
SPEED = 300.0  # a run against a real account waits by the wall clock: five AWS minutes pass in a second


@pytest.fixture(autouse=True)
def on_this_machine(reachable: None) -> None:
    """Let this machine's own ports be reached."""


@pytest.fixture
def sandbox() -> Sandbox:
    """An embedded AWS whose time goes by whether somebody waits or not."""
    return Sandbox(Clock(SPEED))


@pytest.fixture
def endpoint(sandbox: Sandbox, reachable: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ARG001
    """Where the sandbox answers; the environment says so, and holds the administrator's keys."""
    with on_a_port(sandbox, ACCOUNT, monkeypatch) as address:
        yield address
    assert sandbox.defects == []


@pytest.fixture
def patient(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - which is impatient
    """Let a run pause as it does on AWS, where that decides what it sees."""
    monkeypatch.setattr(deletion, "FIRST_PAUSE", 2.0)


@pytest.fixture
def few_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the audit's table and its pauses down, so that looking everywhere takes a second."""
    monkeypatch.setattr(sweeper, "PAUSES", (0.1,))
    monkeypatch.setattr(sweeper, "TYPES", tuple(type_ for type_ in TYPES if type_.name in FEW))


@pytest.fixture
def key_pair(session: Session) -> Callable[[], bool]:
    """Make the workshop's key pair; return a function that says whether it is still there."""
    ec2 = session.client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")
    return lambda: bool(ec2.describe_key_pairs()["KeyPairs"])
