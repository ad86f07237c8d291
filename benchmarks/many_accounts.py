"""A class of 200 accounts torn down by one process: time, memory, threads.

``python -m benchmarks.many_accounts [ACCOUNTS]``. They are answered from a record (replay.py), so that no server
is in the way. Time is AWS's alone, and stands still while anything is worked on: all / one shows whether one account
waits for another. What the process itself needs is told beside it: its CPU time, and its threads' at 100 ms a call.
"""

from __future__ import annotations

import gc
import math
import sys
import threading
import time

from aws_clock import Clock
from benchmarks.accounts import finish, resident, teardown
from benchmarks.replay import PAUSE, Record
from carbuyer_cleanup.teardown import deletion
from carbuyer_cleanup.teardown.engine import THREADS, Loop, Teardown
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.teardown.turns import WAVE
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox

WALL, MIB = 1.5, 8.0  # limits: all accounts / one, memory of each account beyond the first


def recorded() -> Record:
    """Return the record of one teardown, by somebody who looks twice a second."""
    usual = deletion.FIRST_PAUSE, deletion.LONG_PAUSE, deletion.LONGEST_PAUSE
    deletion.FIRST_PAUSE = deletion.LONG_PAUSE = deletion.LONGEST_PAUSE = PAUSE
    sandbox, record = Sandbox(Clock(math.inf)), Record()
    estate.create(sandbox.session(ACCOUNT))
    record.start = sandbox.clock.now()
    loop = Loop(sandbox.clock)
    down = teardown(record.session(sandbox), ACCOUNT, sandbox.clock, loop)
    down.start(STEPS)
    finish(down)
    loop.close()
    deletion.FIRST_PAUSE, deletion.LONG_PAUSE, deletion.LONGEST_PAUSE = usual
    return record


def tear_down(record: Record, count: int) -> tuple[float, list[Teardown], int]:
    """Tear so many accounts down at once; return the seconds that it took, the accounts, and the most threads."""
    clock = Clock(math.inf)
    loop = Loop(clock)
    accounts = [f"{n:012}" for n in range(1, count + 1)]
    sessions = [record.replayed(clock, account) for account in accounts]
    downs = [teardown(session, account, clock, loop) for session, account in zip(sessions, accounts, strict=True)]
    before = clock.now()
    for down in downs:
        down.start(STEPS)
    for down in downs:
        finish(down)
    taken, threads = clock.now() - before, threading.active_count()
    loop.close()
    return taken, downs, threads


def main() -> int:
    """Print the figures; return 1 if one of them is beyond its limit."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    record = recorded()
    one, kept, _ = tear_down(record, 1)
    gc.collect()
    memory, cpu = resident(), time.process_time()
    all_, downs, threads = tear_down(record, count)
    cpu, grown = time.process_time() - cpu, (resident() - memory) / (count - 1)
    calls = sum(down.aws.counts.total() for down in downs)
    print(
        f"one account {one:.0f} s ({kept[0].aws.counts.total()} calls), {count} accounts {all_:.0f} s ({calls} calls)"
    )
    waves = -(-count // WAVE)
    print(f"all / one: {all_ / one:.2f} in {waves} waves of {WAVE} (limit {WALL} each)")
    print(f"the process needs {cpu:.0f} s of CPU, and {calls * 0.1 / THREADS:.0f} s of its {THREADS} threads")
    print(f"memory of each account beyond the first: {grown:.2f} MiB (limit {MIB:.0f}); {threads} threads")
    return int(max(all_, cpu, calls * 0.1 / THREADS) > WALL * one * waves or grown > MIB)


if __name__ == "__main__":
    sys.exit(main())
