"""What a kind of resource says of an AWS call that it makes: how its errors are read, and what IAM must allow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Call:
    """How an operation's errors are read, and its pages where botocore doesn't know how they follow on each other.

    ``gone`` and ``busy`` are its error codes that mean *already gone* and *not yet*: those of AWS's API references
    (botocore's service models), and where AWS answers otherwise than documented, the threads cited beside the row. What
    is in neither fails at once. Throttling and AWS's own failures are the same for all calls: ``errors.CODES``.
    ``lasting`` are words of a message, as a regular expression, with which a ``busy`` code never passes.
    ``changed_by`` are the only calls of the suite's that change what a call that looks answers, where that is sure.
    ``final`` is a JMESPath that holds in an answer that only goes when the thing itself does, which another call tells.
    ``has`` names members without which its answer is none; ``a|b`` is at least one of two. The lists of list calls are
    seen to where they are read (``answers.listed``). What is ``optional`` costs no more than a warning if it fails.
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

    def trouble(self, code: str, message: str, status: int = 200) -> Trouble:
        """Return what kind of trouble a refusal is, as this row has it, or else as for all calls."""
        if code in self.busy and not (self.lasting and re.search(self.lasting, message)):
            return Trouble.BUSY
        return trouble_of(code, status)


def read(*gone: str, changed_by: str = "", final: str = "", has: str = "", optional: bool = False) -> Call:
    """Describe a call that only looks; ``gone`` are its codes for *there is no such thing*."""
    return Call(
        writes=False, gone=frozenset(gone), changed_by=frozenset(changed_by.split()), final=final,
        has=tuple(has.split()), optional=optional,
    )  # fmt: skip


def write(gone: str = "", busy: str = "", lasting: str = "") -> Call:
    """Describe a call that changes something; codes are separated by spaces."""
    return Call(writes=True, gone=frozenset(gone.split()), busy=frozenset(busy.split()), lasting=lasting)


@dataclass(frozen=True)
class Grant:
    """Calls that IAM can allow for some resources only: a part of a statement of the cleanup policy.

    Args:
        statement: the statement's name; what kinds grant in statements of one name is combined.
        calls: each is for one type of the statement's resources only, and granted for nothing by the others.
        resources: as ARNs have them behind the partition; a manifest's entry in braces stands for its names and
            the prefix, ``{region}`` for the manifest's Region.
        tagged: the entry of the manifest that the ``Name`` tag must fit, "" for the prefix alone; None if any will do.
    """

    statement: str
    calls: tuple[str, ...]
    resources: tuple[str, ...]
    tagged: str | None = None


def grant(statement: str, calls: str, *resources: str, tagged: str | None = None) -> Grant:
    """Grant calls, separated by spaces, for some resources.

    EC2 knows what it makes by ids. What is the workshop's by its Name tag alone is granted by that; what is so because
    it is in the workshop's VPC, whatever its name, can only be granted by its type and Region.
    """
    return Grant(statement, tuple(calls.split()), resources, tagged)
