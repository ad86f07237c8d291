"""How long deleting usually takes: kinds go side by side, but some wait for others, and the longest chain decides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from carbuyer_cleanup.teardown.plan import COMES_AFTER, STEP_OF, WAITS_FOR, order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from carbuyer_cleanup.resource import Kind

# Minutes that AWS usually takes for a kind alone, once nothing is in its way; where it is about one or more.
MINUTES: dict[str, float] = {
    "CloudFront distribution": 6,  # disabled everywhere in about 5, then deleted: CloudFront's developer guide
    "NAT gateway": 3,  # "a few minutes": VPC user guide
    "EC2 instance": 3,  # shutting-down
    "interface endpoint": 3,  # with its network interfaces
    "EC2 Instance Connect endpoint": 3,  # likewise
    "load balancer": 2,  # and then its network interfaces
    "VPC": 1,  # with its subnets, one after the other
}
AUDIT = 1  # minute that the audit takes


def longest_chain(minutes: Mapping[Kind, float]) -> list[Kind]:
    """Return the kinds that follow on each other and together take longest, in their order.

    Args:
        minutes: the kinds that are still to go, each with the minutes that it usually still takes by itself.
    """

    def length(kinds: Sequence[Kind]) -> tuple[float, int]:
        return sum(minutes[kind] for kind in kinds), len(kinds)

    chains: dict[Kind, list[Kind]] = {}
    for kind in order():
        before = (chains[other] for other in WAITS_FOR.get(kind, ()) + COMES_AFTER.get(kind, ()))
        chains[kind] = [*max(before, key=length, default=[]), *([kind] if kind in minutes else [])]
    return max(chains.values(), key=length)


def usual_minutes(names: Collection[str]) -> int:
    """Return how many minutes it usually takes to delete resources of these kinds, and to audit the account."""
    minutes = {kind: MINUTES.get(kind.name, 0.0) for kind in STEP_OF if kind.name in names}
    return math.ceil(sum(minutes[kind] for kind in longest_chain(minutes)) + AUDIT)
