"""How far a class is: how many accounts are done, which are slowest, and how long the rest may take."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run, Runs

SLOWEST = 3  # accounts that are named


def told(runs: Runs) -> list[str]:
    """Return counts per state, the time that is left, and the slowest accounts: one line."""
    states = [(run, _state(run)) for run in runs.open.values()]
    counts = Counter(state for _, state in states) + Counter({"refused": len(runs.refused)})
    slow = sorted((run for run, state in states if state == "deleting"), key=_oldest)[:SLOWEST]
    parts = [
        f"{counts.pop('done', 0)} of {len(states)} accounts done",
        *(f"{count} {state}" for state, count in sorted(counts.items())),
        *_time_left([state for _, state in states], runs),
        *(f"{run.member.alias}: {next(iter(run.teardown.running()), '')}" for run in slow),
    ]
    return [" · ".join(parts)]


def _state(run: Run) -> str:
    if run.is_done:
        return "done"
    return "deleting" if run.teardown.running() else "looked at"


def _oldest(run: Run) -> float:
    """Return since when the account waits for what it waits for longest."""
    times = [t.started for t in run.teardown.takedowns.values() if t.started is not None and t.ended is None]
    return min(times, default=float("inf"))


def _time_left(states: list[str], runs: Runs) -> list[str]:
    """Return an estimate by the share that is done; nothing before the first account is, or after the last."""
    done = states.count("done")
    if done in (0, len(states)):
        return []
    passed = (datetime.now(UTC) - min(run.started for run in runs.open.values())).total_seconds()
    return [f"about {passed * (len(states) - done) / done / 60:.0f} min left"]
