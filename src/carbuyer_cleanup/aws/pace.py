"""Calls that AWS accepts only now and then: we stay within its rate, so that none is throttled.

AWS counts per account and Region. Every other call is rare enough, or is answered with *slow down* and retried.
"""

from __future__ import annotations

from typing import NamedTuple


class Rate(NamedTuple):
    """How many calls AWS accepts at once, and after how many seconds it accepts another."""

    burst: int
    every: float


# A little slower than AWS says: requests don't all travel equally fast.
# Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html (30 s and 20 s an account), and
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html (buckets of 10 and 1/s, 4 and 0.3/s);
# LookupEvents: CloudTrail API reference, "two per second, per account, per Region".
RATES = {
    "apigateway:DeleteRestApi": Rate(1, 31),
    "apigateway:UpdateUsagePlan": Rate(1, 21),
    "cloudtrail:LookupEvents": Rate(2, 0.55),
    "ec2:DeleteNatGateway": Rate(10, 1.1),
    "ec2:DeleteVpcEndpoints": Rate(4, 3.5),
}


class Paces:
    """When each call may be made next, for one account."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, str], float] = {}

    def wait(self, operation: str, region: str, now: float) -> float:
        """Take a turn for a call, and return in how many seconds it comes: 0 for calls that RATES does not name.

        Args:
            operation: e.g. ``ec2:DeleteNatGateway``.
            region: the Region in which it will be made.
            now: seconds of the engine's clock.
        """
        if operation not in RATES:
            return 0.0
        burst, every = RATES[operation]
        due = max(self._due.get((operation, region), now), now)
        self._due[operation, region] = due + every
        return max(0.0, due - (burst - 1) * every - now)
