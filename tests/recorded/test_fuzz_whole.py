"""A few of the changes of ``test_fuzz``, through the front door: all is as before, or told, or one step failed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.reading import Described
from strict_moto import messy_estates
from tests.inventory import inventory
from tests.recorded.changes import changes
from tests.recorded.samples import output_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.exhaustive

OTHERS = ("network", "identities", "functions", "test_events", "storage")
HOURS = 3 * 3600  # until AWS has forgotten what it still lists as deleted
SHARE = 0.03  # of the calls whose answers have one change each
EACH_SEED = pytest.mark.parametrize("seed", range(2))


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that lets some answers be otherwise from now on: of each call always in the same way."""
    once = Aws.ask_once

    def begin(seed: int) -> None:
        async def changed(self: Aws, operation: str, region: str, params: dict[str, Any]) -> Any:
            answer = await once(self, operation, region, params)
            chance = random.Random(f"{seed} {operation}")  # noqa: S311 - an experiment, not a secret
            if CALLS[operation].writes or not answer or chance.random() > SHARE:
                return answer
            given = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            if not (possible := changes(operation, [given])):
                return answer
            return Described(chance.choice(possible).made(answer), output_of(operation))

        monkeypatch.setattr(Aws, "ask_once", changed)

    return begin


@EACH_SEED
def test_teardown(session: Session, run_suite: Callable[..., Result], change: Callable[[int], None], seed: int) -> None:
    """What passes has left nothing; what doesn't says so; nothing of others' is touched."""
    messy_estates.settle(session, OTHERS)
    others = inventory(session)
    messy_estates.build(session, messy_estates.WORKSHOP)
    change(seed)

    result = run_suite()

    assert result.exit_code in (0, 1, 8), result.output
    assert "INTERNALERROR" not in result.output + result.errors
    session.clock.advance(HOURS)
    standing = inventory(session)
    assert others <= standing
    assert result.exit_code != 0 or standing == others


@EACH_SEED
def test_verify(session: Session, run_suite: Callable[..., Result], change: Callable[[int], None], seed: int) -> None:
    """Nobody says that an account is clean in which the whole workshop stands."""
    messy_estates.build(session, messy_estates.WORKSHOP)
    change(seed)
    result = run_suite("--verify")
    assert result.exit_code in (1, 8), result.output
    assert "INTERNALERROR" not in result.output + result.errors


@pytest.mark.parametrize("seed", range(2))
def test_plan(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], change: Callable[[int], None], seed: int
) -> None:
    """A plan is made, or it is said that a part of it can't be; nothing is changed."""
    messy_estates.build(session, messy_estates.WORKSHOP)
    change(seed)
    sandbox.log.clear()
    result = run_suite("--plan")
    assert result.exit_code in (0, 8), result.output
    assert "INTERNALERROR" not in result.output + result.errors
    assert [entry.call for entry in sandbox.log if entry.call in CALLS and CALLS[entry.call].writes] == []
