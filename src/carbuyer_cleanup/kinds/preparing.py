"""Preparing a deletion never prevents it; and one item never keeps others from being deleted."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from carbuyer_cleanup.errors import AwsError, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
    from types import TracebackType

T = TypeVar("T")
# What doesn't refuse the one thing that was asked: it passes, or it stops everything.
NO_REFUSAL = frozenset({Trouble.BUSY, Trouble.EXPIRED})
# What a deletion answers while the very thing that should have been removed before it is still there.
HINDERED = frozenset({"DeleteConflict", "DependencyViolation", "BadRequestException", "InvalidAddress.PtrSet"})
NOT_BY_ITEM = frozenset({Trouble.BUSY, Trouble.EXPIRED, Trouble.THROTTLED, Trouble.TRANSIENT})


class Preparing(AbstractContextManager["Preparing"]):
    """A context in which AWS may refuse a call for good: what comes after it is tried anyway.

    It can be entered many times; :meth:`deletion` is the context for the deletion that it prepares.
    """

    def __init__(self) -> None:
        self._refused: list[AwsError] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, AwsError) or error.trouble in NO_REFUSAL:
            return False
        self._refused.append(error)
        return True

    @contextmanager
    def deletion(self) -> Iterator[None]:
        """Let a refused deletion also say what was refused before it, which is probably the cause.

        Raises:
            AwsError: the deletion was refused.
        """
        try:
            yield
        except AwsError as error:
            raise self._with_causes(error) from error

    def _with_causes(self, error: AwsError) -> AwsError:
        if not self._refused or error.trouble is Trouble.EXPIRED:
            return error
        cause = self._refused[0]
        lasts = error.trouble is Trouble.BUSY and error.code in HINDERED
        before = "; ".join(f"{one.call} answered {one.code}: {one.message.rstrip('.')}" for one in self._refused)
        message = f"{error.message.rstrip('.')}. Before that, {before}"
        return replace(error, message=message, cause=cause, trouble=cause.trouble if lasts else error.trouble)


async def split(
    act: Callable[[Sequence[T]], Awaitable[None]], items: Sequence[T], alike: Collection[Trouble] = NOT_BY_ITEM
) -> list[tuple[T, AwsError]]:
    """Act on all items with one call; if AWS refuses it because of some items, on parts, down to single items.

    Args:
        act: makes the call.
        items: what the call takes.
        alike: the kinds of trouble that no single item causes, so that parts would be refused as well.

    Returns:
        The items that were refused, each with its error.
    """
    try:
        await act(items)
    except AwsError as error:
        if len(items) == 1 or error.trouble in alike:
            return [(item, error) for item in items]
        middle = len(items) // 2
        return [*await split(act, items[:middle], alike), *await split(act, items[middle:], alike)]
    return []
