"""What a failed audit tells a student: what is left, where, why it counts, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.found import Doubtful, Leaving, Leftover
from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.resource import Resource, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS: dict[type, str] = {
    Unseen: "this could not be looked at:",
    Doubtful: "this may be the workshop's:",
    Leaving: "this is on its way out, but not gone yet:",
}
STILL_THERE = "this is still there:"
NEXT: dict[type, str] = {
    Unseen: "The account can't be confirmed as clean. Fix what is named here, then check again with --verify.",
    Doubtful: "It was neither deleted nor ignored. Say whose it is: --name ENTRY=NAME, or --not-ours ID.",
    Leaving: "AWS is deleting it. Check again with --verify in a few minutes; if its state has a date, it goes then.",
    Leftover: "Run the same command again, delete in the console what that leaves, then check with --verify.",
}


def of(found: Sequence[object]) -> list[str]:
    """Return the lines to show below a failed ``assert found == []``; ``found`` must not be empty."""
    kind = type(found[0])
    doubtful = all(isinstance(one, Resource) and one.doubtful for one in found)
    dearest_first = sorted(found, key=lambda one: -(prices.price(one) or 0) if isinstance(one, Leftover) else 0)
    head = HEADS[Doubtful] if doubtful else HEADS.get(kind, STILL_THERE)
    return [head, *map(_line, dearest_first), *_next(kind, found)]


def _line(found: object) -> str:
    if isinstance(found, Resource):
        return f"{found.line} — in doubt: {found.ways_out}" if found.doubtful else found.line
    return printable(f"{found} {found.console if isinstance(found, Leftover) else ''}".rstrip())


def _next(kind: type, found: Sequence[object]) -> list[str]:
    left = [one for one in found if isinstance(one, Leftover)]
    cost = [f"Together they cost {prices.estimate(left)}."] if left else []
    return [*cost, *([NEXT[kind]] if kind in NEXT else [])]
