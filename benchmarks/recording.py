"""What ``--record`` costs: the CPU time of looking at an account, recorded, as a multiple of that without.

``python benchmarks/recording.py [TIMES]``. Accounts are answered from a record (replay.py), so that what is measured is
botocore and the suite, without any server, network or TLS. Both take turns, and the least of each is compared.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from accounts import teardown
from replay import Record

from carbuyer_cleanup.clock import Clock
from carbuyer_cleanup.engine import Loop
from carbuyer_cleanup.plan import STEPS
from carbuyer_cleanup.recording.recorder import Recorder
from carbuyer_cleanup.recording.tape import Tape
from carbuyer_cleanup.recording.words import english, members, states
from carbuyer_cleanup.sandbox import estate
from carbuyer_cleanup.sandbox.front import ACCOUNT, Sandbox

LIMIT = 1.05
TURNS = 5


def recorded() -> Record:
    """Return the record of looking at everything that the steps look at."""
    sandbox, record = Sandbox(Clock(math.inf)), Record()
    estate.create(sandbox.session(ACCOUNT))
    record.start = sandbox.clock.now()
    look(record.session(sandbox), sandbox.clock)
    return record


def look(session: Any, clock: Clock) -> None:
    """Look at all steps of an account."""
    loop = Loop(clock)
    down = teardown(session, ACCOUNT, clock, loop)
    for step in STEPS:
        down.look(step).result()
    loop.close()


def seconds(record: Record, count: int, folder: Path | None) -> float:
    """Return the CPU seconds of looking so many times, recorded if there is a folder for the file."""
    clock = Clock(math.inf)
    recorder = Recorder(Tape(folder / "run.rec"), "carbuyer-") if folder else None
    sessions = [record.replayed(clock) for _ in range(count)]
    for number, session in enumerate(sessions if recorder else (), 1):
        recorder.watch(session, str(number), clock)  # type: ignore[union-attr] # there is one
    before = time.process_time()
    for session in sessions:
        look(session, clock)
    if recorder:
        recorder.tape.close()
    return time.process_time() - before


def main() -> int:
    """Print the figures; return 1 if one of them is beyond its limit."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    record = recorded()
    start = time.process_time()
    for lists in (english, members, states):
        lists()
    print(f"once a run, to know the words: {time.process_time() - start:.2f} s of CPU")
    with tempfile.TemporaryDirectory() as folder:
        turns = [(seconds(record, count, None), seconds(record, count, Path(folder))) for _ in range(TURNS)]
        size = (Path(folder) / "run.rec").stat().st_size
    plain, taped = (min(times) for times in zip(*turns, strict=True))
    print(f"{count} times: {plain:.2f} s of CPU, recorded {taped:.2f} s; {size / count / 1024:.0f} KiB each")
    print(f"recorded / not: {taped / plain:.3f} (limit {LIMIT})")
    return int(taped / plain > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
