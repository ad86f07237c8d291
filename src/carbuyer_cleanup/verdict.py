"""The verdict on an account, and the exit code that tells it to scripts."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """CLEAN is said only of an account that was looked at as a whole; what was found wins over what was not seen."""

    CLEAN = 0
    LEFTOVERS = 1
    COULD_NOT_VERIFY = 8

    @property
    def exit_code(self) -> int:
        """The exit code of pytest that says so."""
        return self.value
