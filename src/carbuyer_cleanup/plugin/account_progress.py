"""The progress of one account: how much of what was found is gone, what takes longest, and how far the audit is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.result import LISTS, READ
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.plan import STEP_OF
from carbuyer_cleanup.teardown.usual import longest_chain

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Kind
    from carbuyer_cleanup.teardown.deletion import Deletion

STARTING = "looking at what is there"


def line(run: Run) -> str:
    """Return the progress of an account in one line."""
    if run.teardown.under_way():
        gone, found = run.gone_of_found
        return " · ".join([*([f"{gone} of {found} gone"] if found else []), slowest(run) or STARTING, *_rates(run)])
    if lists := run.aws.tally[LISTS]:
        return _audit(run.aws.tally[READ], lists)
    done = sum(look.done() for look in run.looks.values())
    return f"looking at what is left: {done} of {len(run.looks)} steps"


def planning(run: Run) -> str:
    """Return the progress of the plan in one line."""
    deletions = run.teardown.deletions.values()
    return f"making the plan: {sum(t.planned is not None for t in deletions)} of {len(deletions)} kinds looked at"


def slowest(run: Run) -> str:
    """Return what the longest chain is waiting for, and how much longer it usually takes; "" if nothing is running."""
    rest = {kind: _rest(run, deletion) for kind, deletion in run.teardown.deletions.items() if _is_to_go(deletion)}
    chain = longest_chain(rest)
    running = next((kind for kind in chain if run.teardown.deletions[kind].is_running), None)
    if running is None:
        return ""
    state = run.teardown.deletions[running].state
    what = f"step {STEP_OF[running].number}: {running.name} {state}".rstrip()
    return printable(f"{what}, {_time(_passed(run, running), sum(rest[kind] for kind in chain))}")


def _is_to_go(deletion: Deletion) -> bool:
    return bool(deletion.found) and deletion.ended is None


def _rest(run: Run, deletion: Deletion) -> float:
    """Return how many more minutes a kind usually takes."""
    passed = _passed(run, deletion.kind)
    return max(deletion.kind.usually - passed, 0.0)


def _passed(run: Run, kind: Kind) -> float:
    started = run.teardown.deletions[kind].started
    return 0.0 if started is None else (run.aws.clock.now() - started) / 60


def _time(passed: float, rest: float) -> str:
    if rest:
        return f"usually {math.ceil(rest)} min more"
    return "usually less than a minute" if passed <= 1 else f"{passed:.0f} min so far, longer than usual"


def _rates(run: Run) -> list[str]:
    """Return the rate of deletion where one resource holds many things, and the progress of the backup."""
    running = [t for deletions in run.teardown.under_way().values() for t in deletions]
    counts = {deletion.kind: run.aws.tally[deletion.kind.name] for deletion in running}
    return [
        *(
            f"{count} {kind.name} deleted, {count / (60 * _passed(run, kind)):.0f} a second"
            for kind, count in counts.items()
            if count and _passed(run, kind)
        ),
        *([str(run.aws.backup.progress)] if run.aws.backup and any(one.is_saving for one in running) else []),
    ]


def _audit(read: int, lists: int) -> str:
    if read < lists:
        return f"audit: {read} of {lists} lists read"
    return f"audit: all {lists} lists read; those that may be out of date are read again"
