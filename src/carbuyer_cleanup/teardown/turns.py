"""Which of thousands of accounts may run: not all can hold clients, connections and answers at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
WAVE = 256  # accounts that work at the same time


class Turn:
    """One account's turn: ``async with turn`` waits for it, and it lasts while anything in the account is running.

    Args:
        turns: as many as may run at once; accounts that wait get their turns in the order in which they came.
        rest: called at the end of a turn if others are waiting, to release what the account holds.
    """

    def __init__(self, turns: asyncio.Semaphore, rest: Callable[[], None]) -> None:
        self._turns, self._rest = turns, rest
        self._under_way = 0  # the number of those that wait for the turn, or have it
        self._asked: asyncio.Task[bool] | None = None

    @property
    def has_come(self) -> bool:
        """Whether it is the account's turn now."""
        return self._asked is not None and self._asked.done()

    async def of(self, work: Coroutine[Any, Any, T]) -> T:
        """Do ``work`` during the turn, and return its result."""
        try:
            async with self:
                return await work
        finally:
            work.close()  # in case the session ends before it begins

    async def __aenter__(self) -> None:
        self._under_way += 1
        self._asked = self._asked or asyncio.create_task(self._turns.acquire())
        try:
            await asyncio.shield(self._asked)
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self._under_way -= 1
        if self._under_way or self._asked is None:
            return
        asked, self._asked = self._asked, None
        if not asked.cancel():  # it had come
            self._end()

    def _end(self) -> None:
        if self._turns.locked():
            self._rest()
        self._turns.release()
