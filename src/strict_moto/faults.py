"""Faults on request: what fails, when and how, as one reproducible schedule."""

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
    """The calling process is dead from here on. Not an Exception: no handler in the suite may outlive it."""


class FaultKind(Enum):
    """What can go wrong with a request."""

    THROTTLE = "AWS asks to slow down"
    ERROR = "AWS fails with a 5xx"
    DENY = "a service control policy forbids it"
    OFF = "the Region is not enabled for the account"
    EXPIRED = "the session has expired"
    STALE = "a read call repeats its last answer"
    RESET = "the connection breaks"
    TIMEOUT = "no answer comes"
    NOWHERE = "the service is not in that Region: its host has no address"
    DIE = "the calling process dies"


@dataclass(frozen=True)
class Fault:
    """One fault: ``kind`` strikes the requests that the other fields describe.

    ``at`` is the index, from 0 since the schedule was made, of the one request that it strikes, whatever that asks for.
    Without it, the fault strikes every request that matches ``calls``, ``region`` and ``account`` (each may contain
    ``*``), or the first ``times`` of them. With ``after``, the action takes effect first.
    """

    kind: FaultKind
    at: int | None = None
    calls: str = "*"
    region: str = "*"
    account: str = "*"
    times: int | None = None
    after: bool = False

    def befalls(self, request: Request, index: int) -> bool:
        """Return whether the fault applies to the request with this index; ``times`` is not counted here."""
        if self.at is not None and self.at != index:
            return False
        if self.kind is FaultKind.DENY and request.call == NEVER_DENIED:
            return False
        patterns = ((request.call, self.calls), (request.region, self.region), (request.account, self.account))
        return all(fnmatchcase(value, pattern) for value, pattern in patterns)


@dataclass
class Faults:
    """A schedule of faults, and its effects: ``index`` counts the requests, ``struck`` lists those that were hit."""

    schedule: tuple[Fault, ...] = ()
    index: int = 0
    struck: list[tuple[int, str, Fault]] = field(default_factory=list)
    _counts: Counter[Fault] = field(default_factory=Counter)

    def strike(self, request: Request) -> Fault | None:
        """Count a request, and return the fault that strikes it, or None.

        Raises:
            Died: the process died at an earlier request.
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
        """Return whether a service control policy of the schedule always forbids a call."""
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
    """Return faults for a share of ``rate`` (0 to 1) of the first ``upto`` requests, half of them after the action.

    The same seed gives the same faults.
    """
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    hit = [index for index in range(upto) if chance.random() < rate]
    choices = list(kinds)
    return Faults(tuple(Fault(chance.choice(choices), at=i, after=chance.random() < 0.5) for i in hit))  # noqa: PLR2004


def happen(fault: Fault, request: Request, family: Family, url: str) -> None:
    """Raise what the fault stands for: a Refusal, a botocore exception, or Died. STALE raises nothing."""
    if fault.kind in HAPPENS:
        raise HAPPENS[fault.kind](request, family, url)


def action_of(call: str) -> str:
    """Return IAM's name for the action of a call; API Gateway's actions are HTTP methods."""
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
