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
    for index in chunk_of(anywhere.calls, chunk):
        _run_with(anywhere, Fault(kind, at=index))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_failure_after_the_effect_of_any_call(anywhere: Anywhere, chunk: int) -> None:
    """AWS fails when call N has taken effect: doing it again does no harm."""
    for index in chunk_of(anywhere.writes, chunk):
        _run_with(anywhere, Fault(Kind.ERROR, at=index, after=True))


def _run_with(anywhere: Anywhere, fault: Fault) -> None:
    before = anywhere.build()

    result = anywhere.lab.run(fault, audited=False)

    assert anywhere.lab.sandbox.faults.struck, fault
    assert result.complaints == [], fault
    assert anywhere.lab.stock() == before, fault
