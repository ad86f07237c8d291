"""The picture of the costs: what each type of resource cost a month before, and what it costs now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.report import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.report.things import Thing

LEAST = 0.005  # USD a month: less is shown as 0.00


@dataclass(frozen=True)
class Cost:
    """What the ``count`` resources of one type cost a month, in USD: all that were there, and what is left of them."""

    type: str
    count: int
    before: float
    now: float

    @property
    def in_words(self) -> str:
        """Both costs, as figures."""
        return f"{self.before:.2f} → {self.now:.2f}"


@dataclass(frozen=True)
class Money:
    """What was there and what is left, by type, the most expensive first; ``unknown`` has the types without a price."""

    costs: tuple[Cost, ...]
    unknown: tuple[str, ...]

    @property
    def before(self) -> float:
        """The cost of all that was there, in USD a month."""
        return sum(cost.before for cost in self.costs)

    @property
    def now(self) -> float:
        """The cost of all that is left, in USD a month."""
        return sum(cost.now for cost in self.costs)

    @property
    def most(self) -> float:
        """The USD a month that the picture's full width stands for."""
        return max(cost.before for cost in self.costs)

    @property
    def summary(self) -> str:
        """The totals in a sentence."""
        unknown = f" The cost of {', '.join(self.unknown)} is not known." if self.unknown else ""
        in_words = f"About USD {self.before:.2f} a month before, about USD {self.now:.2f} now"
        return f"{in_words} (estimate of {prices.DATE}).{unknown}"


def money(things: Sequence[Thing]) -> Money | None:
    """Return what resources cost by type, or None if none has a known cost."""
    by_type: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        by_type[thing.leftover.type].append(thing)
    costs = [_cost(type_, some) for type_, some in by_type.items()]
    dearest = sorted((cost for cost in costs if cost.before >= LEAST), key=lambda cost: -cost.before)
    unknown = sorted(type_ for type_, some in by_type.items() if some[0].usd is None)
    return Money(tuple(dearest), tuple(unknown)) if dearest else None


def _cost(type_: str, some: Sequence[Thing]) -> Cost:
    left = [thing for thing in some if thing.fate != "gone"]
    return Cost(type_, len(some), sum(thing.usd or 0 for thing in some), sum(thing.usd or 0 for thing in left))


def picture(things: Sequence[Thing]) -> Markup | None:
    """Return the picture as HTML, or None if there is nothing to draw."""
    drawn = money(things)
    return Markup(TEMPLATES.get_template("money.jinja").render(money=drawn)) if drawn else None  # noqa: S704 - escaped
