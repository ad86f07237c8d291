"""Whatever somebody else has, and whatever it looks like or uses: a teardown changes nothing of it by a bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from carbuyer_cleanup.teardown.journal import Journal
from strict_moto import messy_estates
from strict_moto.builder import Builder
from strict_moto.estate import PARTS
from strict_moto.messy_estates import Mess
from strict_moto.quirks import Quirks
from strict_moto.sandbox import ACCOUNT
from tests.exhaustive.lab import HOURS, Lab
from tests.inventory import details
from tests.strangers import strangers
from tests.strategies import SECONDS, left_in
from tests.users import USERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.strangers import Stranger

    Details = dict[tuple[str, str], str]

pytestmark = pytest.mark.exhaustive
CHUNKS, EXAMPLES = 6, 4
parts = st.sets(st.sampled_from(sorted(PARTS)), max_size=4).flatmap(left_in)
users = st.sets(st.sampled_from(sorted(USERS)), max_size=3)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_stranger(tmp_path: Path, chunk: int) -> None:
    """Any strangers beside any parts of the workshop in any state are, after two runs, what they were before."""
    lab = Lab(tmp_path, Quirks())

    @seed(chunk)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strangers, parts, users, st.sampled_from(SECONDS))
    def holds(met: list[Stranger], built: dict[str, str], using: set[str], seconds: float) -> None:
        lab.reset()
        before = _settled(lab, met, Mess(built, seconds=seconds), using)

        for _ in range(2):
            lab.run(audited=False)

        lab.sandbox.clock.advance(HOURS)
        after = details(lab.session)
        assert {key: text for key, text in before.items() if after.get(key) != text} == {}

    holds()


def _settled(lab: Lab, met: list[Stranger], mess: Mess, using: set[str]) -> Details:
    """Let everything be there, and return what is somebody else's: what came before the workshop, and what uses it."""
    builder = Builder(lab.session)
    for stranger in met:
        stranger.settle(builder, Journal(lab.journal, ACCOUNT))
    builder.wait(600)
    strange = details(lab.session).keys()
    builder = messy_estates.erect(lab.session, mess)
    erected = details(lab.session).keys()
    for user in sorted(using):
        if set(USERS[user].needs) <= mess.parts.keys():
            USERS[user].put(builder)
    theirs = strange | (details(lab.session).keys() - erected)
    builder.wait(600)
    messy_estates.leave(builder, mess)
    return {key: text for key, text in details(lab.session).items() if key in theirs}
