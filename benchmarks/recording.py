"""What ``--record`` costs: the CPU time of looking at an account, recorded, as a multiple of that without.

``python benchmarks/recording.py [TIMES]``. Accounts are answered from a record (replay.py), so that what is measured is
botocore and the suite, without any server; a real account's calls take HTTP and TLS besides.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accounts import teardown
from replay import Record

from aws_clock import Clock
from carbuyer_cleanup.recording.recorder import Recorder, _Account
from carbuyer_cleanup.recording.tape import Tape
from carbuyer_cleanup.recording.words import english, members, states
from carbuyer_cleanup.teardown.engine import Loop
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto import estate
from strict_moto.front import ACCOUNT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 1.1  # of what is measured here; of a real run, whose calls cost more, 1.05 is meant


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


class Timed:
    """Adds up the CPU time that the recorder takes, in whatever thread."""

    def __init__(self) -> None:
        self.seconds = 0.0
        for name in ("before_parameter_build", "before_parse", "after_call", "after_call_error"):
            setattr(_Account, name, self._timed(getattr(_Account, name)))

    def _timed(self, handler: Callable[..., None]) -> Callable[..., None]:
        def handle(*args: Any, **event: Any) -> None:
            before = time.thread_time()
            handler(*args, **event)
            self.seconds += time.thread_time() - before

        return handle


def seconds(record: Record, count: int, folder: Path) -> float:
    """Return the CPU seconds of looking so many times, recorded."""
    clock = Clock(math.inf)
    recorder = Recorder(Tape(folder / "run.rec"), "carbuyer-")
    sessions = [record.replayed(clock) for _ in range(count)]
    for number, session in enumerate(sessions, 1):
        recorder.watch(session, str(number), clock)
    before = time.process_time()
    for session in sessions:
        look(session, clock)
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
    timed = Timed()
    with tempfile.TemporaryDirectory() as folder:
        whole = seconds(record, count, Path(folder))
        size = (Path(folder) / "run.rec").stat().st_size
    ratio = whole / (whole - timed.seconds)
    print(
        f"{count} times: {whole:.2f} s of CPU, the recorder's {timed.seconds:.2f} s; {size / count / 1024:.0f} KiB each"
    )
    print(f"recorded / not: {ratio:.3f} (limit {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
