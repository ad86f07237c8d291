"""``--shard K/N``: one part of a class, for whatever starts the same command on N machines.

Which part an account is in depends on the class's account numbers, not on their order or names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbuyer_cleanup.classroom.roster import Member

FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
WRONG = "--shard must be K/N, part K of N, such as 1/4, not {given!r}. Nothing was done."
TOO_MANY = (
    "--shard {shard}: a class of {accounts} can't be split into {parts} parts. Use at most {most}. Nothing was done."
)


class Shard(NamedTuple):
    """Part ``number`` of ``parts``, counted from 1."""

    number: int
    parts: int

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"

    def numbers(self, accounts: Iterable[str]) -> set[str]:
        """Return those of the class's account numbers that are in this part."""
        return {account for account, shard in dealt(accounts, self.parts).items() if shard == self}

    def of(self, members: Sequence[Member]) -> tuple[Member, ...]:
        """Return the accounts of this part, in the order of the class.

        Raises:
            Refused: there are fewer accounts than parts.
        """
        if len(members) < self.parts:
            most = len(members)
            raise Refused(TOO_MANY.format(shard=self, accounts=counted(most, "account"), parts=self.parts, most=most))
        mine = self.numbers(member.account for member in members)
        return tuple(member for member in members if member.account in mine)


def dealt(accounts: Iterable[str], parts: int) -> dict[str, Shard]:
    """Return the part of each account of a class, by account number; ``parts`` is how many parts there are."""
    return {account: Shard(place % parts + 1, parts) for place, account in enumerate(sorted(accounts))}


def read(given: str) -> Shard:
    """Return the part that ``--shard`` asks for.

    Raises:
        Refused: it is not K/N with K from 1 to N; it may be empty, like an unset variable of a script.
    """
    found = FORM.fullmatch(given)
    shard = Shard(int(found[1]), int(found[2])) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.parts:
        raise Refused(WRONG.format(given=printable(given)))
    return shard
