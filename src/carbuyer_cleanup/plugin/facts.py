"""The facts of a step and of the audit as plain properties: for JUnit, the report and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.calls import CALLS
from carbuyer_cleanup.errors import AwsError, CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.audit import Sweep
    from carbuyer_cleanup.engine import Outcome
    from carbuyer_cleanup.resource import Resource

Facts = list[tuple[str, object]]


def of_step(outcome: Outcome) -> Facts:
    """Return what was found, deleted, left and left alone, and how long it took."""
    left = {r.id for r in outcome.left}
    return [
        ("found", _lines(outcome.found)),
        ("deleted", _lines(r for r in outcome.found if outcome.error is None and r.id not in left)),
        ("left", _lines(outcome.left)),
        ("left alone", "\n".join(r.line for r in outcome.left_alone)),
        ("seconds of AWS time", f"{outcome.seconds:.0f}"),
    ]


def of_sweep(sweep: Sweep) -> Facts:
    """Return the verdict of the audit and what it rests on."""
    return [
        ("verdict", sweep.verdict.name),
        ("leftovers", "\n".join(map(str, sweep.leftovers))),
        ("could not be looked at", "\n".join(map(str, sweep.unseen))),
        ("regions", " ".join(sorted(sweep.regions))),
    ]


def is_failed_look(error: CleanupError) -> bool:
    """Say whether it is a call that only looks that AWS refused: then nobody knows what is there."""
    return isinstance(error, AwsError) and not CALLS[error.call].writes


def _lines(resources: Iterable[Resource]) -> str:
    return "\n".join(map(str, resources))
