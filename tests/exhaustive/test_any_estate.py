"""Whatever a student left, one run ends clean or names what is in the way, and harms nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from lab import Lab

from carbuyer_cleanup.sandbox import estates
from carbuyer_cleanup.sandbox.quirks import Quirks
from inventory import inventory
from strategies import messes

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.sandbox.estates import Mess

pytestmark = pytest.mark.exhaustive

CHUNKS, EXAMPLES = 16, 20


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_estate(tmp_path: Path, chunk: int) -> None:
    """One run of any estate ends clean or names what is in the way; bystanders survive; a second changes nothing."""
    lab = Lab(tmp_path, Quirks())

    @seed(chunk)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(messes)
    def holds(mess: Mess) -> None:
        _tear_down(lab, mess)

    holds()


def _tear_down(lab: Lab, mess: Mess) -> None:
    lab.reset()
    estates.settle(lab.session, mess.bystanders)
    others = inventory(lab.session)
    site = estates.build(lab.session, mess)
    with_workshop = inventory(lab.session)
    blockers = estates.obstruct(site, mess)
    others |= inventory(lab.session) - with_workshop

    complaints = lab.run().complaints

    stock = lab.stock()
    assert others - stock == set(), "bystanders are gone"
    for blocker, id_ in blockers.items():
        assert any(id_ in complaint for complaint in complaints), f"{blocker} {id_} is not named"
    assert blockers or complaints == []
    assert blockers or stock == others, "something of the workshop is left"
    assert lab.run(audited=False).writes == [], "the second run changed something"
