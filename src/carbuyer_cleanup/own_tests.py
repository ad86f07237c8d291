"""What became of a user's own test, beside the steps of the page and the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from carbuyer_cleanup.resource import printable

LONGEST = 300  # characters of a reason: an assertion may show whole answers of AWS's

OwnResult = Literal["done", "failed", "not seen", "not run"]


@dataclass(frozen=True)
class OwnTest:
    """What became of one such test, in the words used for steps.

    It is ``done`` if it passed, ``failed`` if what it asserts isn't true, ``not seen`` if it couldn't find out, and
    ``not run`` if it was skipped. ``sentence`` is its docstring; ``reason`` says why it is not done.
    """

    name: str
    sentence: str
    result: OwnResult
    reason: str = ""

    @classmethod
    def of(cls, name: str, sentence: str, result: OwnResult, reason: str) -> OwnTest:
        """Return the result of a test, with pytest's message, which may be anything, shortened to one line."""
        lines = reason.strip().splitlines() or [""]
        return cls(printable(name), printable(" ".join(sentence.split())), result, printable(lines[0])[:LONGEST])

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"{self.name}: {self.result}{why}"
