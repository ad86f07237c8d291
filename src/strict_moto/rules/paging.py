"""Cuts lists into pages as AWS does.

moto answers many calls in one page, which hides clients that never ask for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.world import After

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.quirks import Quirks
    from strict_moto.world import Params, Request, World


def at_most(length: int) -> Callable[[Quirks], int]:
    """Return a function for a fixed page length, which no quirk changes."""
    return lambda _quirks: length


def paged(  # noqa: PLR0913 - each AWS service has its own names for the same six things
    call: str,
    items: str,
    key: Callable[[Any], Any],
    *,
    size: str,
    start: str,
    resume: str,
    source: str,
    default: int = 100,
    most: Callable[[Quirks], int],
    more: str | None = None,
) -> After:
    """Return a rule that cuts the whole list in ``items`` into pages.

    The token is the ``key`` of the last item returned, so deleting items between two pages skips no others.
    """

    def act(world: World, request: Request, answer: Params) -> Params:
        after = request.params.get(start)
        rest = sorted((item for item in answer.get(items) or () if after is None or key(item) > after), key=key)
        length = min(int(request.params.get(size) or default), most(world.quirks))
        answer = {**answer, items: rest[:length]}
        if len(rest) > length:
            answer[resume] = key(rest[length - 1])
        return {**answer, more: len(rest) > length} if more else answer

    return After(call, act, source)
