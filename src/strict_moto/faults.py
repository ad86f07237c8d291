"""Faults on request: what fails, when, and how, as one reproducible schedule."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from strict_moto import places
from strict_moto.wire import SIGNED_AS
from strict_moto.world import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from strict_moto.families import Family

ACTION_PREFIX = {service: name for name, service in SIGNED_AS.items()} | {"s3control": "s3"}
ACTIONS = {"budgets:DescribeBudgets": "ViewBudget", "s3:ListBuckets": "ListAllMyBuckets"}
METHODS = {"Get": "GET", "Delete": "DELETE", "Update": "PATCH", "Put": "PUT", "Tag": "PUT", "Untag": "DELETE"}
BY_SCP = "with an explicit deny in a service control policy"
NEVER_DENIED = "sts:GetCallerIdentity"  # STS API reference: "No permissions are required"


class Died(BaseException):
    """The process that asked is dead from here on. Not an Exception, so that no handler of the suite's survives it."""


class FaultKind(Enum):
    """What can go wrong with a request."""

    THROTTLE = "AWS asks to slow down"
    ERROR = "AWS fails with a 5xx"
    DENY = "a service control policy forbids it"
    OFF = "the Region is not enabled for the account"
    EXPIRED = "the session has expired"
    STALE = "a read call gives the answer it gave the last time"
    RESET = "the connection breaks"
    TIMEOUT = "no answer comes"
    NOWHERE = "the service is not in that Region: its host has no address"
    DIE = "the asking process dies"


@dataclass(frozen=True)
class Fault:
    """One fault: ``kind`` befalls the requests that the other fields describe.

    ``at`` is the index of the one request it befalls, counted since the schedule was made, whatever it asks for;
    without it every request that matches ``calls``, ``region`` and ``account`` (each may hold ``*``) is befallen,
    the first ``times`` if given. With ``after`` the action takes effect first.
    """

    kind: FaultKind
    at: int | None = None
    calls: str = "*"
    region: str = "*"
    account: str = "*"
    times: int | None = None
    after: bool = False

    def befalls(self, request: Request, index: int) -> bool:
        """Whether the request of that index is to fail so."""
        if self.at is not None and self.at != index:
            return False
        if self.kind is FaultKind.DENY and request.call == NEVER_DENIED:
            return False
        patterns = ((request.call, self.calls), (request.region, self.region), (request.account, self.account))
        return all(fnmatchcase(value, pattern) for value, pattern in patterns)


@dataclass
class Faults:
    """A schedule of faults, and what has come of it: ``index`` counts the requests, ``struck`` names those hit."""

    schedule: tuple[Fault, ...] = ()
    index: int = 0
    struck: list[tuple[int, str, Fault]] = field(default_factory=list)
    _counts: Counter[Fault] = field(default_factory=Counter)

    def strike(self, request: Request) -> Fault | None:
        """Count a request, and return the fault that befalls it.

        Raises:
            Died: the process has died at an earlier request.
        """
        if any(fault.kind is FaultKind.DIE for _, _, fault in self.struck):
            raise Died(request.call)
        index, self.index = self.index, self.index + 1
        fault = next((f for f in self.schedule if f.befalls(request, index) and not self._spent(f)), None)
        if fault:
            self._counts[fault] += 1
            self.struck.append((index, request.call, fault))
        return fault

    def forbids(self, call: str, account: str, region: str) -> bool:
        """Say whether a service control policy of the schedule forbids a call, whenever it is made."""
        service, operation = call.split(":")
        request = Request(service, operation, {}, account, region, "")
        return any(f.kind is FaultKind.DENY and f.at is None and f.befalls(request, 0) for f in self.schedule)

    def _spent(self, fault: Fault) -> bool:
        return fault.times is not None and self._counts[fault] >= fault.times


def scattered(
    seed: int,
    rate: float,
    kinds: Iterable[FaultKind] = (FaultKind.THROTTLE, FaultKind.ERROR, FaultKind.RESET),
    upto: int = 2000,
) -> Faults:
    """Return faults at a share of ``rate`` of the first ``upto`` requests, half of them after the action took effect.

    The same seed gives the same faults.
    """
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    hit = [index for index in range(upto) if chance.random() < rate]
    choices = list(kinds)
    return Faults(tuple(Fault(chance.choice(choices), at=i, after=chance.random() < 0.5) for i in hit))  # noqa: PLR2004


def happen(fault: Fault, request: Request, family: Family, url: str) -> None:
    """Raise what the fault is: a Refusal, an exception of botocore's, or Died. STALE raises nothing."""
    if fault.kind in HAPPENS:
        raise HAPPENS[fault.kind](request, family, url)


def action_of(call: str) -> str:
    """Return what IAM calls an action; those of API Gateway are HTTP's methods."""
    service, operation = call.split(":")
    if service in {"apigateway", "apigatewayv2"}:
        verb = next((verb for verb in METHODS if operation.startswith(verb)), "")
        return f"apigateway:{METHODS.get(verb, 'POST')}"
    return f"{ACTION_PREFIX.get(service, service)}:{ACTIONS.get(call, operation)}"


def _denied(request: Request, family: Family, _url: str) -> BaseException:
    return family.denied.refusal(principal=request.principal, action=action_of(request.call), because=BY_SCP)


HAPPENS: dict[FaultKind, Callable[[Request, Family, str], BaseException]] = {
    FaultKind.THROTTLE: lambda _request, family, _url: family.throttled.refusal(),
    FaultKind.ERROR: lambda _request, family, _url: family.failed.refusal(),
    FaultKind.DENY: _denied,
    FaultKind.OFF: lambda request, family, _url: family.off.refusal(region=request.region),
    FaultKind.EXPIRED: lambda _request, family, _url: family.expired.refusal(),
    FaultKind.RESET: lambda _request, _family, url: ConnectionClosedError(endpoint_url=url),
    FaultKind.TIMEOUT: lambda _request, _family, url: ReadTimeoutError(endpoint_url=url),
    FaultKind.NOWHERE: lambda _request, _family, url: places.nowhere(url),
    FaultKind.DIE: lambda request, _family, _url: Died(request.call),
}
