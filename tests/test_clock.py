"""The clock that the engine waits by."""

import asyncio
import math
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from aws_clock import Clock


def test_infinitely_fast_clock_jumps_over_waits() -> None:
    """Ten minutes of AWS time pass in no time while everybody waits."""
    clock = Clock(math.inf)
    _run(clock, asyncio.sleep(600))

    assert clock.now() == pytest.approx(600)


def test_concurrent_waits_overlap() -> None:
    """Two waits at once take as long as the longer one."""
    clock = Clock(math.inf)

    async def both() -> None:
        await asyncio.gather(asyncio.sleep(600), asyncio.sleep(300))

    _run(clock, both())

    assert clock.now() == pytest.approx(600)


def test_clock_stands_still_while_a_call_is_under_way() -> None:
    """A slow call in a thread costs no AWS time, so no deadline depends on how busy the machine is."""
    clock = Clock(math.inf)

    async def call() -> float:
        loop = asyncio.get_running_loop()
        waiting = asyncio.create_task(asyncio.sleep(60))
        with clock.held():
            await loop.run_in_executor(None, time.sleep, 0.05)
            during = clock.now()
        await waiting
        return during

    assert _run(clock, call()) == 0
    assert clock.now() == pytest.approx(60)


def test_timeouts_count_aws_seconds() -> None:
    """``asyncio.timeout`` on the clock's loop ends after AWS seconds."""
    clock = Clock(math.inf)

    async def impatient() -> None:
        async with asyncio.timeout(50):
            await asyncio.sleep(100)

    with pytest.raises(TimeoutError):
        _run(clock, impatient())
    assert clock.now() == pytest.approx(50)


def test_fast_clock_divides_by_its_speed() -> None:
    """At 1000 times real time, ten AWS seconds are over by the time ten milliseconds have passed."""
    clock = Clock(1000)
    _run(clock, asyncio.sleep(10))

    assert clock.now() >= 10


@pytest.mark.parametrize("speed", [0, -1, math.nan])
def test_nonsense_speed_is_refused(speed: float) -> None:
    """A clock that stands still or runs backwards is no clock."""
    with pytest.raises(ValueError, match="speed"):
        Clock(speed)


def _run(clock: Clock, work: Coroutine[Any, Any, Any]) -> Any:
    loop = clock.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
