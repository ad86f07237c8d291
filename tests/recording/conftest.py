"""What the tests of the flight recorder share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.recording.__main__ import main
from strict_moto.sandbox import ACCOUNT, Sandbox
from tests.on_a_port import on_a_port
from tests.recording.replays import replayed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from carbuyer_cleanup.recording.replaying import Replay

FEW = ("VPC", "Elastic IP", "DynamoDB table", "secret")
SPEED = 300.0  # five AWS minutes pass in a second


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs ``python -m carbuyer_cleanup.recording``: exit code, output, errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def replay(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Replay]:
    """Return a function that replays a recording; further arguments are those of ``replaying.replay``."""

    def run(file: Path, **more: int) -> Replay:
        return replayed(file, tmp_path_factory.mktemp("replay"), **more)

    return run


@pytest.fixture
def served(
    request: pytest.FixtureRequest,
    no_way_out: None,  # noqa: ARG001 - a wall within the wall
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sandbox]:
    """A sandbox on a port of this machine, of which the environment tells; the audit looks for few types."""
    made = Sandbox(Clock(getattr(request, "param", SPEED)))
    monkeypatch.setattr(sweeper, "TYPES", tuple(type_ for type_ in TYPES if type_.name in FEW))
    with on_a_port(made, ACCOUNT, monkeypatch):
        yield made


@pytest.fixture
def real_class(served: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The roster of a class of three, of whom one has a key pair left; the audit looks for all types."""
    monkeypatch.setattr(sweeper, "TYPES", TYPES)
    lines = ["alias,account_id,role_arn,region,email"]
    for alias, account in (("an", "222200000001"), ("binh", "222200000002"), ("chi", "222200000003")):
        served.add_account(account)
        trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        served.session(account).client("iam").create_role(RoleName="grader", AssumeRolePolicyDocument=document)
        lines.append(f"{alias},{account},arn:aws:iam::{account}:role/grader,,{alias}@example.com")
    served.session("222200000002").client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    (tmp_path / "class.csv").write_text("\n".join(lines))
    return tmp_path / "class.csv"
