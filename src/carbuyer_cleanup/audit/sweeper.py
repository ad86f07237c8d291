"""The sweep: every list of the table in every enabled Region, read until it can be believed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit import refusals, regions, tagged
from carbuyer_cleanup.audit.history import History
from carbuyer_cleanup.audit.look import look, place_of
from carbuyer_cleanup.audit.result import LISTS, READ, Depth, Sweep, Unseen
from carbuyer_cleanup.audit.types import TYPES, Type
from carbuyer_cleanup.aws.availability import is_missing
from carbuyer_cleanup.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Collection

    from carbuyer_cleanup.aws.context import Aws

Place = tuple[Type, str, bool]  # what to look for, in which Region, and whether AWS's lists say that it exists there

AT_ONCE = 32  # open clients of an account; each makes one call at a time, which stays within AWS's rates
PAUSES = (5.0, 5.0, 10.0, 20.0)  # seconds between looks; the last one repeats
PATIENCE = 600.0  # seconds after all lists were read, for what is being deleted and for contradictory lists

WORKSHOP_SERVICES = frozenset(type_.service for type_ in TYPES if type_.is_workshops)
NOT_HERE = "AWS has no such service in partition {partition}"


async def sweep(aws: Aws, chosen: Collection[str] = (), depth: Depth = "full") -> Sweep:
    """Look for everything of the workshop in an account.

    Args:
        aws: the account.
        chosen: the Regions to look at, or none for all that are enabled; ALLOWED leaves out those that the
            organization forbids. What is left out is a reservation.
        depth: ``full`` looks for the whole table everywhere; ``workshop`` is for rehearsals and classes, where loading
            sixty services takes too long: it looks everywhere only for what the manifest names and for unattached
            addresses, and in the workshop's Region also for the other types of those services.

    Returns:
        What was found and what could not be looked at; a look that failed never counts as *nothing there*.
    """
    result, before = Sweep(depth=depth, steps_without_list=aws.without_list), aws.counts.copy()
    await regions.find(aws, result, chosen)
    histories = [History(*place) for place in _places(aws, result, depth)]
    aws.tally[LISTS] = len(histories)
    forbidden = await _settle(aws, histories)
    regions.tell_forbidden(aws, result, forbidden, chosen)
    _report(result, [one for one in histories if one.type.where or one.region not in forbidden], chosen)
    await regions.find_new(aws, result, chosen)
    result.complete = True
    result.calls, result.ended = aws.counts - before, datetime.now(UTC)
    return result


def _places(aws: Aws, result: Sweep, depth: Depth) -> list[Place]:
    """Return each type with each Region in which to look for it."""
    places = []
    for type_ in TYPES:
        places_of = _regions_of(aws, type_, result.regions, depth)
        if places_of and not _has(aws, type_):
            result.not_offered.append(Unseen(type_.name, "global", NOT_HERE.format(partition=aws.partition)))
            continue
        places += [(type_, region, _is_offered(aws, type_, region)) for region in places_of]
    result.types = list(dict.fromkeys(type_.name for type_, _, _ in places))
    return places


def _has(aws: Aws, type_: Type) -> bool:
    """Return whether the account's partition has the type; if not, its endpoint would be another's, or a guess."""
    return aws.has(type_.service) and (not type_.where or place_of(aws, type_) in aws.regions_with("ec2"))


def _regions_of(aws: Aws, type_: Type, enabled: list[str], depth: Depth) -> list[str]:
    if depth == "workshop" and type_.service not in WORKSHOP_SERVICES:
        return []
    if type_.where:
        return [place_of(aws, type_)]
    return enabled if depth == "full" or type_.is_workshops else [aws.region]


def _is_offered(aws: Aws, type_: Type, region: str) -> bool:
    """Return whether AWS's lists have it there; if not, we ask once, because lists become outdated.

    About a Region that botocore doesn't know, its lists say nothing.
    """
    if type_.where or region not in aws.regions_with("ec2"):
        return True
    offered = aws.regions_with(type_.service)
    return region in (offered or [region]) and not is_missing(type_.call, region)


async def _settle(aws: Aws, histories: list[History]) -> set[str]:
    """Look, and look again if one look is not enough, until every list can be believed or patience ends.

    A failed look is tried again. Patience begins when all lists have been read once: however long that took, a list
    that must be read twice is. Once the organization forbids a Region's deciding looks, nothing else is asked there.

    Returns:
        The Regions that the organization forbids.
    """
    deciding = {history.type.service for history in histories if history.type.is_deciding}
    await _look_at(aws, [history for history in histories if history.type.service in deciding])
    forbidden = refusals.forbidden_regions(histories)
    asked = [history for history in histories if history.type.where or history.region not in forbidden]
    others = [history for history in asked if history.type.service not in deciding]
    aws.tally[LISTS] = aws.tally[READ] + len(others)
    await _look_at(aws, others)
    await _look_again(aws, asked)
    return forbidden


async def _look_again(aws: Aws, histories: list[History]) -> None:
    start, pauses = aws.clock.now(), iter(PAUSES)
    while restless := _open(histories, patient=aws.clock.now() - start <= PATIENCE):
        await asyncio.sleep(next(pauses, PAUSES[-1]))
        now = aws.clock.now()
        await _look_at(aws, [history for history in histories if history in restless or history.is_due(now)])


def _open(histories: list[History], *, patient: bool) -> set[History]:
    waiting = {history for history in histories if history.is_open(patient=patient)}
    return {history for history in waiting if not tagged.is_decided(history, histories)}


async def _look_at(aws: Aws, histories: list[History]) -> None:
    """Read lists: those of one service in one Region one after another, all others at the same time."""
    groups: dict[tuple[str, str], list[History]] = defaultdict(list)
    for history in histories:
        groups[history.type.service, history.region].append(history)
    slots = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for (service, _), group in groups.items():
            tasks.create_task(_look_at_group(aws, service, group, slots))


async def _look_at_group(aws: Aws, service: str, group: list[History], slots: asyncio.Semaphore) -> None:
    """Read a group's lists, deciding ones first, and again those that showed nothing: a single list may be wrong."""
    met: list[History] = []
    async with slots, aws.in_all:
        with aws.visiting(service):
            for history in sorted(group, key=lambda history: not history.type.is_deciding):
                await _look_once(aws, history, refusals.barrier(met, history))
                met.append(history)
            for history in met:
                if history.is_unproved:
                    await _look_once(aws, history, refusals.barrier(met, history))


async def _look_once(aws: Aws, history: History, barrier: CleanupError | None) -> None:
    """Look, unless there is a barrier. Trouble that may pass is waited out the first time only."""
    started = aws.clock.now()
    try:
        seen = barrier or await look(
            aws, history.type, history.region, patiently=history.is_offered and not history.failed
        )
    except CleanupError as error:
        seen = error
    aws.tally[READ] += not (history.looks or history.failed)
    history.keep(started, seen)


def _report(result: Sweep, histories: list[History], chosen: Collection[str]) -> None:
    refusals.tell(result, histories, chosen)
    for history in histories:
        left = {id_: found for _, seen in history.looks[-2:] for id_, found in seen.left.items()}
        result.leftovers += [found for id_, found in left.items() if id_ not in history.last.leaving]
        result.in_between += history.last.leaving.values()
        result.doubtful += history.last.doubtful.values()
        result.noted += history.last.noted.values()
        result.without_list += [] if history.last.has_list else [history.type.name]
    tagged.resolve(result, histories)
