"""What is left, as a table on the terminal: the most expensive first, and nothing cut short."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.plugin.planned import FEW
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.plugin.run import Run

WIDTH = 79
DEAR = 1.0  # USD a month: from here on, a row has a line of its own


class LeftRow(NamedTuple):
    """The leftovers of one type in one Region, and their cost in USD a month, None if unknown."""

    usd: float | None
    what: str
    names: list[str]

    def __str__(self) -> str:
        return f"{self.what}: {', '.join(self.names)}"


def lines(run: Run, *, verbose: bool) -> list[str]:
    """Return the table, empty if nothing is left; if that is little, or if ``verbose``, each with its reason."""
    found = run.sweep.leftovers if run.sweep else []
    if verbose or len(found) <= FEW:
        told = [line for leftover in prices.dearest_first(found) for line in _in_full(leftover)]
        return [*told, *(f"left: {text}" for text in run.facts.unlisted)]
    return [*_table(_rows(found, run.aws.region)), *_unlisted(run.facts.unlisted, audited=bool(found))]


def _in_full(leftover: Leftover) -> list[str]:
    """Return what a leftover is, why it counts, what it costs, and where the console shows it."""
    line = f"left: {leftover} ({prices.monthly(leftover.type)})"
    return [line, *([f"      {leftover.console}"] if leftover.console else [])]


def _unlisted(texts: tuple[str, ...], *, audited: bool) -> list[str]:
    """Return what only the steps found: all of it if that is little, or if the audit found nothing that it hangs on."""
    if len(texts) <= FEW or not audited:
        return [f"left: {text}" for text in texts]
    return [f"left: {len(texts)} more that depend on these; -v lists them"]


def _table(rows: list[LeftRow]) -> list[str]:
    """Return a line per expensive row, one for all cheap rows and one for unknown costs; free ones are only counted."""
    if not rows:
        return []
    dear = [row for row in rows if row.usd is not None and row.usd >= DEAR]
    cheap = [row for row in rows if row.usd and row.usd < DEAR]
    unknown = [row for row in rows if row.usd is None]
    bands = [*([row] for row in dear), cheap, unknown]
    told = [line for band in bands if band for line in _lines(_cost(band), "; ".join(map(str, band)))]
    free = ", ".join(row.what for row in rows if row.usd == 0)
    return ["left (USD a month; -v lists all of it)", *told, *(_lines("free", free) if free else [])]


def _cost(band: list[LeftRow]) -> str:
    known = [row.usd for row in band if row.usd is not None]
    return f"{sum(known):.2f}" if known else "unknown"


def _lines(cost: str, text: str) -> list[str]:
    head = f"{cost:>9}  "
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _rows(found: list[Leftover], home: str) -> list[LeftRow]:
    groups: dict[tuple[str, str], list[Leftover]] = {}
    for leftover in prices.dearest_first(found):
        groups.setdefault((leftover.type, leftover.region), []).append(leftover)
    rows = [_row(type_, "" if region in (home, "global") else region, some) for (type_, region), some in groups.items()]
    return sorted(rows, key=lambda row: -(row.usd or 0))


def _row(type_: str, region: str, found: list[Leftover]) -> LeftRow:
    usd = prices.price(found[0])
    what = counted(len(found), type_) + (f" in {region}" if region else "")
    return LeftRow(None if usd is None else usd * len(found), what, _names(found))


def _names(found: list[Leftover]) -> list[str]:
    """Return the names, each with its id where others share the name."""
    counts = Counter(one.name for one in found)
    return [one.name if one.name and counts[one.name] == 1 else one.label for one in found]
