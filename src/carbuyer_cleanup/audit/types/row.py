"""What a line of the audit's table holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Claim

Item = Mapping[str, Any]
Rule = Callable[["Aws", Item, str, "Claim | None"], Awaitable["Claim | None"]]  # account, item, Region, claim by name

EVERYWHERE = ""
HOME = "home"  # the one Region of a partition that answers for its global services
US_WEST_2 = "us-west-2"  # Global Accelerator, S3's Multi-Region Access Points

# AWS's words for what is gone and for what is being deleted, in lower case.
GONE = frozenset({"deleted", "terminated", "terminated_with_errors", "delete_complete", "delete-complete"})
LEAVING = frozenset(
    {"deleting", "delete in progress", "delete_in_progress", "delete-in-progress", "deletion_in_progress",
     "deleting_results", "shutting-down", "terminating"}
)  # fmt: skip
SCHEDULED = frozenset({"pending deletion", "pendingdeletion"})  # gone in days, not minutes: not waited for


@dataclass(frozen=True)
class Parent:
    """Another list that must be read first: the type's own call is made for each of its ``items``, as ``param``."""

    call: str
    items: str
    param: str


@dataclass(frozen=True, eq=False)
class Type:
    """A type of resource, and how to look for it: a line of the table.

    Paths are JMESPath. ``items`` is a path in the answer to ``call``; the others start at an item: its ``id``,
    ``names`` (one or a list; the id if left out), ``tags``, ``state``, ``arn`` and ``region``. ``reading`` has the
    functions. Whatever has no name is doubtful, unless the path ends in ``|| '-'``: then it doesn't need one.

    Args:
        name: AWS's word for it.
        of: service and type as an ARN has them, up to the id: ``ec2:vpc/``. "" if ARNs of it don't occur.
        entry: the manifest's entry that names it. If the suite deletes such things, this, ``price`` and ``console`` are
            taken from the kind of that name, and have the same meaning.
        params: the parameters of the call; ``{account}`` is filled in.
        where: EVERYWHERE, HOME, or the Region to ask.
        token: the next page's token, as a parameter and as a path in the answer, if botocore doesn't know.
        none: error codes that mean that there are none.
        lag: for how many seconds AWS's list may contradict itself; such lists are always read twice.
        rule: returns the claim on an item, given the claim by its name; None if it has nothing to do with the workshop.
            ``rule_calls`` are the calls it makes, each with its error codes for *there is no such thing*.
        hangs: whether it exists on, in or because of the workshop's own types, or shows what does.
        withheld: whether AWS withholds it from most identities, even administrators.
    """

    name: str
    call: str
    items: str
    id: str
    of: str = ""
    names: str = ""
    tags: str = ""
    state: str = ""
    arn: str = ""
    region: str = ""
    entry: str = ""
    price: float | None = None
    console: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    where: str = EVERYWHERE
    token: tuple[str, str] | None = None
    none: frozenset[str] = frozenset()
    gone: frozenset[str] = GONE
    leaving: frozenset[str] = LEAVING
    parent: Parent | None = None
    lag: float = 0
    rule: Rule | None = None
    rule_calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    hangs: bool = False
    withheld: bool = False

    @property
    def is_workshops(self) -> bool:
        """Whether the workshop itself creates such things, or leaves them unattached."""
        return bool(self.entry or self.rule)

    @property
    def is_deciding(self) -> bool:
        """Whether an account can't be called clean without having looked for it."""
        return self.is_workshops or self.hangs

    @property
    def service(self) -> str:
        """The service to ask."""
        return self.call.split(":")[0]

    @property
    def others(self) -> Mapping[str, frozenset[str]]:
        """The calls needed to look for it besides ``call``, with their codes for *there is no such thing*."""
        return {**({self.parent.call: frozenset[str]()} if self.parent else {}), **self.rule_calls}
