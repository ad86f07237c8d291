"""The facts of a step and of the audit as plain properties: for JUnit, the report and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.certificate import prices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.audit.result import Sweep
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.engine import Outcome

Facts = list[tuple[str, object]]


def of_step(outcome: Outcome) -> Facts:
    """Return what a step found, deleted, left and left alone, and how long it took."""
    return [
        ("found", _lines(outcome.found)),
        ("deleted", _lines(outcome.deleted)),
        ("left", _lines(outcome.left)),
        ("doubtful", "\n".join(f"{r.line}; {r.ways_out}" for r in outcome.doubtful)),
        ("left alone", "\n".join(r.line for r in outcome.left_alone)),
        ("seconds of AWS time", f"{outcome.seconds:.0f}"),
    ]


def of_sweep(sweep: Sweep, account: str, *, rehearsal: bool) -> Facts:
    """Return the audit's verdict, "REHEARSAL" in a rehearsal, and what it rests on."""
    return [
        ("account", account),
        ("verdict", "REHEARSAL" if rehearsal else sweep.verdict.name),
        ("leftovers", "\n".join(map(str, sweep.leftovers))),
        ("cost", str(prices.estimate(sweep.leftovers)) if sweep.leftovers else ""),
        ("on its way out", "\n".join(map(str, sweep.in_between))),
        ("doubtful", "\n".join(map(str, sweep.doubtful))),
        ("could not be looked at", "\n".join(map(str, sweep.unseen))),
        ("regions", "\n".join(sorted(sweep.regions))),
        ("depth", sweep.depth),
    ]


def _lines(resources: Iterable[Resource]) -> str:
    return "\n".join(map(str, resources))
