"""Asking AWS about many things, several at once.

A thread that has its answer asks about the next thing by itself: going back to the event loop each time takes long.
There are just enough threads to keep one processor busy while the others wait for AWS; how long a call takes, and how
much of that time it uses the processor, shows how many. More would only wait for each other: Python runs one at a time.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carbuyer_cleanup.aws.sending import Sender

FEW = 4  # threads at the beginning
TURN = 0.25  # seconds after which a thread is free for others
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Question(Generic[T, R]):
    """What to ask about each thing: the call's name in ``CALLS``, the function that makes it, and the Region."""

    name: str
    act: Callable[[Any, T], R]
    region: str = ""


@dataclass
class Pace:
    """The shortest time that a call has taken, and the least of the processor's, in seconds."""

    whole: float = 0.0
    own: float = math.inf

    def see(self, began: tuple[float, float]) -> None:
        """Take account of a call that ended now, and began at those times (wall clock, processor)."""
        whole, own = (now - then for now, then in zip(_now(), began, strict=True))
        self.whole, self.own = min(self.whole or whole, whole), min(self.own, own)

    def threads(self, most: int) -> int:
        """Return how many threads are enough, at ``most`` so many."""
        return min(most, max(FEW, math.ceil(self.whole / max(self.own, 0.0001))))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


async def ask_about_each(
    aws: Sender, question: Question[T, R], things: Sequence[T], most: int, pace: Pace
) -> list[R | BaseException | None]:
    """Ask about each thing, at ``most`` so many at once.

    Returns:
        For each thing, in order, what ``question.act`` returned, None if AWS says that there is none, or the error.
    """
    asking: _Asking[T, R] = _Asking(aws, question, deque(enumerate(things)), [None] * len(things), most, pace)
    await asking.together(min(len(things), pace.threads(most)))
    return asking.came


@dataclass
class _Asking(Generic[T, R]):
    """What is still to be asked, and the results so far."""

    aws: Sender
    question: Question[T, R]
    ahead: deque[tuple[int, T]]
    came: list[R | BaseException | None]
    most: int
    pace: Pace
    busy: int = field(default=0, init=False)

    async def together(self, count: int) -> None:
        """Let ``count`` threads ask about one thing after another; others join them while there are not enough."""
        self.busy += count
        for error in await asyncio.gather(*(self._go_on() for _ in range(count)), return_exceptions=True):
            if error:
                raise error

    async def _go_on(self) -> None:
        while now := self._next():
            await self._go_on_from(now)
            if self.ahead and self.busy < self.pace.threads(self.most):
                self.busy -= 1
                await self.together(2)

    async def _go_on_from(self, now: tuple[int, T]) -> None:
        """Ask about a thing and those after it; after trouble that passes, go on with the thing that met it."""
        at: tuple[int, T] | None = now

        def act(client: Any) -> bool:
            nonlocal at
            until = time.monotonic() + TURN
            while at:
                began = _now()
                self.came[at[0]] = self.question.act(client, at[1])
                self.pace.see(began)
                at = self._next() if time.monotonic() < until else None
            return True

        try:
            await self.aws.transfer(self.question.name, act, region=self.question.region)
        except Exception as error:  # noqa: BLE001 - the caller looks at it
            if at:
                self.came[at[0]] = error

    def _next(self) -> tuple[int, T] | None:
        try:
            return self.ahead.popleft()
        except IndexError:
            return None
