"""The looks at one list, and whether it must be looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit import refusals
from carbuyer_cleanup.audit.look import Look

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types import Type
    from carbuyer_cleanup.errors import CleanupError

AGAIN = 2  # times that a look must fail before it is reported as failed


@dataclass(eq=False)
class History:
    """The looks at one list, with the time of each; ``failure`` is why the last one failed.

    ``failed`` has the times of the looks that failed since the last one that succeeded. Times are the clock's seconds.
    """

    type: Type
    region: str
    is_offered: bool = True
    looks: list[tuple[float, Look]] = field(default_factory=list)
    failure: CleanupError | None = None
    failed: list[float] = field(default_factory=list)

    @property
    def last(self) -> Look:
        """The latest look that succeeded, an empty one if none did."""
        return self.looks[-1][1] if self.looks else Look()

    def keep(self, started: float, seen: Look | CleanupError) -> None:
        """Remember the result of a look that began at ``started``."""
        if isinstance(seen, Look):
            self.looks.append((started, seen))
            self.failure, self.failed = None, []
        else:
            self.failure = seen
            self.failed.append(started)

    @property
    def is_unproved(self) -> bool:
        """Whether a single look says that nothing is there, and there is no other reason to look again."""
        return len(self.looks) == 1 and not self.failure and self.is_settled()

    def is_settled(self) -> bool:
        """Whether the list can be believed: two looks agree where one may be wrong, and nothing is being deleted."""
        if len(self.looks) == 1:
            return not (self.type.lag or self.last.left or self.last.leaving)
        (start, _), *_, (_, before), (end, now) = [self.looks[0], *self.looks]
        agree = before.left.keys() == now.left.keys() and before.leaving.keys() == now.leaving.keys()
        return agree and now.is_scheduled and (not now.left or end - start >= self.type.lag)

    def is_open(self, *, patient: bool) -> bool:
        """Whether it must be looked at again: ``patient`` or not, a second time wherever one look is not enough."""
        if self.failure:
            return self.is_offered and len(self.failed) < AGAIN and not self.is_absent(others_answer=True)
        return (patient or len(self.looks) == 1) and not self.is_settled()

    def is_due(self, now: float) -> bool:
        """Whether a failed look may be tried again if the audit goes on anyway: less and less often."""
        tries = self.failed if self.is_offered and not self.is_absent(others_answer=True) else []
        return bool(tries) and now - tries[-1] >= tries[-1] - tries[0]

    def is_absent(self, *, others_answer: bool) -> bool:
        """Whether AWS has no such thing there; ``others_answer`` says whether the Region's other services answer."""
        return not self.is_offered or refusals.is_absent(self.type, self.failure, others_answer=others_answer)
