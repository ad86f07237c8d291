"""How often Python looks for garbage while a run is under way."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin.memory import seldom_collected

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHONS = (700, 10, 10)


@pytest.fixture
def usual() -> Iterator[None]:
    """Python's own numbers."""
    tests_own = gc.get_threshold()
    gc.set_threshold(*PYTHONS)
    yield
    gc.set_threshold(*tests_own)


@pytest.mark.usefixtures("usual")
def test_seldom_while_it_runs() -> None:
    """It looks less often while a run is under way, and as often as before when that has ended."""
    with seldom_collected():
        assert gc.get_threshold()[0] > PYTHONS[0]
    assert gc.get_threshold() == PYTHONS
