"""What is left, as a table of the terminal's: what costs most first, and nothing of it cut."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup import prices
from carbuyer_cleanup.plugin.planned import FEW, counted

if TYPE_CHECKING:
    from carbuyer_cleanup.audit import Leftover
    from carbuyer_cleanup.plugin.run import Run

WIDTH = 79


class Row(NamedTuple):
    """The leftovers of one type in one Region, and what they cost a month, None if that is unknown."""

    usd: float | None
    what: str
    names: list[str]


def lines(run: Run, *, verbose: bool) -> list[str]:
    """Return the table; nothing if nothing is left. If it is little, or ``verbose``, each thing has its reason."""
    found = run.sweep.leftovers if run.sweep else []
    if verbose or len(found) <= FEW:
        told = [line for leftover in prices.dearest_first(found) for line in _in_full(leftover)]
        return [*told, *(f"left: {text}" for text in run.facts.unlisted)]
    return [*_table(_rows(found, run.aws.region)), *_unlisted(run.facts.unlisted, audited=bool(found))]


def _in_full(leftover: Leftover) -> list[str]:
    """Return what it is, why it counts, what it costs, and where the console shows it."""
    line = f"left: {leftover} ({prices.told(leftover.type)})"
    return [line, *([f"      {leftover.console}"] if leftover.console else [])]


def _unlisted(texts: tuple[str, ...], *, audited: bool) -> list[str]:
    """Return what only the steps found: all of it if it is little, or if there is nothing that it hangs on."""
    if len(texts) <= FEW or not audited:
        return [f"left: {text}" for text in texts]
    return [f"left: {len(texts)} more that hang on these; -v lists them"]


def _table(rows: list[Row]) -> list[str]:
    """Return the lines of those that cost something, and then of those that are free, which are only counted."""
    paid = [row for row in rows if row.usd != 0]
    free = ", ".join(row.what for row in rows if row.usd == 0)
    told = [line for row in paid for line in _lines(row.usd, f"{row.what}: {', '.join(row.names)}")]
    return [*(["left (USD a month; -v lists all of it)"] if rows else []), *told, *(_lines(0.0, free) if free else [])]


def _lines(usd: float | None, text: str) -> list[str]:
    cost = "unknown" if usd is None else f"{usd:.2f}" if usd else "free"
    return wrap(text, WIDTH, initial_indent=f"{cost:>9}  ", subsequent_indent=" " * 11)


def _rows(found: list[Leftover], home: str) -> list[Row]:
    groups: dict[tuple[str, str], list[Leftover]] = {}
    for leftover in found:
        groups.setdefault((leftover.type, leftover.region), []).append(leftover)
    rows = [_row(type_, "" if region in (home, "global") else region, some) for (type_, region), some in groups.items()]
    return sorted(rows, key=lambda row: -(row.usd if row.usd is not None else 0.001))


def _row(type_: str, region: str, found: list[Leftover]) -> Row:
    usd = prices.price(found[0])
    what = counted(len(found), type_) + (f" in {region}" if region else "")
    return Row(None if usd is None else usd * len(found), what, [_named(one) for one in found])


def _named(leftover: Leftover) -> str:
    """Return the name, and the id of what has a name that others may have too."""
    if leftover.id in ("", leftover.name, leftover.arn):
        return leftover.name or leftover.id
    return f"{leftover.name} ({leftover.id})"
