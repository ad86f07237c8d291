"""A fault at any call of a run does no harm."""

from __future__ import annotations

import pytest

from strict_moto.faults import Fault, FaultKind
from tests.exhaustive.anywhere import CHUNKS, Anywhere, chunk_of, together

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("kind", [FaultKind.THROTTLE, FaultKind.ERROR])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fault_before_any_call(anywhere: Anywhere, chunk: int, kind: FaultKind) -> None:
    """AWS throttles call N, or fails before it did anything: nothing is left, and nothing of others' is gone."""
    anywhere.try_each(chunk_of(together(anywhere.calls, kind), chunk), harmless)


def test_failure_after_the_effect_of_any_call(anywhere: Anywhere) -> None:
    """AWS fails when call N has taken effect: doing it again does no harm."""
    anywhere.try_each(together(anywhere.writes, FaultKind.ERROR, after=True), harmless)


def harmless(anywhere: Anywhere, *faults: Fault) -> None:
    """Run with faults, and find the account as if there had been none."""
    assert anywhere.lab.run(*faults, audited=False).complaints == []
    anywhere.assert_struck()
    assert anywhere.lab.stock() == anywhere.others
