"""A run that dies at any of its calls is gone on with by the next, which knows nothing but the journal."""

from __future__ import annotations

from contextlib import suppress

import pytest

from strict_moto.faults import Died, Fault, FaultKind, Faults
from tests.exhaustive.anywhere import Anywhere, chunk_of
from tests.exhaustive.lab import HOURS

pytestmark = pytest.mark.exhaustive


CHUNKS = 4  # each of them makes one run besides those of its cases


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dying_before_any_call(anywhere: Anywhere, chunk: int) -> None:
    """Dead before call N, and run again at once: clean, the address released, all others untouched."""
    deaths = [Fault(FaultKind.DIE, at=index) for index in anywhere.turns]
    anywhere.try_in_one_run(chunk_of(deaths, chunk, CHUNKS), at_once)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dying_after_the_effect_of_any_call(anywhere: Anywhere, chunk: int) -> None:
    """Dead when call N has changed something, and run again when AWS has forgotten what it listed as deleted."""
    deaths = [Fault(FaultKind.DIE, at=index, after=True) for index in anywhere.writes]
    anywhere.try_in_one_run(chunk_of(deaths, chunk, CHUNKS), later)


def at_once(anywhere: Anywhere, deaths: Faults) -> None:
    """Die, and run again."""
    _die_and_run_again(anywhere, deaths, seconds=0)


def later(anywhere: Anywhere, deaths: Faults) -> None:
    """Die, and run again hours later."""
    _die_and_run_again(anywhere, deaths, seconds=HOURS)


def _die_and_run_again(anywhere: Anywhere, deaths: Faults, *, seconds: float) -> None:
    """Find the account as if nothing had happened: its inventory says as much as an audit, at a fifth of the cost."""
    with suppress(Died):
        anywhere.lab.run(due=deaths, audited=False)
    anywhere.assert_struck()
    anywhere.lab.sandbox.clock.advance(seconds)
    assert anywhere.lab.run(audited=False).complaints == []
    assert anywhere.lab.stock() == anywhere.others
