"""What goes through everything that reads AWS's answers, and where that breaks."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.look import look
from carbuyer_cleanup.audit.types import HOME, TYPES
from carbuyer_cleanup.errors import AwsError, CleanupError, NotUnderstood, Trouble
from carbuyer_cleanup.kinds.common import Several
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto.session import REGION

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from carbuyer_cleanup.audit.types import Type
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Kind

KINDS = [kind for step in STEPS for kind in step.kinds]
PLACES = {"": REGION, HOME: "us-east-1"}


@dataclass
class Crashes:
    """How often it broke where; ``met`` names the kinds and types of which there was something of the workshop's."""

    times: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return "\n".join(f"{times} x {where}" for where, times in self.times.most_common())

    async def of_kinds(self, aws: Aws) -> None:
        """Let each kind find, judge and delete, and name its holders."""
        for kind in KINDS:
            await self._of_kind(aws, kind)

    async def of_types(self, aws: Aws) -> None:
        """Look for each type of the audit's table."""
        for type_ in TYPES:
            await self._of_type(aws, type_)

    async def _of_kind(self, aws: Aws, kind: Kind) -> None:
        found = await self._tried(kind.name, kind.find(aws)) or []
        if ours := [resource for resource in found if resource.ours]:
            self.met.add(kind.name)
            await self._tried(kind.name, kind.delete(aws, ours))
            await self._tried(kind.name, kind.holders(aws, ours))

    async def _of_type(self, aws: Aws, type_: Type) -> None:
        seen = await self._tried(type_.name, look(aws, type_, PLACES.get(type_.where, type_.where)))
        if seen and (seen.left or seen.leaving):
            self.met.add(type_.name)

    async def _tried(self, what: str, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except Several as several:
            errors = list(several.errors.values())
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            errors = [error]
        self.times.update(f"{what}: {_where(error)}" for error in errors if is_crash(error))
        return None


def is_crash(error: Exception) -> bool:
    """Say whether it is none of the errors that tell what AWS refused, or who holds a resource."""
    if isinstance(error, AwsError):
        return error.trouble is Trouble.GARBLED
    return isinstance(error, NotUnderstood) or not isinstance(error, CleanupError)


def _where(error: BaseException) -> str:
    """Return the last place in the suite that an exception came through."""
    if isinstance(error, NotUnderstood):
        return f"{error.happened} at {error.place}"
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if "carbuyer_cleanup" in frame.filename]
    last = places[-1]
    return f"{error!r} at {last.filename.rpartition('/')[2]}:{last.lineno} ({last.line})"
