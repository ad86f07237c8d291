"""What is due happens as of its own time, however late somebody asks."""

from __future__ import annotations

import math

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.world import World


def test_caught_up_in_order_and_in_time() -> None:
    """An act that is caught up with sees its own time, and what it plans counts from then."""
    world = World(Clock(math.inf), Quirks())
    happened: list[tuple[str, float]] = []

    def note(what: str) -> None:
        happened.append((what, world.now()))

    def begin() -> None:
        note("begun")
        world.later(20, lambda: note("done"))

    world.later(10, begin)
    world.later(25, lambda: note("between"))
    world.clock.advance(1000)
    world.catch_up()
    assert happened == [("begun", 10), ("between", 25), ("done", 30)]
    assert world.now() == 1000


def test_what_is_not_due_waits() -> None:
    """Nothing happens before its time."""
    world = World(Clock(math.inf), Quirks())
    happened: list[float] = []
    world.later(10, lambda: happened.append(world.now()))
    world.clock.advance(9)
    world.catch_up()
    assert happened == []
