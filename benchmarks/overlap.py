"""How long a teardown takes, against its longest chain, and against one step after another.

``python -m benchmarks.overlap [RUNS] [--latency SECONDS] [--depth full|workshop]``. One embedded AWS with AWS's
durations, built anew for each run; all times are
AWS's, so that neither this machine nor the embedded AWS counts. The longest chain is what no order can be faster
than: kinds of resource, each waiting for the one before (``plan.WAITS_FOR``), each as long as it takes somebody who
looks ten times a second. It comes from such a run, the wall time from runs with the engine's own pauses. With the
audit counts what that waits for, from the first call to the last. That calls take time counts only with ``--latency``:
then each takes so many AWS seconds, 32 of them at once, as many as the engine has threads.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from aws_clock import Clock
from benchmarks.accounts import finish, teardown
from carbuyer_cleanup.audit.sweeper import sweep
from carbuyer_cleanup.aws.sending import Sender
from carbuyer_cleanup.teardown import deletion
from carbuyer_cleanup.teardown.engine import THREADS, Loop, Teardown
from carbuyer_cleanup.teardown.plan import STEPS, WAITS_FOR, order
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.audit.result import Depth
    from carbuyer_cleanup.resource import Kind

PAUSES = ("FIRST_PAUSE", "LONG_PAUSE", "LONGEST_PAUSE")
MOST, WITH_AUDIT, LEAST = 1.10, 1.15, 1.8  # limits: wall / chain, with the audit / chain, and one by one / wall


class Way(NamedTuple):
    """How a teardown is run; ``pause`` stands for all pauses between two looks, and ``audit`` is at which depth."""

    latency: float = 0.0
    pause: float = 0.0
    one_by_one: bool = False
    audit: Depth | None = None


def run(way: Way) -> tuple[float, Teardown]:
    """Tear the workshop down, and return how many AWS seconds that took, with the audit if it is asked for."""
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session(ACCOUNT)
    estate.create(session)
    loop = Loop(sandbox.clock)
    down, before = teardown(session, ACCOUNT, sandbox.clock, loop), sandbox.clock.now()
    pauses: Any = {name: way.pause or getattr(deletion, name) for name in PAUSES}
    with patch.multiple(deletion, **pauses), patch.object(Sender, "in_thread", _slowed(way.latency)):
        for steps in [[step] for step in STEPS] if way.one_by_one else [list(STEPS)]:
            down.start(steps)
            for step in steps:
                down.finish(step).result()
        finish(down)
        if way.audit:
            loop.run(sweep(down.aws, depth=way.audit)).result()
    taken = sandbox.clock.now() - before
    loop.close()
    return taken, down


def _slowed(seconds: float) -> Callable[..., Any]:
    """Return what sends a call, and lets it take so long."""
    send, threads = Sender.in_thread, asyncio.Semaphore(THREADS)

    async def in_thread(sender: Sender, work: Callable[[], Any]) -> Any:
        if seconds:
            async with threads:
                await asyncio.sleep(seconds)
        return await send(sender, work)

    return in_thread


def longest_chain(down: Teardown) -> list[tuple[Kind, float]]:
    """Return the kinds of the longest chain of a run, each with the seconds from its first look to its last."""
    took = {kind: (t.ended or 0.0) - (t.started or 0.0) for kind, t in down.deletions.items()}
    chains: dict[Kind, list[Kind]] = {}
    for kind in order():
        before = max((chains[b] for b in WAITS_FOR.get(kind, ())), key=lambda c: sum(took[k] for k in c), default=[])
        chains[kind] = [*before, kind]
    longest = max(chains.values(), key=lambda chain: sum(took[kind] for kind in chain))
    return [(kind, took[kind]) for kind in longest]


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=3)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--depth", choices=("full", "workshop"), default="full")
    return parser


def main() -> int:
    """Print the figures; return 1 if one of the ratios is beyond its limit."""
    options = make_parser().parse_args()
    way = partial(Way, options.latency)
    chain = longest_chain(run(way(pause=0.1))[1])
    least = sum(seconds for _, seconds in chain)
    wall = statistics.median(run(way())[0] for _ in range(options.runs))
    audited = statistics.median(run(way(audit=options.depth))[0] for _ in range(options.runs))
    slow = statistics.median(run(way(one_by_one=True))[0] for _ in range(options.runs))
    for kind, seconds in chain:
        print(f"{seconds:8.1f} s {kind.name}")
    print(f"{least:8.1f} s longest chain")
    print(f"{wall:8.1f} s the engine: {wall / least:.2f} times the chain (limit {MOST})")
    print(f"{audited:8.1f} s with the audit: {audited / least:.2f} times the chain (limit {WITH_AUDIT})")
    print(f"{slow:8.1f} s one step after another: {slow / wall:.2f} times the engine (at least {LEAST})")
    return int(wall / least > MOST or audited / least > WITH_AUDIT or slow / wall < LEAST)


if __name__ == "__main__":
    sys.exit(main())
