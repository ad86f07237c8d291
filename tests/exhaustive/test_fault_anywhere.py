"""One fault at any call of a run does no harm."""

from __future__ import annotations

import pytest
from anywhere import CHUNKS, Anywhere, chunk_of

from carbuyer_cleanup.sandbox.faults import Fault, Kind

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("kind", [Kind.THROTTLE, Kind.ERROR])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fault_before_any_call(anywhere: Anywhere, chunk: int, kind: Kind) -> None:
    """AWS throttles call N, or fails before it did anything: nothing is left, and nothing of others' is gone."""
    anywhere.try_each([Fault(kind, at=index) for index in chunk_of(anywhere.calls, chunk)], harmless)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_failure_after_the_effect_of_any_call(anywhere: Anywhere, chunk: int) -> None:
    """AWS fails when call N has taken effect: doing it again does no harm."""
    anywhere.try_each([Fault(Kind.ERROR, at=index, after=True) for index in chunk_of(anywhere.writes, chunk)], harmless)


def harmless(anywhere: Anywhere, fault: Fault) -> None:
    """Run with a fault, and find the account as if there had been none."""
    assert anywhere.lab.run(fault, audited=False).complaints == []
    anywhere.assert_struck(fault)
    assert anywhere.lab.stock() == anywhere.others
