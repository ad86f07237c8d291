"""What the finders return and the deleters take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.owners import account_in
from carbuyer_cleanup.claims import DOUBTFUL, OURS, Whose
from carbuyer_cleanup.wording import named

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.asking import Definition
    from carbuyer_cleanup.call import Call, Grant


@dataclass(frozen=True)
class Contents:
    """What is deleted with a resource: ``count`` times ``unit`` (in the singular), ``or_more`` if AWS didn't list all.

    ``size`` is in bytes.
    """

    count: int
    unit: str
    or_more: bool = False
    size: int = 0


@dataclass(frozen=True)
class Resource:
    """One AWS resource, and whose it is: the workshop's, somebody else's that is left alone, or doubtful.

    ``why`` says why. ``entry`` is the manifest's entry with which ``--name`` can declare it the workshop's.
    ``place`` is the id of the subnet or VPC that it is in. ``follows`` means that AWS itself creates it, so no plan can
    name it beforehand. ``notice`` is what everybody must know before it is deleted. ``contents`` is what is deleted
    with it, if AWS shows that in passing.
    """

    kind: str  # AWS's word for it: "NAT gateway"
    id: str  # what its API calls take: an id, a name, an ARN
    name: str
    region: str
    why: str
    whose: Whose = OURS
    entry: str = ""
    state: str = ""
    arn: str = ""
    place: str = field(default="", compare=False)
    follows: bool = field(default=False, compare=False)
    notice: str = field(default="", compare=False)
    contents: Contents | None = field(default=None, compare=False)
    details: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return printable(f"{self.kind} {named(self.name, self.id)}" + (f" [{self.state}]" if self.state else ""))

    @property
    def ours(self) -> bool:
        """Whether it is proven to be the workshop's."""
        return self.whose is OURS

    @property
    def doubtful(self) -> bool:
        """Whether it may be the workshop's."""
        return self.whose is DOUBTFUL

    @property
    def account(self) -> str:
        """The account that its ARN names, "" if it has none."""
        return account_in(self.arn)

    @property
    def word(self) -> str:
        """What distinguishes it from others of its kind: EC2's ``Name`` tags are not unique, other names are."""
        return self.id if self.entry.startswith("ec2.") else self.name or self.id

    @property
    def ways_out(self) -> str:
        """How the caller can settle the doubt."""
        named = f"if it is the workshop's, add --name {self.entry}={self.word}; " if self.entry else ""
        return printable(f"{named}if it isn't, add --not-ours {self.id}")

    @property
    def line(self) -> str:
        """The resource, and why it is or isn't the workshop's."""
        return f"{self}: {printable('; '.join(filter(None, (self.why, self.notice))))}"


def printable(text: str) -> str:
    """Return ``text`` with control characters replaced: anybody can choose names, and they could rewrite a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


Find = Callable[["Aws"], Awaitable[list[Resource]]]
Delete = Callable[["Aws", list[Resource]], Awaitable[None]]
Definitions = Callable[[], Mapping[str, "Definition"]]
Holders = Callable[["Aws", list[Resource]], Awaitable[list[str]]]


async def _nobody(_aws: Aws, _resources: list[Resource]) -> list[str]:
    return []


@dataclass(frozen=True, eq=False)
class Kind:
    """An AWS resource kind: how it is deleted, and everything else that the suite must know about it.

    The rest of the suite has no list of kinds: it takes those that the files in ``kinds`` define (``catalog``).
    Minutes come from how long AWS, or tools that wait patiently, say that it takes. "tf" beside them is
    hashicorp/terraform-provider-aws, internal/service: the file, what it waits with, and its minutes if ours are
    more; ours are never fewer. *Delete* is the file's default timeout of that name.

    Args:
        name: AWS's word for it, the same as in the audit's table, if that has it.
        find: asks AWS afresh for all resources of the kind that still exist: ours, and near-misses with the reason.
        delete: takes each of the given resources of ours one step closer to its end, depending on the state in which it
            was found; the engine calls the two in turn until ``find`` finds none of ours or the deadline has passed.
            Both may raise CleanupError or ``Absent``; ``delete`` also ``Several``, with the errors by resource id.
        step: the number of the page's step that it belongs to.
        also: what the README says about it beside the step's title; "" if the title says it.
        entry: the manifest's entry that names such things, as ``section.key``; "" if ``--name`` can't.
        deadline: how many minutes to wait at most; the manifest's [deadlines] may override it. Time, not tries: a
            longer pause between two looks doesn't make the suite give up earlier.
        usually: how many minutes AWS usually takes for it alone, if that is about one or more.
        waits_for: the names of the kinds that must be gone before it, as AWS demands: this is not the page's order.
        comes_after: the names of the kinds that come before it whether they are deleted or not: it blocks none of them,
            and may be deleted without them.
        after_seeing: the names of the kinds that the plan must have looked at before it may be deleted: it is the only
            sign of them, or they are deleted with it.
        price: USD a month for one, as the workshop builds it (``certificate.prices``); None if that is unknown.
        console: the console's page about one (``report.console``); "" if it has none.
        calls: the rows of the calls that it makes and no other kind's file describes.
        grants: which of them, and which others, IAM must allow for which resources.
        definitions: returns how a backup asks for a resource's definition, by what the resource is called. What can be
            in it (objects, items, code, events) is saved by a module of ``backup``.
        leaving: the states in which a resource is already being deleted, and the suite only waits.
        follows: whether deleting other things may create it, so no plan can name it beforehand.
        settle: the seconds that must pass between a deletion and the look that proves it: it may come back.
        holders: returns what keeps the resources from being deleted, for the message at the deadline.
    """

    name: str
    find: Find
    delete: Delete
    _: KW_ONLY
    step: int
    also: str = ""
    entry: str = ""
    deadline: float
    usually: float = 0.0
    waits_for: tuple[str, ...] = ()
    comes_after: tuple[str, ...] = ()
    after_seeing: tuple[str, ...] = ()
    price: float | None = None
    console: str = ""
    calls: Mapping[str, Call] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    definitions: Definitions = dict
    leaving: frozenset[str] = frozenset()
    follows: bool = False
    settle: float = 0.0
    holders: Holders = _nobody
