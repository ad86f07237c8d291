"""How long a deletion usually takes: some kinds wait for others, and the longest chain decides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.teardown.plan import COMES_AFTER, ORDER, WAITS_FOR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from carbuyer_cleanup.resource import Kind

AUDIT = 1  # minutes that the audit takes


def longest_chain(minutes: Mapping[Kind, float]) -> list[Kind]:
    """Return the chain of kinds that takes longest, in its order: each waits for the one before it.

    Args:
        minutes: the kinds that are still to be deleted, each with the minutes that it usually still takes by itself.
    """

    def length(kinds: Sequence[Kind]) -> tuple[float, int]:
        return sum(minutes[kind] for kind in kinds), len(kinds)

    chains: dict[Kind, list[Kind]] = {}
    for kind in ORDER:
        before = (chains[other] for other in WAITS_FOR[kind] + COMES_AFTER[kind])
        chains[kind] = [*max(before, key=length, default=[]), *([kind] if kind in minutes else [])]
    return max(chains.values(), key=length)


def usual_minutes(names: Collection[str]) -> int:
    """Return how many minutes it usually takes to delete resources of these kinds, and to audit the account."""
    minutes = {kind: kind.usually for kind in KINDS if kind.name in names}
    return math.ceil(sum(minutes[kind] for kind in longest_chain(minutes)) + AUDIT)
