"""The verdict on an account: its word, the sign beside the word, and the exit code that tells it to scripts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

# REHEARSAL stands where the verdict on a real account would be CLEAN: a rehearsal says nothing about any account.
Word = Literal["CLEAN", "LEFTOVERS", "COULD NOT VERIFY", "NOT RUN", "REHEARSAL"]
# How a run can end without a verdict: it only looked, the user stopped it, or it refused to begin.
End = Word | Literal["PLAN", "STOPPED", "REFUSED"]

# For those who see no colours.
SIGNS: Mapping[End, str] = {
    "LEFTOVERS": "✗",
    "COULD NOT VERIFY": "?",
    "NOT RUN": "○",
    "REHEARSAL": "▷",
    "CLEAN": "✓",
    "PLAN": "○",
    "STOPPED": "■",
    "REFUSED": "■",
}


class Verdict(Enum):
    """CLEAN is said only of an account that was looked at as a whole; what was found wins over what was not seen."""

    CLEAN = 0
    LEFTOVERS = 1
    COULD_NOT_VERIFY = 8

    @property
    def exit_code(self) -> int:
        """The exit code of pytest that says so."""
        return self.value

    @property
    def word(self) -> Word:
        """What terminal, report, grades and class page call it."""
        return WORDS[self]


# What the exit code says of a class, the worst first; CLEAN and REHEARSAL are for the tests to say.
EXITS: Mapping[Word, int] = {
    "LEFTOVERS": Verdict.LEFTOVERS.exit_code,
    "COULD NOT VERIFY": Verdict.COULD_NOT_VERIFY.exit_code,
    "NOT RUN": Verdict.COULD_NOT_VERIFY.exit_code,
}
WORDS: Mapping[Verdict, Word] = {
    Verdict.CLEAN: "CLEAN",
    Verdict.LEFTOVERS: "LEFTOVERS",
    Verdict.COULD_NOT_VERIFY: "COULD NOT VERIFY",
}
