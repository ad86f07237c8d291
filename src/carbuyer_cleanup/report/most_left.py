"""What a class leaves behind most often: the types of resource, and in how many accounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.classroom.standing import Standing

TYPES = 10  # types of resource to list


class Most(NamedTuple):
    """A type of resource that is left: in how many accounts, and what that costs a month, in USD."""

    type: str
    accounts: int
    usd: float

    @property
    def in_words(self) -> str:
        """Both, in words."""
        accounts = counted(self.accounts, "account")
        return f"{accounts}, USD {self.usd:.2f} a month" if self.usd else accounts


def most_left(standings: Sequence[Standing]) -> list[Most]:
    """Return the types that are left in most accounts, the most frequent first, at most ``TYPES`` of them."""
    by_type: defaultdict[str, list[float]] = defaultdict(list)  # what each account's resources of the type cost
    for standing in standings:
        for type_, count in Counter(leftover.type for leftover in standing.leftovers).items():
            by_type[type_].append(count * prices.MONTHLY.get(type_, 0.0))
    in_words = [Most(type_, len(costs), sum(costs)) for type_, costs in by_type.items()]
    return sorted(in_words, key=lambda most: (-most.accounts, -most.usd, most.type))[:TYPES]
