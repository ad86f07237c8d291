"""How long a teardown takes, against its longest chain, and against one step after another.

``python -m benchmarks.overlap [RUNS]``. One embedded AWS with AWS's durations, built anew for each run; all times are
AWS's, so that neither this machine nor the embedded AWS counts. The longest chain is what no order can be faster
than: kinds of resource, each waiting for the one before (``plan.WAITS_FOR``), each as long as it takes somebody who
looks ten times a second. It comes from such a run, the wall time from runs with the engine's own pauses. With the
audit at full depth counts what that waits for, from the first call to the last; that its calls take time doesn't.
"""

from __future__ import annotations

import math
import statistics
import sys
from typing import TYPE_CHECKING

from aws_clock import Clock
from benchmarks.accounts import finish, teardown
from carbuyer_cleanup.audit.sweeper import sweep
from carbuyer_cleanup.teardown import deletion
from carbuyer_cleanup.teardown.engine import Loop, Teardown
from carbuyer_cleanup.teardown.plan import STEPS, WAITS_FOR, order
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind

PAUSES = ("FIRST_PAUSE", "LONG_PAUSE", "LONGEST_PAUSE")
MOST, WITH_AUDIT, LEAST = 1.10, 1.15, 1.8  # limits: wall / chain, with the audit / chain, and one by one / wall


def run(*, one_by_one: bool = False, pause: float = 0.0, audit: bool = False) -> tuple[float, Teardown]:
    """Tear the workshop down, and return how many AWS seconds that took, with the audit if it is asked for."""
    usual = {name: getattr(deletion, name) for name in PAUSES}
    for name in PAUSES:
        setattr(deletion, name, pause or usual[name])
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session(ACCOUNT)
    estate.create(session)
    loop = Loop(sandbox.clock)
    down, before = teardown(session, ACCOUNT, sandbox.clock, loop), sandbox.clock.now()
    for steps in [[step] for step in STEPS] if one_by_one else [list(STEPS)]:
        down.start(steps)
        for step in steps:
            down.finish(step).result()
    finish(down)
    if audit:
        loop.run(sweep(down.aws)).result()
    taken = sandbox.clock.now() - before
    loop.close()
    for name, value in usual.items():
        setattr(deletion, name, value)
    return taken, down


def longest_chain(down: Teardown) -> list[tuple[Kind, float]]:
    """Return the kinds of the longest chain of a run, each with the seconds from its first look to its last."""
    took = {kind: (t.ended or 0.0) - (t.started or 0.0) for kind, t in down.deletions.items()}
    chains: dict[Kind, list[Kind]] = {}
    for kind in order():
        before = max((chains[b] for b in WAITS_FOR.get(kind, ())), key=lambda c: sum(took[k] for k in c), default=[])
        chains[kind] = [*before, kind]
    longest = max(chains.values(), key=lambda chain: sum(took[kind] for kind in chain))
    return [(kind, took[kind]) for kind in longest]


def main() -> int:
    """Print the figures; return 1 if one of the ratios is beyond its limit."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    chain = longest_chain(run(pause=0.1)[1])
    least = sum(seconds for _, seconds in chain)
    wall = statistics.median(run()[0] for _ in range(runs))
    audited = statistics.median(run(audit=True)[0] for _ in range(runs))
    slow = statistics.median(run(one_by_one=True)[0] for _ in range(runs))
    for kind, seconds in chain:
        print(f"{seconds:8.1f} s {kind.name}")
    print(f"{least:8.1f} s longest chain")
    print(f"{wall:8.1f} s the engine: {wall / least:.2f} times the chain (limit {MOST})")
    print(f"{audited:8.1f} s with the audit: {audited / least:.2f} times the chain (limit {WITH_AUDIT})")
    print(f"{slow:8.1f} s one step after another: {slow / wall:.2f} times the engine (at least {LEAST})")
    return int(wall / least > MOST or audited / least > WITH_AUDIT or slow / wall < LEAST)


if __name__ == "__main__":
    sys.exit(main())
