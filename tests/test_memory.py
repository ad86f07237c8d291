"""How often Python looks for garbage while a run is under way."""

from __future__ import annotations

import gc

from carbuyer_cleanup.plugin.memory import seldom_collected


def test_seldom_while_it_runs() -> None:
    """It looks less often while a run is under way, and as often as before when that has ended."""
    before = gc.get_threshold()

    with seldom_collected():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
