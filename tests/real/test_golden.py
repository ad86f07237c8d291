"""What is read by programs stays as it is, byte by byte: exit code, certificate and JUnit properties.

Each file in ``golden/`` is named for a state of an account and for a way to ask; ``tests/golden.py`` says how one is
renewed. Exit code and properties of all in-between states are in ``tests/test_in_between.py``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto.moto_api._internal import mock_random

from strict_moto import estate
from strict_moto.sandbox import ACCOUNT
from tests import test_in_between
from tests.golden import hold_to, properties
from tests.real.states_of_accounts import denied
from tests.recording.replays import timeless

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("patient", "few_types")]
FOLDER = Path(__file__).parent / "golden"
COMMANDS = {
    "verify": ("--aws", "--verify"),
    "plan": ("--aws", "--plan"),
    "teardown": ("--aws", "--account", ACCOUNT),
    "denied": ("--aws", "--verify"),
}
DENIED = denied("dynamodb:*")
SETTLED = 600  # AWS seconds, in which what a state has begun ends, however fast the machine is


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_same(file: Path, sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same state, asked in the same way, gets the same answers."""
    state, way = file.stem.split(" ")
    mock_random.seed(1)  # ids are the same in each run
    if state != "nothing":
        getattr(test_in_between, state)(estate.create(sandbox.session()))
        sandbox.clock.advance(SETTLED)
    if way == "denied":
        DENIED(sandbox, monkeypatch)

    result = run_suite(*COMMANDS[way])

    hold_to(file, _said(result), result.reports)


def _said(result: Result) -> dict[str, Any]:
    made = result.reports / "certificate.json"
    certificate = timeless(json.loads(made.read_text(encoding="utf-8"))) if made.exists() else None
    if certificate:
        del certificate["predicate"]["audit"]["calls"]  # how often is asked depends on how fast
    return {"exit code": result.exit_code, "certificate": certificate, "properties": properties(result.reports)}
