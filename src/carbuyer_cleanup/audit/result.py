"""What the audit found, what it could not look at, and what must be said with the verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Doubtful, Leaving, Leftover

Depth = Literal["full", "workshop"]
LISTS, READ = "lists", "lists read"  # what the account's tally counts, for the display
REGION = "AWS Region"  # the type of an Unseen that is a whole Region
WORKSHOP_DEPTH = "At depth workshop the audit looked only for the workshop's own types and unattached Elastic IPs."


@dataclass(frozen=True)
class Unseen:
    """A look that failed, and why: nobody can say what is there, unless AWS answered that nothing can be."""

    type: str
    region: str
    reason: str

    def __str__(self) -> str:
        where = f" in {self.region}" if self.region else ""
        return printable(f"{self.type}{where}: {self.reason}")


@dataclass(kw_only=True)
class Sweep:
    """What the audit found.

    ``in_between`` was still being deleted when the audit stopped waiting; ``doubtful`` may be the workshop's;
    ``noted`` looks like the workshop's but isn't. Of the looks that failed, ``unseen`` are those after which nobody
    can call the account clean, ``not_offered`` those where AWS has no such thing, and ``not_looked_at`` those at what
    nobody in the account may see. ``without_list`` are the types whose list was not in AWS's answer, and
    ``steps_without_list`` the same for calls of the steps, which may look at the same time. ``regions`` were looked at,
    ``left_out`` were not, as the user asked, and ``forbidden`` are those that the organization forbids. ``complete`` is
    whether everything that ``depth`` includes was looked for in all enabled Regions except those left out.
    """

    leftovers: list[Leftover] = field(default_factory=list)
    in_between: list[Leaving] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    noted: list[Leftover] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    regions_off: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    not_offered: list[Unseen] = field(default_factory=list)
    not_looked_at: list[Unseen] = field(default_factory=list)
    without_list: list[str] = field(default_factory=list)
    steps_without_list: set[str] = field(default_factory=set)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    depth: Depth = "full"
    complete: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def verdict(self) -> Verdict:
        """CLEAN only if everything that the depth includes was looked at, and nothing was found."""
        if self.leftovers:
            return Verdict.LEFTOVERS
        if self.unseen or self.in_between or self.doubtful or not self.complete:
            return Verdict.COULD_NOT_VERIFY
        return Verdict.CLEAN

    @property
    def reservations(self) -> list[str]:
        """What must be said with the verdict besides the depth, in sentences."""
        kept = ", ".join(dict.fromkeys(unseen.type for unseen in self.not_looked_at))
        not_looked_at = [f"Not looked at: {kept}, which AWS refused to show."] if kept else []
        left_out = ", ".join(dict.fromkeys([*self.without_list, *sorted(self.steps_without_list)]))
        taken = [f"Assumed to be empty, because AWS's answer had no list: {left_out}."] if left_out else []
        return [*([self._where] if self.left_out else []), *not_looked_at, *taken]

    @property
    def reservation(self) -> str:
        """Everything that must be said with the verdict; "" for nothing."""
        return " ".join([*([WORKSHOP_DEPTH] if self.depth == "workshop" else []), *self.reservations])

    @property
    def _where(self) -> str:
        if set(self.left_out) <= set(self.forbidden):
            return f"Not looked for in {_counted(self.left_out)} that a service control policy forbids."
        return f"Looked for in {', '.join(self.regions)} only, not in {_counted(self.left_out)}."


def _counted(regions: list[str]) -> str:
    return f"the Region {regions[0]}" if len(regions) == 1 else f"{len(regions)} Regions ({', '.join(regions)})"
