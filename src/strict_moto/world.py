"""What rules are made of: the request, the world (clock, moto's state, memory), and the three kinds of rule."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_clock import Clock
    from strict_moto.quirks import Quirks

Params = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One API request, parsed as boto3's parameters."""

    service: str  # botocore's name of the service: "ec2", "elbv2"
    operation: str  # "DeleteVpc"
    params: Params
    account: str
    region: str  # "us-east-1" for the global services
    principal: str  # ARN of the caller
    origin: str = ""  # where the request was sent, and others can be: "https://lambda.us-east-1.amazonaws.com"

    @property
    def call(self) -> str:
        """The name that rules, faults and counts use, e.g. ``ec2:DeleteVpc``."""
        return f"{self.service}:{self.operation}"


class Refusal(Exception):
    """AWS refuses: error code, message, HTTP status, and headers if any (``Retry-After``)."""

    def __init__(self, code: str, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code, message, status)
        self.code, self.message, self.status = code, message, status
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Rule:
    """A refusal: ``call`` is refused while ``when`` holds.

    ``when(world, request)`` returns False or None if the rule does not apply. If it does, it returns True, or a mapping
    to fill the braces in ``message``. The request's parameters fill braces too.
    """

    call: str
    when: Callable[[World, Request], Mapping[str, Any] | bool | None]
    code: str
    message: str
    source: str  # where AWS's behaviour is documented or was observed
    status: int = 400


@dataclass(frozen=True)
class Instead:
    """The sandbox's own action instead of moto's; ``act`` returns the answer as boto3 would show it."""

    call: str
    act: Callable[[World, Request], Params]
    source: str


@dataclass(frozen=True)
class After:
    """What follows moto's action: ``act(world, request, answer)`` returns the answer to send."""

    call: str
    act: Callable[[World, Request, Params], Params]
    source: str


@dataclass
class World:
    """The embedded AWS besides moto's backends: its clock, what is due, and what rules remember."""

    clock: Clock
    quirks: Quirks
    memory: defaultdict[tuple[str, ...], dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _tick: itertools.count[int] = field(default_factory=itertools.count)
    _acting: float | None = None

    def backend(self, service: str, account: str, region: str) -> Any:
        """Return moto's backend of ``service`` (moto's name) for an account and Region, or the global one."""
        from moto.backends import get_backend  # noqa: PLC0415 - moto costs a second to import

        regional = get_backend(service)[account]
        return regional[region if region in regional else "aws"]

    def recall(self, *topic: str) -> dict[Any, Any]:
        """Return what rules remember about ``topic``, e.g. ``recall("nat", account, region)``, for them to change."""
        return self.memory[topic]

    def now(self) -> float:
        """Return the clock's time or, while catching up, the time at which the current act was due."""
        return self.clock.now() if self._acting is None else self._acting

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Schedule ``act`` in ``seconds`` of AWS time: it runs at the first request after that, as of its own time."""
        heapq.heappush(self._due, (self.now() + seconds, next(self._tick), act))

    def catch_up(self) -> None:
        """Do everything that is due, in order, each as of its own time. Called before each request, under the lock."""
        try:
            while self._due and self._due[0][0] <= self.clock.now():
                self._acting, _, act = heapq.heappop(self._due)
                act()
        finally:
            self._acting = None
