"""What leftovers cost: an estimate from a table with a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.types import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.audit.found import Leftover

SOURCE = "the CarBuyer workshop's own estimate for ap-southeast-1; public IPv4 addresses: aws.amazon.com/vpc/pricing"
DATE = "2026-11-24"

# USD a month for one resource of a type, as the workshop builds it (instances: running, t3.micro); 0 is free.
MONTHLY = {type_.name: type_.price for type_ in TYPES if type_.price is not None}


@dataclass(frozen=True)
class Estimate:
    """What leftovers cost a month: ``usd`` for those with a known price; ``unknown`` names the types of the others."""

    usd: float
    unknown: tuple[str, ...]

    def __str__(self) -> str:
        unknown = f"an unknown amount for {', '.join(self.unknown)}" if self.unknown else ""
        if unknown and not self.usd:
            return unknown
        known = f"about USD {self.usd:.2f} a month (estimate of {DATE})"
        return f"{known}, and {unknown}" if unknown else known


def price(leftover: Leftover) -> float | None:
    """Return what a leftover costs in USD a month, None if that is unknown."""
    return MONTHLY.get(leftover.type)


def dearest_first(leftovers: Iterable[Leftover]) -> list[Leftover]:
    """Return leftovers, the most expensive first; those with an unknown price are among the free ones."""
    return sorted(leftovers, key=lambda leftover: -(price(leftover) or 0))


def monthly(type_: str) -> str:
    """Return what one resource of a type costs a month, in words."""
    usd = MONTHLY.get(type_)
    return "cost unknown" if usd is None else f"about USD {usd:.2f} a month" if usd else "free"


def figure(type_: str) -> str:
    """Return what one resource of a type costs in USD a month, as a figure or a word."""
    usd = MONTHLY.get(type_)
    return "unknown" if usd is None else f"{usd:.2f}" if usd else "free"


def estimate(leftovers: Iterable[Leftover]) -> Estimate:
    """Return what leftovers cost in total."""
    return of_types(leftover.type for leftover in leftovers)


def of_types(types: Iterable[str]) -> Estimate:
    """Return what resources cost in total, each given by its type."""
    listed = list(types)
    unknown = {type_ for type_ in listed if type_ not in MONTHLY}
    return Estimate(sum(MONTHLY.get(type_, 0.0) for type_ in listed), tuple(sorted(unknown)))
