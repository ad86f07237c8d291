"""Whatever somebody else has, and whatever it looks like: a teardown changes nothing of it by a bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from lab import HOURS, Lab

from carbuyer_cleanup.journal import Journal
from carbuyer_cleanup.sandbox import estates
from carbuyer_cleanup.sandbox.estate import PARTS
from carbuyer_cleanup.sandbox.estates import AS_BUILT, Mess
from carbuyer_cleanup.sandbox.front import ACCOUNT
from carbuyer_cleanup.sandbox.quirks import Quirks
from carbuyer_cleanup.sandbox.site import Site
from inventory import details
from strangers import strangers

if TYPE_CHECKING:
    from pathlib import Path

    from strangers import Stranger

pytestmark = pytest.mark.exhaustive
CHUNKS, EXAMPLES = 6, 12
parts = st.sets(st.sampled_from(sorted(PARTS)), max_size=4)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_stranger(tmp_path: Path, chunk: int) -> None:
    """Any strangers beside any parts of the workshop are, after two runs, what they were before the first."""
    lab = Lab(tmp_path, Quirks())

    @seed(chunk)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strangers, parts)
    def holds(met: list[Stranger], built: set[str]) -> None:
        lab.reset()
        site = Site(lab.session)
        for stranger in met:
            stranger.settle(site, Journal(lab.journal, ACCOUNT))
        site.wait(600)
        before = details(lab.session)
        estates.build(lab.session, Mess(dict.fromkeys(built, AS_BUILT)))

        for _ in range(2):
            lab.run(audited=False)

        lab.sandbox.clock.advance(HOURS)
        after = details(lab.session)
        assert {key: text for key, text in before.items() if after.get(key) != text} == {}

    holds()
