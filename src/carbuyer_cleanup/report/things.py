"""The resources of a run, each once: what the steps and the audit found, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.teardown.plan import STEP_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.verdict import Fate


@dataclass(frozen=True)
class Thing:
    """One resource; ``gone_after`` is how many seconds after the first deletion it was seen to be gone.

    ``step`` is the number of the step that found it, 0 if only the audit did; ``place`` is the id of its subnet or VPC,
    "" if it is in none.
    """

    leftover: Leftover
    fate: Fate
    step: int = 0
    gone_after: float | None = None
    place: str = ""

    @property
    def usd(self) -> float | None:
        """What it costs in USD a month, or None if that is unknown."""
        return prices.price(self.leftover)


def as_leftover(resource: Resource) -> Leftover:
    """Return a step's resource in the form of the audit's leftovers."""
    r = resource
    return Leftover(r.kind, r.id, r.name, r.region, r.arn, r.why, r.state)


def things(run: Run) -> list[Thing]:
    """Return all resources: first what is still there, the most expensive on top, then the rest in the page's order."""
    known = {(thing.leftover.type, thing.leftover.id): thing for thing in [*_begun(run), *_left(run)]}
    for leftover in run.sweep.leftovers if run.sweep else []:
        keys = [
            (leftover.type, leftover.id),
            (leftover.type, leftover.name),
        ]  # where the name is the id, as with a key pair
        key = next((key for key in keys if key in known), keys[0])
        thing = known.get(key, Thing(leftover, "left"))
        known[key] = replace(thing, fate="left", gone_after=None)
    return sorted(known.values(), key=lambda thing: (thing.fate == "gone", thing.fate == "left" and -(thing.usd or 0)))


def _begun(run: Run) -> Iterator[Thing]:
    """Yield everything that the deletions found, whatever became of it."""
    origin = min((t.asked for t in run.teardown.deletions.values() if t.asked is not None), default=0.0)
    for kind, deletion in run.teardown.deletions.items():
        outcome = run.outcomes.get(STEP_OF[kind].number)
        there = {r.id for r in outcome.left} if outcome else deletion.waiting.keys() | deletion.failed.keys()
        for r in deletion.found.values():
            gone = deletion.gone.get(r.id)
            after = None if gone is None or r.id in there else gone - origin
            yield Thing(as_leftover(r), "left" if r.id in there else "gone", STEP_OF[kind].number, after, r.place)


def _left(run: Run) -> Iterator[Thing]:
    """Yield what the steps saw last; with ``--verify`` and ``--plan``, that is all there is."""
    fate: Fate = "planned" if run.settings.task is Task.PLAN else "left"
    for number, outcome in sorted(run.outcomes.items()):
        yield from (Thing(as_leftover(r), fate, number, place=r.place) for r in outcome.left)
