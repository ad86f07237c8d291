"""What a kind, or a line of the audit's table, sees and would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.look import look
from carbuyer_cleanup.audit.types import HOME, TYPES, Type
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.kinds.common import Several
from carbuyer_cleanup.resource import Kind
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto.session import REGION

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.resource import Resource
    from tests.recorded.canned import Canned

KINDS = [kind for step in STEPS for kind in step.kinds]
UNITS: tuple[Kind | Type, ...] = (*KINDS, *TYPES)
PLACES = {"": REGION, HOME: "us-east-1"}

Thing = tuple[str, frozenset[str]]  # what it is, and all that it is known by


@dataclass(frozen=True)
class Sight:
    """What is there: the workshop's, and what is doubtful; what would be written; what is told as an error.

    ``reserved`` is whether a list was taken for empty, which is said with every verdict.
    """

    ours: frozenset[Thing] = frozenset()
    doubtful: frozenset[Thing] = frozenset()
    written: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    reserved: bool = False


async def sight(aws: Canned, unit: Kind | Type) -> Sight:
    """Let a unit look, and a kind delete as well."""
    aws.ask_anew()
    aws.asked.clear()
    aws.written.clear()
    aws.without_list.clear()
    try:
        return await (_of_kind(aws, unit) if isinstance(unit, Kind) else _of_type(aws, unit))
    except CleanupError as error:
        return Sight(errors=(str(error),))


async def _of_kind(aws: Canned, kind: Kind) -> Sight:
    with contained(kind.name):
        found = await kind.find(aws)
    ours = [resource for resource in found if resource.ours]
    seen = Sight(frozenset(map(_known, ours)), frozenset(_known(r) for r in found if r.doubtful))
    errors = await _deleted(aws, kind, ours) if ours else []
    written = sorted(f"{call} {params}" for call, params in aws.written)
    reserved = bool(aws.without_list)
    return replace(seen, written=tuple(written), errors=tuple(sorted(map(str, errors))), reserved=reserved)


async def _deleted(aws: Canned, kind: Kind, ours: list[Resource]) -> list[Any]:
    try:
        with contained(kind.name, (CleanupError, Several)):
            await kind.delete(aws, ours)
            await kind.holders(aws, ours)
    except Several as several:
        return list(several.errors.values())
    except CleanupError as error:
        return [error]
    return []


async def _of_type(aws: Canned, type_: Type) -> Sight:
    seen = await look(aws, type_, PLACES.get(type_.where, type_.where))
    left = [*seen.left.values(), *seen.leaving.values()]
    doubtful = frozenset(map(_known, seen.doubtful.values()))
    return Sight(frozenset(map(_known, left)), doubtful, reserved=not seen.has_list or bool(aws.without_list))


def _known(thing: Resource | Leftover) -> Thing:
    what = thing.type if hasattr(thing, "type") else thing.kind
    return what, frozenset({thing.id, thing.name, thing.arn}) - {""}
