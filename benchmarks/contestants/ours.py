"""This suite, as its user runs it, but that its pauses move the embedded AWS's clock, as all contestants' do.

The suite waits for many things at once: its own clock jumps when nothing is under way, and tells how far.
"""

from __future__ import annotations

import math
import sys
import time

import pytest

from aws_clock import Clock


class Told(Clock):
    """A clock whose jumps AWS is told."""

    def __init__(self, _speed: float = 1.0) -> None:
        super().__init__(math.inf)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once, here and there."""
        time.sleep(seconds)  # pauses/sitecustomize.py
        super().advance(seconds)


if __name__ == "__main__":
    from carbuyer_cleanup.plugin import opening

    setattr(opening, "Clock", Told)  # noqa: B010 - what a run on a real account waits by; the module exports none
    sys.exit(pytest.main(["cleanup_tests", "-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
