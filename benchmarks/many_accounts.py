"""A class of 200 accounts torn down by one process: time, memory, open files, threads.

``python -m benchmarks.many_accounts [ACCOUNTS] [--wave N]``. They are answered from a record (replay.py), so that no
server is in the way. Time is AWS's alone, and stands still while anything is worked on: all / one shows whether one
account waits for another. What the process itself needs is told beside it: its CPU time, its threads' at 100 ms a call,
and after each wave of accounts its memory and its open files, which must not grow from wave to wave.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from aws_clock import Clock
from benchmarks.accounts import finish, resident, teardown
from benchmarks.replay import PAUSE, Record
from carbuyer_cleanup.plugin.memory import seldom_collected
from carbuyer_cleanup.teardown import deletion, engine
from carbuyer_cleanup.teardown.engine import THREADS, Loop
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


class Sample(NamedTuple):
    """What the process holds when so many accounts are done."""

    done: int
    mib: float
    files: int
    cpu: float


class Class(NamedTuple):
    """What so many accounts took: seconds of AWS's, calls, threads, and what the process held meanwhile."""

    seconds: float
    calls: int
    threads: int
    samples: list[Sample]


def tear_down(record: Record, count: int, wave: int = WAVE) -> Class:
    """Tear so many accounts down, a wave of them at once."""
    clock = Clock(math.inf)
    with patch.object(engine, "WAVE", wave):
        loop = Loop(clock)
    accounts = [f"{n:012}" for n in range(1, count + 1)]
    sessions = [record.replayed(clock, account) for account in accounts]
    downs = [teardown(session, account, clock, loop) for session, account in zip(sessions, accounts, strict=True)]
    before, samples = clock.now(), [sample(0)]
    for down in downs:
        down.start(STEPS)
    for done, down in enumerate(downs, 1):
        finish(down)
        if done % wave == 0 or done == count:
            samples.append(sample(done))
    found = Class(clock.now() - before, sum(d.aws.counts.total() for d in downs), threading.active_count(), samples)
    loop.close()
    return found


def sample(done: int) -> Sample:
    """Return what the process holds now, and tell it."""
    gc.collect()
    found = Sample(done, resident(), len([*Path("/proc/self/fd").iterdir()]), time.process_time())
    print(
        f"{found.done:6} accounts done: {found.mib:.1f} MiB, {found.files} open files, {found.cpu:.0f} s of CPU",
        flush=True,
    )
    return found


def main() -> int:
    """Print the figures; return 1 if one of them is beyond its limit. Garbage is looked for as seldom as in a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=int, nargs="?", default=200)
    parser.add_argument("--wave", type=int, default=WAVE, metavar="N")
    options = parser.parse_args()
    record, count = recorded(), options.accounts
    one, before = tear_down(record, 1), sample(0)
    all_ = tear_down(record, count, options.wave)
    last, waves = all_.samples[-1], -(-count // options.wave)
    cpu, grown = last.cpu - before.cpu, (last.mib - before.mib) / (count - 1)
    print(f"one account {one.seconds:.0f} s ({one.calls} calls)")
    print(f"{count} accounts {all_.seconds:.0f} s ({all_.calls} calls)")
    print(f"all / one: {all_.seconds / one.seconds:.2f} in {waves} waves of {options.wave} (limit {WALL} each)")
    print(f"the process needs {cpu:.0f} s of CPU, and {all_.calls * 0.1 / THREADS:.0f} s of its {THREADS} threads")
    print(f"memory of each account beyond the first: {grown:.2f} MiB (limit {MIB:.0f}); {all_.threads} threads")
    slowest = max(all_.seconds, cpu, all_.calls * 0.1 / THREADS)
    return int(slowest > WALL * one.seconds * waves or grown > MIB)


if __name__ == "__main__":
    with seldom_collected():
        sys.exit(main())
