"""This suite: as its user runs it, or ``ours.py --embedded COURSE``, in its own process and on AWS's time alone.

The latter prints how many of AWS's seconds pass from the first call to the last, the audit at full depth included.
"""

from __future__ import annotations

import math
import sys

import pytest

from aws_clock import Clock

COMMAND = ["cleanup_tests", "-q", "-p", "no:cacheprovider"]


def embedded(course: str) -> int:
    """Tear down within this process, where time jumps while everybody waits."""
    from benchmarks.contest import courses, furnished  # noqa: PLC0415 - not for a user's run

    chosen = courses(())[course]
    sandbox, _ = furnished(chosen, Clock(math.inf))

    class Bring:
        def pytest_carbuyer_sandbox(self) -> object:
            return sandbox

    before = sandbox.clock.now()
    code = pytest.main([*COMMAND, "--audit-depth", "full"], plugins=[Bring()])
    print(f"AWS seconds: {sandbox.clock.now() - before}")
    return int(code)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(embedded(arguments[1]) if arguments[:1] == ["--embedded"] else pytest.main([*COMMAND, *arguments]))
