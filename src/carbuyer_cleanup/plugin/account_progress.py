"""How far one account is: what is gone of what was found, what takes longest, and how far the audit has come."""

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
    from carbuyer_cleanup.teardown.takedown import Takedown

STARTING = "looking at what is there"


def told(run: Run) -> str:
    """Return it in one line."""
    if run.teardown.under_way():
        gone, found = run.gone_of_found
        return " · ".join([*([f"{gone} of {found} gone"] if found else []), slowest(run) or STARTING, *_rates(run)])
    if lists := run.aws.tally[LISTS]:
        return _audit(run.aws.tally[READ], lists)
    done = sum(look.done() for look in run.looks.values())
    return f"looking at what is left: {done} of {len(run.looks)} steps"


def planning(run: Run) -> str:
    """Return how far the plan is."""
    takedowns = run.teardown.takedowns.values()
    return f"making the plan: {sum(t.planned is not None for t in takedowns)} of {len(takedowns)} kinds looked at"


def slowest(run: Run) -> str:
    """Return what is waited for in the chain that takes longest, and how much longer it usually takes."""
    rest = {kind: _rest(run, takedown) for kind, takedown in run.teardown.takedowns.items() if _is_to_go(takedown)}
    chain = longest_chain(rest)
    running = next((kind for kind in chain if run.teardown.takedowns[kind].is_running), None)
    if running is None:
        return ""
    state = run.teardown.takedowns[running].state
    what = f"step {STEP_OF[running].number}: {running.name} {state}".rstrip()
    return printable(f"{what}, {_time(_passed(run, running), sum(rest[kind] for kind in chain))}")


def _is_to_go(takedown: Takedown) -> bool:
    return bool(takedown.found) and takedown.ended is None


def _rest(run: Run, takedown: Takedown) -> float:
    """Return the minutes that a kind usually still takes."""
    passed = _passed(run, takedown.kind)
    return max(takedown.kind.usually - passed, 0.0)


def _passed(run: Run, kind: Kind) -> float:
    started = run.teardown.takedowns[kind].started
    return 0.0 if started is None else (run.aws.clock.now() - started) / 60


def _time(passed: float, rest: float) -> str:
    if rest:
        return f"usually {math.ceil(rest)} min more"
    return "usually less than a minute" if passed <= 1 else f"{passed:.0f} min so far, longer than usual"


def _rates(run: Run) -> list[str]:
    """Return how fast it goes where one resource holds many, and how far the saving is."""
    running = [t for takedowns in run.teardown.under_way().values() for t in takedowns]
    counts = {takedown.kind: run.aws.tally[takedown.kind.name] for takedown in running}
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
