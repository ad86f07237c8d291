"""The progress of a class: how many accounts are done, which are slowest, and how long the rest may take."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from carbuyer_cleanup.plugin import account_progress

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run, Runs

SLOWEST = 3  # accounts to name
Reported = Mapping[str, tuple[int, str | None]]


def line(runs: Runs) -> str:
    """Return, in one line, the number of accounts in each state, the time left, and the slowest accounts."""
    states = [(run, _state(run)) for run in runs.open.values()]
    counts = Counter(state for _, state in states) + Counter({"refused": len(runs.refused)})
    slow = sorted((run for run, state in states if state == "deleting"), key=_oldest)[:SLOWEST]
    parts = [
        f"{counts.pop('done', 0)} of {len(states)} accounts done",
        *(f"{count} {state}" for state, count in sorted(counts.items())),
        *_time_left([state for _, state in states], runs),
        *(f"{run.member.alias}: {account_progress.slowest(run)}" for run in slow),
    ]
    return " · ".join(parts)


def told_by_reports(reported: Reported, started: float) -> str:
    """Return the progress of a class that workers take down, as far as their reports tell, in one line.

    Args:
        reported: for each account, how many of its tests have ended, and the next one; None if there is none left.
        started: when the class began, by :func:`time.monotonic`.
    """
    done = sum(test is None for _, test in reported.values())
    behind = sorted((count, alias, test) for alias, (count, test) in reported.items() if test)
    parts = [
        f"{done} of {len(reported)} accounts done",
        *_by_share(done, len(reported), time.monotonic() - started),
        *(f"{alias} at {test}" for _, alias, test in behind[:1]),
    ]
    return " · ".join(parts)


def _state(run: Run) -> str:
    if run.is_done:
        return "done"
    if not run.teardown.turn.has_come:
        return "waiting for their turn"
    return "deleting" if run.teardown.under_way() else "looked at"


def _oldest(run: Run) -> float:
    """Return when the account's longest running deletion started."""
    times = [t.started for t in run.teardown.deletions.values() if t.started is not None and t.ended is None]
    return min(times, default=float("inf"))


def _time_left(states: list[str], runs: Runs) -> list[str]:
    """Return an estimate based on the share of accounts that are done; empty if none or all are."""
    passed = (datetime.now(UTC) - min(run.started for run in runs.open.values())).total_seconds()
    return _by_share(states.count("done"), len(states), passed)


def _by_share(done: int, count: int, seconds: float) -> list[str]:
    return [f"about {math.ceil(seconds * (count - done) / done / 60)} min left"] if 0 < done < count else []
