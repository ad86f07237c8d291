"""What a line of the audit's table says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Claim

Item = Mapping[str, Any]
Rule = Callable[["Aws", Item, str, "Claim | None"], Awaitable["Claim | None"]]  # account, item, Region, by its name

EVERYWHERE = ""
HOME = "home"  # the one Region of a partition that answers for its global services
US_WEST_2 = "us-west-2"  # Global Accelerator, S3's Multi-Region Access Points

# The words for what is gone and for what is on its way out, as AWS's services use them; small letters.
GONE = frozenset({"deleted", "terminated", "terminated_with_errors", "delete_complete", "delete-complete"})
LEAVING = frozenset(
    {"deleting", "delete in progress", "delete_in_progress", "delete-in-progress", "deletion_in_progress",
     "deleting_results", "shutting-down", "terminating"}
)  # fmt: skip
SCHEDULED = frozenset({"pending deletion", "pendingdeletion"})  # in days, not minutes: not waited for


@dataclass(frozen=True)
class Parent:
    """Another list that must be read first: the listing is asked for once for each of its ``items``, as ``param``."""

    call: str
    items: str
    param: str


@dataclass(frozen=True, eq=False)
class Type:
    """A type of resource, and how to look for it: a line of the table.

    Paths are JMESPath. ``items`` is one in the answer of ``call``, the others are in an item: its ``id``, its ``names``
    (one or a list; the id if left out), its ``tags``, ``state``, ``arn`` and ``region``. ``reading`` has the functions.
    What has no name at all is doubtful, unless the path says ``|| '-'``: then it need not have one.

    Args:
        name: AWS's word for it.
        of: service and type as an ARN has them, up to the id: ``ec2:vpc/``. "" if ARNs of it don't occur.
        entry: the manifest's entry that names it. This, ``price`` and ``console`` are the kind's of that name, if the
            suite deletes such things; they mean what they mean there.
        params: the parameters of the call; ``{account}`` is filled in.
        where: EVERYWHERE, HOME, or the Region that is asked.
        token: where the next page's token is in the parameters and in the answer, if botocore doesn't know.
        none: error codes that say that there is nothing of it.
        lag: for how many seconds AWS's list may contradict itself; such lists are always read twice.
        rule: what makes it the workshop's beside its name. ``rule_calls`` are the calls it makes, each with its error
            codes for *there is no such thing*.
        hangs: whether it exists on, in or because of the workshop's own types, or shows what does.
        withheld: whether AWS keeps it from most identities, an administrator's too.
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
        """Whether the workshop itself makes such things, or leaves them unattached."""
        return bool(self.entry or self.rule)

    @property
    def is_deciding(self) -> bool:
        """Whether nobody can call an account clean who could not look for it."""
        return self.is_workshops or self.hangs

    @property
    def service(self) -> str:
        """The service that is asked."""
        return self.call.split(":")[0]

    @property
    def others(self) -> Mapping[str, frozenset[str]]:
        """The calls that looking for it takes beside ``call``, with their codes for *there is no such thing*."""
        return {**({self.parent.call: frozenset[str]()} if self.parent else {}), **self.rule_calls}
