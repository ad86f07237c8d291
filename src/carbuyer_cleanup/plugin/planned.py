"""The plan on one screen: a line per step with what goes and what it costs, and the totals; ``-v`` lists everything."""

from __future__ import annotations

from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.plugin.language import ENGLISH, of
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.usual import usual_minutes
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carbuyer_cleanup.plugin.language import Texts
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.plan import Step

HEAD = "step  to be deleted                                               USD a month"
WIDTH = 57  # columns for what goes: a line then fits a terminal of 80
FEW = 3  # near-misses to list without -v


def lines(plan: Mapping[Step, list[Resource]], *, verbose: bool) -> list[str]:
    """Return what will be deleted, by step, each resource once, even if two steps find it."""
    by_step = _once(plan)
    if not by_step:
        return ["to be deleted: nothing"]
    told = [line for step, found in by_step.items() for line in _step(step, found, verbose=verbose)]
    return [HEAD, *told]


def total(run: Run, plan: Mapping[Step, list[Resource]], say: Texts = ENGLISH) -> list[str]:
    """Return the total, its cost, how long it usually takes, and whose account it is; empty if nothing goes."""
    found = all_of(plan)
    whose = say.whose.format(account=run.aws.account, alias=run.alias).rstrip()
    return [summed(found, say), whose] if found else []


def all_of(plan: Mapping[Step, list[Resource]]) -> list[Resource]:
    """Return all resources of a plan, each once."""
    return [resource for resources in _once(plan).values() for resource in resources]


def worth(found: Sequence[Resource], say: Texts) -> str:
    """Return how many resources these are, and what they cost."""
    return f"{of(say.resources, len(found))}, {_cost(found, say)}"


def summed(found: Sequence[Resource], say: Texts) -> str:
    """Return how many resources these are, what they cost, and how long it usually takes to delete them."""
    minutes = of(say.minutes, usual_minutes({r.kind for r in found}))
    return say.summed.format(resources=of(say.resources, len(found)), cost=_cost(found, say), minutes=minutes)


def _cost(found: Sequence[Resource], say: Texts) -> str:
    return say.worth(prices.of_types(r.kind for r in found))


def near_misses(found: Iterable[Resource], *, verbose: bool) -> list[str]:
    """Return what is left alone although it looks like the workshop's; without ``verbose``, only a few of them."""
    told = list(dict.fromkeys(f"left alone: {r.line}" for r in found))
    if verbose or len(told) <= FEW:
        return told
    return [*told[:FEW], f"left alone: {len(told) - FEW} more; -v lists them"]


def counted_near_misses(found: Iterable[Resource]) -> list[str]:
    """Return a line with the number of near-misses, or nothing if there are none."""
    count = len({(r.kind, r.id) for r in found})
    return [f"left alone: {counted(count, 'resource')}; -v says which, and why"] if count else []


def notices(found: Iterable[Resource]) -> list[str]:
    """Return what users must know before these resources are deleted."""
    return [f"{r}: {r.notice}" for r in found if r.notice]


def _once(plan: Mapping[Step, list[Resource]]) -> dict[Step, list[Resource]]:
    seen: set[tuple[str, str]] = set()
    by_step: dict[Step, list[Resource]] = {}
    for step, resources in plan.items():
        new = [r for r in resources if (r.kind, r.id) not in seen]
        seen |= {(r.kind, r.id) for r in new}
        by_step |= {step: new} if new else {}
    return by_step


def _step(step: Step, found: list[Resource], *, verbose: bool) -> list[str]:
    cost = prices.of_types(r.kind for r in found).usd
    line = f"{step.number:4}  {_what(found):<{WIDTH}}  {cost:11.2f}"
    if verbose:
        return [line, *(f"      {r.line}" for r in found)]
    return [line, *(f"      {notice}" for notice in notices(found))]


def _what(found: list[Resource]) -> str:
    """Return the names if they fit, else the number of each kind."""
    kinds = [list(group) for _, group in groupby(found, key=lambda r: r.kind)]
    named = ", ".join(f"{', '.join(f'{r.kind} {r.name or r.id}' for r in some)}{_inside(some)}" for some in kinds)
    if len(named) <= WIDTH:
        return printable(named)
    told = ", ".join(f"{counted(len(some), some[0].kind)}{_inside(some)}" for some in kinds)
    return shorten(told, WIDTH, placeholder=" …")


def _inside(found: list[Resource]) -> str:
    """Return what is inside resources of one kind: "about", because AWS counts a table's items every few hours only."""
    inside = [r.contents for r in found if r.contents and r.contents.count]
    if not inside:
        return ""
    more = "more than" if any(one.or_more for one in inside) else "about"
    return f" ({more} {counted(sum(one.count for one in inside), inside[0].unit)})"
