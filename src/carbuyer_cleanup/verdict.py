"""The verdict on an account: its word, sign, colour, sentence and exit code, and the reasons against CLEAN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

# REHEARSAL stands where the verdict on a real account would be CLEAN: a rehearsal says nothing about any account.
Word = Literal["CLEAN", "LEFTOVERS", "COULD NOT VERIFY", "NOT RUN", "REHEARSAL"]
# How a run can end without a verdict: it only looked, the user stopped it, or it refused to begin.
End = Word | Literal["PLAN", "STOPPED", "REFUSED"]
# Whether what a step or a test asks for is gone: one that failed to look, was blocked or never ran doesn't know.
State = Literal["gone", "left", "unknown"]
# What became of a resource, or would become of it: what "blocks" isn't the workshop's.
Fate = Literal["gone", "left", "planned", "doubtful", "blocks"]

WORST_FIRST: tuple[Word, ...] = ("LEFTOVERS", "COULD NOT VERIFY", "NOT RUN", "REHEARSAL", "CLEAN")
GOOD: tuple[Word, ...] = ("CLEAN", "REHEARSAL")  # which nobody has to look at
GRADED: tuple[Word, ...] = ("CLEAN", "LEFTOVERS")  # every other verdict needs a look by somebody

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
STATE_SIGNS: Mapping[State, str] = {"gone": "✓", "left": "✗", "unknown": "?"}
STATE_WORDS: Mapping[State, str] = {"gone": "gone", "left": "left", "unknown": "not known"}
FATE_SIGNS: Mapping[Fate, str] = {"gone": "✓", "left": "✗", "planned": "○", "doubtful": "?", "blocks": "■"}
# By pytest's word for the result of a test.
TEST_SIGNS: Mapping[str, str] = {"Passed": "✓", "Failed": "✗", "Error": "✗", "Skipped": "○"}
COLORS: Mapping[End, str] = {"CLEAN": "green", "LEFTOVERS": "red", "REFUSED": "red"}  # on the terminal; else yellow


@dataclass(frozen=True)
class Ending:
    """How a run ended: ``word`` is for a glance, ``sentence`` says what to do next."""

    word: End
    sentence: str

    def __str__(self) -> str:
        return f"{self.word} — {self.sentence}"

    @property
    def sign(self) -> str:
        """The word as a single sign."""
        return SIGNS[self.word]

    @property
    def color(self) -> str:
        """The terminal colour that goes with it."""
        return COLORS.get(self.word, "yellow")

    @property
    def style(self) -> str:
        """The word's class in the style sheets."""
        return style(self.word)

    @property
    def headline(self) -> str:
        """What a report shows largest: the word, or all of it for a rehearsal, whose word alone says too little."""
        return str(self) if self.word == "REHEARSAL" else self.word

    @property
    def below(self) -> str:
        """What a report shows below the headline."""
        return "" if self.word == "REHEARSAL" else self.sentence


class Verdict(Enum):
    """CLEAN takes a look at the whole account; what was found outweighs what was not seen."""

    CLEAN = 0
    LEFTOVERS = 1
    COULD_NOT_VERIFY = 8

    @property
    def exit_code(self) -> int:
        """The exit code for it."""
        return self.value

    @property
    def word(self) -> Word:
        """What terminal, report, grades and class page call it."""
        return WORDS[self]


# The exit code of a class, the worst first; for CLEAN and REHEARSAL the tests decide.
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

Sort = Literal[
    "another account", "held", "left", "not finished", "own test", "interrupted", "in doubt", "leaving", "not done",
    "not run", "not seen", "failed",
]  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One reason against CLEAN: its sort, and a text."""

    sort: Sort
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class FailedLook:
    """A look by the run itself that failed: whose it was, and why; ``step`` is the step's number, 0 if it has none."""

    whose: str
    why: str
    step: int = 0

    @classmethod
    def of_step(cls, number: int, why: object) -> FailedLook:
        """Return a step's failed look."""
        return cls(f"step {number}", str(why), number)

    def __str__(self) -> str:
        return printable(f"{self.whose}: {self.why}")


def style(word: End) -> str:
    """Return the class of a word in the style sheets."""
    return word.lower().replace(" ", "-")
