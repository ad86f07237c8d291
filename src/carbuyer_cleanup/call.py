"""What a kind of resource declares about an AWS call: how its errors are read, and what IAM must allow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Call:
    """How an operation's errors are read, and its pages if botocore can't page through them.

    ``gone`` and ``busy`` are the error codes that mean *already gone* and *not yet*: those of AWS's API references
    (botocore's service models) and, where AWS departs from them, of the threads cited beside the row. Any other code
    fails at once. Throttling and AWS's own failures are the same for all calls: ``errors.CODES``.
    ``lasting`` is a regular expression: if it matches the message, a ``busy`` code never passes.
    ``tokens`` maps the parameter that asks for the next page to its JMESPath in the answer.
    ``changed_by`` names the only calls of the suite that can change this call's answer, if that is certain.
    ``final`` is a JMESPath that matches an answer which stays as it is until the resource is gone; another call shows
    when it is. ``has`` names the members that an answer must have; ``a|b`` means at least one of the two. Lists are
    checked where they are read (``answers.listed``). If an ``optional`` call fails, that is a warning at most.
    ``always`` are parameters that it has whoever makes it.
    """

    writes: bool
    gone: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    lasting: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)
    changed_by: frozenset[str] = frozenset()
    final: str = ""
    has: tuple[str, ...] = ()
    optional: bool = False
    always: Mapping[str, Any] = field(default_factory=dict)

    def trouble(self, code: str, message: str, status: int = 200) -> Trouble:
        """Return what kind of trouble a refusal is: by this row, or else by the table for all calls."""
        if code in self.busy and not (self.lasting and re.search(self.lasting, message)):
            return Trouble.BUSY
        return trouble_of(code, status)


def read(*gone: str, changed_by: str = "", final: str = "", has: str = "", optional: bool = False) -> Call:
    """Return the row of a call that only looks; ``gone`` are its codes for *there is no such thing*.

    ``changed_by`` and ``has`` are words separated by spaces.
    """
    return Call(
        writes=False, gone=frozenset(gone), changed_by=frozenset(changed_by.split()), final=final,
        has=tuple(has.split()), optional=optional,
    )  # fmt: skip


def write(gone: str = "", busy: str = "", lasting: str = "") -> Call:
    """Return the row of a call that changes something; codes are separated by spaces."""
    return Call(writes=True, gone=frozenset(gone.split()), busy=frozenset(busy.split()), lasting=lasting)


@dataclass(frozen=True)
class Grant:
    """Calls that IAM can allow for some resources only: a part of a statement of the cleanup policy.

    Args:
        statement: the statement's name; grants with the same name are combined.
        calls: each applies to one type of the statement's resources only; for the others it grants nothing.
        resources: as in ARNs after the partition; a manifest's entry in braces stands for its names and the prefix,
            ``{region}`` for the manifest's Region.
        tagged: the manifest's entry that the ``Name`` tag must match, "" for the prefix alone; None if any tag will do.
    """

    statement: str
    calls: tuple[str, ...]
    resources: tuple[str, ...]
    tagged: str | None = None


def grant(statement: str, calls: str, *resources: str, tagged: str | None = None) -> Grant:
    """Return a grant of calls, separated by spaces, for some resources.

    EC2 identifies resources by id. What is the workshop's by its Name tag alone is granted by that tag; what is the
    workshop's because it is in its VPC, whatever its name, can only be granted by type and Region.
    """
    return Grant(statement, tuple(calls.split()), resources, tagged)
