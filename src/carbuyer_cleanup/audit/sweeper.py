"""The sweep: every list of the table in every enabled Region, read until it can be believed."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from carbuyer_cleanup.audit import refusals, tagged
from carbuyer_cleanup.audit.history import History
from carbuyer_cleanup.audit.look import Doubtful, Leaving, Leftover, Look, look, place_of
from carbuyer_cleanup.audit_types import TYPES, Type
from carbuyer_cleanup.audit_types.availability import is_missing
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from carbuyer_cleanup.aws import Aws

Depth = Literal["full", "workshop"]
REGION = "AWS Region"  # what could not be looked at as a whole
Place = tuple[Type, str, bool]  # what is looked for, in which Region, and whether AWS's lists say that it is there

# What a verdict does not say, at each depth.
RESERVATIONS: dict[Depth, str] = {
    "full": "",
    "workshop": "Looked for at depth workshop: the workshop's own types, and unattached Elastic IPs.",
}

AT_ONCE = 32  # clients that are open at the same time; each has one call under way, which keeps to AWS's rates
PAUSES = (5.0, 5.0, 10.0, 20.0)  # seconds between looks; the last one goes on
PATIENCE = 600.0  # after all lists were read once: for what is on its way out, and lists that contradict themselves

WORKSHOP_SERVICES = frozenset(type_.service for type_ in TYPES if type_.is_workshops)
NOT_LISTED = "AWS's lists of Regions say that it is not there, and it did not answer as if it were"
NOT_HERE = "AWS has no such service in partition {partition}"


@dataclass(frozen=True)
class Unseen:
    """A look that failed, and why: nobody can say what is there, unless AWS's answer is that nothing can be."""

    type: str
    region: str
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.type} in {self.region}: {self.reason}")


@dataclass
class Sweep:
    """What the audit found.

    ``in_between`` was still on its way out when the audit had waited long enough; ``doubtful`` may be the workshop's;
    ``noted`` looks like the workshop's but isn't. Of the looks that failed, ``unseen`` are those after which nobody
    can call the account clean, ``not_offered`` those where AWS has no such thing, and ``not_looked_at`` those at what
    AWS keeps from most identities. ``complete`` is whether all that ``depth`` asks for was looked for in all enabled
    Regions.
    """

    leftovers: list[Leftover] = field(default_factory=list)
    in_between: list[Leaving] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    noted: list[Leftover] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    regions_off: list[str] = field(default_factory=list)
    not_offered: list[Unseen] = field(default_factory=list)
    not_looked_at: list[Unseen] = field(default_factory=list)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    depth: Depth = "full"
    complete: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def verdict(self) -> Verdict:
        """CLEAN only if all that the depth asks for was looked at, and nothing was found."""
        if self.leftovers:
            return Verdict.LEFTOVERS
        if self.unseen or self.in_between or self.doubtful or not self.complete:
            return Verdict.COULD_NOT_VERIFY
        return Verdict.CLEAN

    @property
    def reservation(self) -> str:
        """What must be said beside the verdict; "" if nothing."""
        also = f"Not looked at: {', '.join(unseen.type for unseen in self.not_looked_at)}, which AWS refused to show."
        return " ".join(filter(None, (RESERVATIONS[self.depth], also if self.not_looked_at else "")))


async def sweep(aws: Aws, regions: Collection[str] | None = None, depth: Depth = "full") -> Sweep:
    """Look for everything of the workshop's in an account.

    Args:
        aws: the account.
        regions: the Regions to look at; None is all that are enabled.
        depth: ``full`` looks for the whole table everywhere; ``workshop`` is for rehearsals and classes, where it takes
            too long to load sixty services: everywhere only for what the manifest names and for unattached addresses,
            and where the workshop was built also for the other types of their services.

    Returns:
        What was found and what could not be looked at; a look that failed never counts as *nothing there*.
    """
    result, before = Sweep(depth=depth), aws.counts.copy()
    await _find_regions(aws, result, regions)
    histories = [History(*place) for place in _places(aws, result, depth)]
    await _settle(aws, histories)
    _report(result, histories)
    await _find_new_regions(aws, result, regions)
    result.complete = regions is None
    result.calls, result.ended = aws.counts - before, datetime.now(UTC)
    return result


async def _find_regions(aws: Aws, result: Sweep, wanted: Collection[str] | None) -> None:
    try:
        status = await _opted_in(aws)
    except CleanupError as error:
        result.unseen.append(Unseen(REGION, "global", str(error)))
        status = {aws.region: "not known"}
    result.regions_off = sorted(name for name, opted in status.items() if opted == "not-opted-in")
    enabled = status.keys() - result.regions_off
    result.regions = sorted(enabled if wanted is None else enabled & set(wanted))


async def _opted_in(aws: Aws) -> dict[str, str]:
    """Return all Regions of the partition, and whether each is enabled."""
    with contained(REGION):
        answer = await aws.fresh("ec2:DescribeRegions", AllRegions=True)
        return {region["RegionName"]: region["OptInStatus"] for region in answer["Regions"]}


