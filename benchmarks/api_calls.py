"""How many API calls a teardown of the whole estate takes when AWS keeps nobody waiting: a table by operation.

``python -m benchmarks.api_calls``. The suite runs as a user would run it, in an embedded AWS whose every wait is at its
fastest; what the audit asks afterwards is counted apart.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from aws_clock import Clock
from strict_moto import estate
from strict_moto.quirks import Quirks
from strict_moto.sandbox import ACCOUNT, Sandbox

LIMIT = 180
AUDIT = "ec2:DescribeRegions"  # its first call, when all steps have ended, and nobody else's
# Durations that are no waits: how long things stay listed, and rates, of which 0 would mean never.
KEPT = ("ec2_rate_scale", "nat_gateway_listed", "instance_listed", "instance_tags_kept", "peering_listed")
FASTEST: dict[str, Any] = {f.name: 0.0 for f in fields(Quirks) if f.type == "float" and f.name not in KEPT}
ONE_IN = 1e-3  # seconds between two calls, where AWS wants many


class Counting:
    """The plugin that brings the embedded AWS."""

    def __init__(self) -> None:
        quirks = Quirks(**FASTEST | {"rest_api_delete_every": ONE_IN, "usage_plan_update_every": ONE_IN})
        self.sandbox = Sandbox(Clock(math.inf), quirks)
        estate.create(self.sandbox.session(ACCOUNT))
        self.sandbox.log.clear()

    def pytest_carbuyer_sandbox(self) -> Sandbox:
        """Return it."""
        return self.sandbox


def main() -> int:
    """Print the table; return 1 if the teardown failed or took more calls than the limit."""
    os.chdir(Path(__file__).parents[1])
    counting = Counting()
    with contextlib.redirect_stdout(sys.stderr):
        code = pytest.main(["cleanup_tests", "-q", "-p", "no:cacheprovider"], plugins=[counting])
    log = counting.sandbox.log
    before = next(n for n, entry in enumerate(log) if entry.call == AUDIT)
    calls, audit = Counter(entry.call for entry in log[:before]), len(log) - before
    for operation, count in sorted(calls.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:4} {operation}")
    regions = Counter(entry.region for entry in log[before:])
    print(f"{before:4} in all (limit {LIMIT}), {sum(entry.error is not None for entry in log[:before])} refused")
    print(f"{audit:4} of the audit, in {len(regions)} Regions")
    return int(code != 0 or before > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
