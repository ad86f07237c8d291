"""The sweep: every list of the table in every enabled Region, read until it can be believed."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from carbuyer_cleanup.audit import tagged
from carbuyer_cleanup.audit.look import Doubtful, Leaving, Leftover, Look, look, place_of
from carbuyer_cleanup.audit_types import TYPES, Type
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from carbuyer_cleanup.aws import Aws

Depth = Literal["full", "workshop"]
REGION = "AWS Region"  # what could not be looked at as a whole
Place = tuple[Type, str]

# What a verdict does not say, at each depth.
RESERVATIONS: dict[Depth, str] = {
    "full": "",
    "workshop": "Looked for at depth workshop: the workshop's own types, and unattached Elastic IPs.",
}

AT_ONCE = 32  # clients that are open at the same time; each has one call under way, which keeps to AWS's rates
PAUSES = (5.0, 5.0, 10.0, 20.0)  # seconds between looks; the last one goes on
PATIENCE = 600.0  # for what is on its way out, and for lists that contradict themselves

WORKSHOP_SERVICES = frozenset(type_.service for type_ in TYPES if type_.entry or type_.rule)


@dataclass(frozen=True)
class Unseen:
    """A look that failed: nobody can say what is there."""

    type: str
    region: str
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.type} in {self.region}: {self.reason}")


@dataclass
class Sweep:
    """What the audit found.

    ``in_between`` was still on its way out when the audit had waited long enough; ``doubtful`` may be the workshop's;
    ``noted`` looks like the workshop's
    but isn't; ``not_offered`` names, for each Region, the types that AWS does not have there. ``complete`` is
    whether all that ``depth`` asks for was looked for in all enabled Regions.
    """

    leftovers: list[Leftover] = field(default_factory=list)
    in_between: list[Leaving] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    noted: list[Leftover] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    regions_off: list[str] = field(default_factory=list)
    not_offered: dict[str, list[str]] = field(default_factory=dict)
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
        return RESERVATIONS[self.depth]


@dataclass
class History:
    """The looks at one list, with the time of each; ``failure`` is why the last one failed."""

    type: Type
    region: str
    looks: list[tuple[float, Look]] = field(default_factory=list)
    failure: CleanupError | None = None

    @property
    def last(self) -> Look:
        """The latest look that succeeded."""
        return self.looks[-1][1] if self.looks else Look()

    def is_settled(self) -> bool:
        """Whether the list can be believed: two looks agree where one may be wrong, and nothing is on its way out."""
        if self.failure:
            return True
        if len(self.looks) == 1:
            return not (self.type.lag or self.last.left or self.last.leaving)
        (start, _), *_, (_, before), (end, now) = [self.looks[0], *self.looks]
        agree = before.left.keys() == now.left.keys() and before.leaving.keys() == now.leaving.keys()
        return agree and now.is_scheduled and (not now.left or end - start >= self.type.lag)


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
        absent = set() if type_.where else _absent(aws, type_.service, regions)
        for region in absent:
            result.not_offered.setdefault(region, []).append(type_.name)
        places += [(type_, region) for region in regions if region not in absent]
    result.types = list(dict.fromkeys(type_.name for type_, _ in places))
    return places


def _regions_of(aws: Aws, type_: Type, enabled: list[str], depth: Depth) -> list[str]:
    if depth == "workshop" and type_.service not in WORKSHOP_SERVICES:
        return []
    if type_.where:
        return [place_of(aws, type_)]
    return enabled if depth == "full" or _is_workshops(type_) else [aws.region]


def _is_workshops(type_: Type) -> bool:
    return bool(type_.entry or type_.rule)


def _absent(aws: Aws, service: str, regions: Iterable[str]) -> set[str]:
    """Return the Regions where AWS does not have the service, by botocore's list; those it doesn't know are asked."""
    offered = set(aws.regions_with(service))
    known = set(aws.regions_with("ec2"))
    return (set(regions) & known) - offered if offered else set()


async def _settle(aws: Aws, histories: list[History]) -> None:
    """Look, and look again where one look is not enough, until every list can be believed or patience ends."""
    start, pauses = aws.clock.now(), iter(PAUSES)
    restless, pause = histories, 0.0
    while restless and aws.clock.now() - start <= PATIENCE:
        await asyncio.sleep(pause)
        await _look_at(aws, restless)
        restless = [history for history in restless if not history.is_settled()]
        pause = next(pauses, PAUSES[-1])


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
            history.failure = unreachable or await _look_once(aws, history)
            if history.failure and history.failure.is_silence:
                unreachable = history.failure  # to try each list for minutes would take hours
        aws.forget(service, region)


async def _look_once(aws: Aws, history: History) -> CleanupError | None:
    """Look, and return why that failed."""
    started = aws.clock.now()
    try:
        history.looks.append((started, await look(aws, history.type, history.region)))
    except CleanupError as error:
        return error
    return None


def _report(result: Sweep, histories: list[History]) -> None:
    for history in histories:
        place = "global" if history.type.where else history.region
        if history.failure:
            result.unseen.append(Unseen(history.type.name, place, str(history.failure)))
        left = {id_: found for _, seen in history.looks[-2:] for id_, found in seen.left.items()}
        result.leftovers += [found for id_, found in left.items() if id_ not in history.last.leaving]
        result.in_between += history.last.leaving.values()
        result.doubtful += history.last.doubtful.values()
        result.noted += history.last.noted.values()
    tagged.resolve(result, histories)
