"""Token buckets, refilled by the sandbox's clock: AWS's own way of saying "not so fast"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strict_moto.world import Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.quirks import Quirks
    from strict_moto.world import Request, World

Rate = tuple[float, float]  # tokens that the bucket holds, tokens that it gains per second


def each_second(calls: float) -> Callable[[Quirks], Rate]:
    """Return a function for a fixed rate of ``calls`` per second, which no quirk changes."""
    return lambda _quirks: (calls, calls)


def seconds_to_wait(world: World, request: Request, bucket: str, rate: Rate) -> float:
    """Take a token and return 0, or return how many seconds it takes until there is one."""
    size, refill = rate
    state = world.recall("bucket", bucket, request.account, request.region)
    now = world.now()
    tokens = min(size, state.get("tokens", size) + (now - state.get("at", now)) * refill)
    enough = tokens > 1 - 1e-9  # thirty times a thirtieth is not quite one
    state.update(at=now, tokens=tokens - 1 if enough else tokens)
    return 0 if enough else (1 - tokens) / refill


def limited(  # noqa: PLR0913 - a row of a table: the rate, and the answer where it is exceeded
    call: str,
    rate: Callable[[Quirks], Rate],
    *,
    source: str,
    bucket: str | None = None,
    code: str = "TooManyRequestsException",
    message: str = "Rate exceeded",
    status: int = 429,
) -> Rule:
    """Return a rule that refuses ``call`` while its bucket is empty; calls with the same ``bucket`` share it."""

    def when(world: World, request: Request) -> bool:
        wait = seconds_to_wait(world, request, bucket or call, rate(world.quirks))
        if wait:
            raise Refusal(code, message, status, {"Retry-After": str(math.ceil(wait))})
        return False

    return Rule(call, when, code, message, source, status)
