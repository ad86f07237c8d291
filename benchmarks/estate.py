"""How long the workshop's estate takes to build: ``python -m benchmarks.estate``.

Built once to warm up (modules, service models, clients), then several times in accounts made anew. The ratio to the
first says what is start-up cost; the figure to quote is the median of the others.
"""

from __future__ import annotations

import math
import statistics
import time

from aws_clock import Clock
from strict_moto import Sandbox, estate

ROUNDS = 7


def main() -> None:
    """Print the seconds of the first round, the median of the others, and their ratio."""
    sandbox = Sandbox(Clock(math.inf))
    seconds = [_round(sandbox) for _ in range(ROUNDS + 1)]
    warm = statistics.median(seconds[1:])
    print(f"cold {seconds[0]:.2f} s; warm {warm:.2f} s (min {min(seconds):.2f}); warm/cold {warm / seconds[0]:.2f}")
    print(f"calls a round: {len(sandbox.log)}")


def _round(sandbox: Sandbox) -> float:
    sandbox.reset()
    started = time.perf_counter()
    estate.create(sandbox.session())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
