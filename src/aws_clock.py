"""AWS time: the clock by which the engine waits and the embedded AWS changes its states."""

from __future__ import annotations

import asyncio
import math
import selectors
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Counts AWS seconds, which pass ``speed`` times as fast as the wall clock's.

    With ``speed=math.inf``, time stands still while anybody works and jumps ahead while everybody waits: a quarter of
    an hour of AWS time passes at once, and no deadline depends on how busy the machine is.
    Against a real account, ``speed`` is 1.

    Raises:
        ValueError: ``speed`` is not above 0.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            msg = f"a clock's speed must be a number above 0, not {speed}"
            raise ValueError(msg)
        self.speed = speed
        self._origin = time.monotonic()
        self._jumped = 0.0
        self._holders = 0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the AWS seconds since the clock was created."""
        if math.isinf(self.speed):
            return self._jumped
        return (time.monotonic() - self._origin) * self.speed + self._jumped

    def advance(self, seconds: float) -> None:
        """Move the clock ahead by ``seconds``."""
        with self._lock:
            self._jumped += seconds

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep an infinitely fast clock from jumping inside this context, while a call is under way in a thread."""
        with self._lock:
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1

    @property
    def is_held(self) -> bool:
        """Whether a call is under way."""
        return self._holders > 0

    def new_event_loop(self) -> asyncio.SelectorEventLoop:
        """Return an event loop on which ``asyncio.sleep`` and ``asyncio.timeout`` count AWS seconds."""
        return ClockedLoop(self)


class ClockedSelector(selectors.DefaultSelector):
    """Turns the loop's waits, which are in AWS seconds, into waits on the wall clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what :meth:`selectors.BaseSelector.select` does, after a ``timeout`` in AWS seconds at most."""
        if timeout is None or timeout <= 0:
            return list(super().select(timeout))
        if not math.isinf(self._clock.speed):
            return list(super().select(timeout / self._clock.speed))
        ready = list(super().select(0))
        if ready:
            return ready
        if self._clock.is_held:  # the answer to the call under way wakes the loop
            return list(super().select(1.0))
        self._clock.advance(timeout)
        return []


class ClockedLoop(asyncio.SelectorEventLoop):
    """An event loop that runs on the time of a :class:`Clock`."""

    def __init__(self, clock: Clock, selector: type[ClockedSelector] = ClockedSelector) -> None:
        self._aws_clock = clock
        super().__init__(selector(clock))

    def time(self) -> float:
        """Return the clock's time, in AWS seconds."""
        return self._aws_clock.now()
