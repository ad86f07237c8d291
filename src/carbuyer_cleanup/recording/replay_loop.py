"""The time of a replay: it passes as it did in the recorded run, stops where the recording does, and that is all."""

from __future__ import annotations

import asyncio
import math
import selectors
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from aws_clock import Clock, ClockedLoop, ClockedSelector
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.teardown.engine import Loop

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from concurrent.futures import Executor

T = TypeVar("T")
LATE = 3.0  # seconds by which a busy machine may have been later than a replay
ENDS = "the recording ends here"
IDLE = 0.2  # wall seconds between two checks whether somebody waits in vain


class Over(CleanupError):
    """The recording ends here, or was asked to end here."""


def over() -> BaseException:
    """Return the exception that ends the replay: before the loop runs, only the caller can be interrupted."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return KeyboardInterrupt(ENDS)
    return Over(ENDS)


class Unanswered(CleanupError):
    """A call gets no answer until the run ends."""


class ReplayClock(Clock):
    """A clock that jumps to the next thing that happened, up to where it stops.

    Args:
        start: the seconds at which it starts.
        end: the seconds at which it stops, None if it doesn't.
    """

    def __init__(self, start: float, end: float | None) -> None:
        super().__init__(math.inf)
        super().advance(start)
        self.end = math.inf if end is None else end
        self.is_over = False
        self.waiting: set[Future[Any]] = set()  # for what never comes once it is over
        self._guard = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Do nothing: calls take the time that they took in the recorded run."""
        yield

    def advance(self, seconds: float) -> None:
        """Let time pass, but not beyond the end."""
        if self.now() + seconds >= self.end:
            self.is_over, seconds = True, max(0.0, self.end - self.now())
        super().advance(seconds)

    def new_event_loop(self) -> asyncio.SelectorEventLoop:
        """Return an event loop that interrupts whoever waits when the recording is over."""
        return ClockedLoop(self, _Selector)

    def wait_for(self, work: Future[T]) -> Future[T]:
        """Return a future that ends as ``work`` does, or is interrupted when the recording is over."""
        outer: Future[T] = Future()
        with self._guard:
            self.waiting.add(outer)
        work.add_done_callback(lambda done: self._pass_on(done, outer))
        return outer

    def _pass_on(self, work: Future[T], outer: Future[T]) -> None:
        with self._guard:
            if outer not in self.waiting:
                return
            self.waiting.remove(outer)
        if error := work.exception():
            outer.set_exception(error)
        else:
            outer.set_result(work.result())

    def interrupt(self) -> None:
        """Interrupt everybody who still waits, as Ctrl-C does."""
        with self._guard:
            waiting, self.waiting = self.waiting, set()
        for outer in waiting:
            outer.set_exception(KeyboardInterrupt(ENDS))


class _Selector(ClockedSelector):
    """Lets no time pass once the recording is over; whoever waits when nothing is left to do waits in vain."""

    _clock: ReplayClock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._clock.is_over or (timeout is not None and timeout <= 0):
            return super().select(timeout)
        if ready := super().select(0):
            return ready
        self._clock.interrupt()
        return selectors.DefaultSelector.select(self, IDLE)


class ReplayLoop(Loop):
    """A loop on a replay's time."""

    def __init__(self, clock: ReplayClock, pool: Executor) -> None:
        super().__init__(clock, pool)
        self._replay_clock, self._is_closing = clock, False
        self._left: list[Future[Any]] = []

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start ``work`` and return its future."""
        return self._replay_clock.wait_for(super().run(work))

    def leave(self, answer: Future[Any]) -> None:
        """Leave a call without an answer until the loop is closed: by then nobody may wait for it."""
        self._left.append(answer)
        if self._is_closing:
            self._fail_left()

    def _fail_left(self) -> None:
        while self._left:
            self._left.pop().set_exception(Over(ENDS))

    def close(self) -> None:
        """Stop, as the loop of any run does."""
        self._is_closing = True
        self._fail_left()
        super().close()
