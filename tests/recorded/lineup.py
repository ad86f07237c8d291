"""The whole workshop beside others' things, as each kind and each line of the audit's table sees it, and any change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.types import TAGGED, Type
from tests.recorded.changes import changes
from tests.recorded.replay import run
from tests.recorded.sights import UNITS, Sight, Thing, sight

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from carbuyer_cleanup.resource import Kind
    from tests.recorded.canned import Canned
    from tests.recorded.changes import Change

AS_BEFORE, TOLD, FAILED = "as before", "told: in doubt, or left alone", "told: one look failed"
RESERVED = "told: a list was taken for empty, which is said with the verdict"
# What is found by what it is in or hangs on, which is told: nobody says CLEAN while that is there. An address the
# audit finds when nothing has it any more.
PARTS = frozenset(
    {"network interface", "security group", "subnet", "route table", "internet gateway", "S3 objects", "Elastic IP"}
)


@dataclass
class Lineup:
    """What every unit sees; ``others`` are the names and ids of what is not the workshop's."""

    aws: Canned
    others: Collection[str]
    before: dict[Kind | Type, Sight] = field(default_factory=dict)
    users: defaultdict[str, list[Kind | Type]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for unit in UNITS:
            self.before[unit] = run(self.aws, sight(self.aws, unit))
            for call in self.aws.asked:
                self.users[call].append(unit)
        self.aws.is_open = False

    def changes(self) -> list[Change]:
        """Return all changes that can be made to any answer."""
        answers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for (call, _, _), answer in self.aws.kept.items():
            answers[call].append({name: value for name, value in answer.items() if name != "ResponseMetadata"})
        return [change for call, given in answers.items() for change in changes(call, given)]

    def outcome(self, change: Change) -> str:
        """Return what comes of a change: AS_BEFORE, TOLD, FAILED, RESERVED, or what must not come of it."""
        self.aws.change = change
        now = {unit: run(self.aws, sight(self.aws, unit)) for unit in self.users[change.call]}
        self.aws.change = None
        if touched := [line for seen in now.values() for line in seen.written if self._is_others(line)]:
            return f"others' things would be touched: {touched[0]}"
        if lost := [thing for unit in now for thing in self._lost(unit, now)]:
            return f"nobody sees {lost[0][0]} {min(lost[0][1])} any more"
        if all(seen == self.before[unit] for unit, seen in now.items()):
            return AS_BEFORE
        if any(set(seen.errors) - set(self.before[unit].errors) for unit, seen in now.items()):
            return FAILED
        return RESERVED if any(seen.reserved for seen in now.values()) else TOLD

    def _is_others(self, line: str) -> bool:
        return any(repr(name) in line for name in self.others)

    def _lost(self, unit: Kind | Type, now: dict[Kind | Type, Sight]) -> list[Thing]:
        """Return what the unit does not see as it did before, though nothing is told of it, nor by another unit."""
        if self._tells(unit, now[unit]):
            return []
        telling = {other.name for other, seen in now.items() if self._tells(other, seen)}
        around = [now.get(other, self.before[other]) for other in UNITS if other is not unit]
        gone = [thing for thing in self.before[unit].ours if not _is_among(thing, now[unit].ours)]
        lost = [(what, known) for what, known in gone if what not in PARTS | telling]
        return [thing for thing in lost if not any(_is_told(thing, one, whatever=unit is TAGGED) for one in around)]

    def _tells(self, unit: Kind | Type, seen: Sight) -> bool:
        """Say whether a unit tells of an error, a doubt, or a list that was taken for empty, and did not before."""
        before = self.before[unit]
        return seen.reserved or bool(set(seen.errors) - set(before.errors) or seen.doubtful - before.doubtful)


def _is_told(thing: Thing, seen: Sight, *, whatever: bool) -> bool:
    """Say whether a unit sees a thing, or ``whatever`` is known by the same ids, or an error names it."""
    named = any(name in error for error in seen.errors for name in thing[1])
    things = seen.ours | seen.doubtful
    return named or _is_among(thing, things) or (whatever and any(thing[1] & known for _, known in things))


def _is_among(thing: Thing, things: Iterable[Thing]) -> bool:
    return any(thing[0] == what and thing[1] & known for what, known in things)
