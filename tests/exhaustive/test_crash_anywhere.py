"""A run that dies at any of its calls is gone on with by the next, which knows nothing but the journal."""

from __future__ import annotations

import pytest
from anywhere import CHUNKS, Anywhere, chunk_of
from lab import HOURS

from carbuyer_cleanup.sandbox.faults import Died, Fault, Kind

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dying_before_any_call(anywhere: Anywhere, chunk: int) -> None:
    """Dead before call N, and run again at once: clean, the address released, all others untouched."""
    for index in chunk_of(anywhere.calls, chunk):
        _die_and_run_again(anywhere, Fault(Kind.DIE, at=index), hours_later=False)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dying_after_the_effect_of_any_call(anywhere: Anywhere, chunk: int) -> None:
    """Dead when call N has changed something, and run again when AWS has forgotten what it listed as deleted."""
    for index in chunk_of(anywhere.writes, chunk):
        _die_and_run_again(anywhere, Fault(Kind.DIE, at=index, after=True), hours_later=True)


def _die_and_run_again(anywhere: Anywhere, death: Fault, *, hours_later: bool) -> None:
    lab = anywhere.lab
    before = anywhere.build()
    with pytest.raises(Died):
        lab.run(death)
    if hours_later:
        lab.sandbox.clock.advance(HOURS)

    result = lab.run()

    assert result.complaints == [], death
    assert lab.stock() == before, death