async def _find_new_regions(aws: Aws, result: Sweep, wanted: Collection[str] | None) -> None:
    """Tell of the Regions that were enabled while the audit ran: nobody looked there."""
    if any(unseen.type == REGION for unseen in result.unseen):
        return  # which there are was not known before, either
    now = Sweep()
    await _find_regions(aws, now, wanted)
    new = sorted(set(now.regions) - set(result.regions))
    result.unseen += [*now.unseen, *(Unseen(REGION, name, "enabled while the audit ran: run again") for name in new)]


def _places(aws: Aws, result: Sweep, depth: Depth) -> list[Place]:
    """Return each type with each Region where it is to be looked for."""
    places = []
    for type_ in TYPES:
        regions = _regions_of(aws, type_, result.regions, depth)
        if regions and not _has(aws, type_):
            result.not_offered.append(Unseen(type_.name, "global", NOT_HERE.format(partition=aws.partition)))
            continue
        places += [(type_, region, _is_offered(aws, type_, region)) for region in regions]
    result.types = list(dict.fromkeys(type_.name for type_, _, _ in places))
    return places


def _has(aws: Aws, type_: Type) -> bool:
    """Say whether the account's partition has such a thing: its endpoint would be another partition's, or a guess."""
    return aws.has(type_.service) and (not type_.where or place_of(aws, type_) in aws.regions_with("ec2"))


def _regions_of(aws: Aws, type_: Type, enabled: list[str], depth: Depth) -> list[str]:
    if depth == "workshop" and type_.service not in WORKSHOP_SERVICES:
        return []
    if type_.where:
        return [place_of(aws, type_)]
    return enabled if depth == "full" or type_.is_workshops else [aws.region]


def _is_offered(aws: Aws, type_: Type, region: str) -> bool:
    """Say whether AWS has it there, by its lists: where it hasn't it is asked for once, for lists grow old.

    Of a Region that botocore doesn't know its lists say nothing.
    """
    if type_.where or region not in aws.regions_with("ec2"):
        return True
    offered = aws.regions_with(type_.service)
    return region in (offered or [region]) and not is_missing(type_.call, region)


async def _settle(aws: Aws, histories: list[History]) -> None:
    """Look, and look again where one look is not enough, until every list can be believed or patience ends.

    A look that failed is tried again. Patience begins when all lists were read once: however long that took, each that
    must be read twice is.
    """
    await _look_at(aws, histories)
    start, pauses = aws.clock.now(), iter(PAUSES)
    while restless := _open(histories, patient=aws.clock.now() - start <= PATIENCE):
        await asyncio.sleep(next(pauses, PAUSES[-1]))
        now = aws.clock.now()
        await _look_at(aws, [history for history in histories if history in restless or history.is_due(now)])


def _open(histories: list[History], *, patient: bool) -> set[History]:
    return {history for history in histories if history.is_open(patient=patient)}


async def _look_at(aws: Aws, histories: list[History]) -> None:
    """Read lists, those of one service in one Region with one client, which is closed after."""
    groups: dict[tuple[str, str], list[History]] = defaultdict(list)
    for history in histories:
        groups[history.type.service, history.region].append(history)
    slots = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for (service, region), group in groups.items():
            tasks.create_task(_look_at_group(aws, service, region, group, slots))


async def _look_at_group(aws: Aws, service: str, region: str, group: list[History], slots: asyncio.Semaphore) -> None:
    async with slots:
        unreachable: CleanupError | None = None
        for history in group:
            started = aws.clock.now()
            history.keep(started, unreachable or await _look_once(aws, history))
            if history.failure and history.failure.is_silence:
                unreachable = history.failure  # to try each list for minutes would take hours
        aws.forget(service, region)


async def _look_once(aws: Aws, history: History) -> Look | CleanupError:
    """Look, or return why that failed. Trouble that may pass is waited out the first time only."""
    try:
        return await look(aws, history.type, history.region, patiently=history.is_offered and not history.failed)
    except CleanupError as error:
        return error


def _report(result: Sweep, histories: list[History]) -> None:
    _tell_failures(result, [history for history in histories if history.failure], refusals.answering(histories))
    for history in histories:
        left = {id_: found for _, seen in history.looks[-2:] for id_, found in seen.left.items()}
        result.leftovers += [found for id_, found in left.items() if id_ not in history.last.leaving]
        result.in_between += history.last.leaving.values()
        result.doubtful += history.last.doubtful.values()
        result.noted += history.last.noted.values()
    tagged.resolve(result, histories)


def _tell_failures(result: Sweep, failed: list[History], answering: Mapping[str, set[str]]) -> None:
    for history in failed:
        others = bool(answering.get(history.region, set()) - {history.type.service})
        reason = str(history.failure) if history.is_offered else f"{NOT_LISTED}: {history.failure}"
        unseen = Unseen(history.type.name, "global" if history.type.where else history.region, reason)
        if history.is_absent(others_answer=others):
            result.not_offered.append(unseen)
        elif history.type.withheld and refusals.is_denied(history.failure):
            result.not_looked_at.append(unseen)
        else:
            result.unseen.append(unseen)
