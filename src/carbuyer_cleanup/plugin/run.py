"""One run of the suite: its accounts, what became of each step, and the verdict."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from carbuyer_cleanup.audit import Sweep
    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.engine import Outcome, Teardown
    from carbuyer_cleanup.settings import Settings

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
RUN: pytest.StashKey[Run] = pytest.StashKey()

REHEARSAL = "REHEARSAL — no AWS account was touched. To clean yours: pytest cleanup_tests/ --aws"


@dataclass
class Run:
    """The account of a run and what is known of it so far."""

    settings: Settings
    aws: Aws
    teardown: Teardown
    alias: str = ""
    sentences: dict[int, str] = field(default_factory=dict)  # what each step's test promises: its docstring
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)  # looks that failed
    sweep: Sweep | None = None
    closing: ExitStack = field(default_factory=ExitStack)
    breaches: list[str] = field(default_factory=list)  # requests that a rehearsal tried to send out

    @property
    def verdict(self) -> Verdict:
        """LEFTOVERS if a step or the audit found something; CLEAN only if the audit looked everywhere and did not."""
        if any(outcome.has_leftovers for outcome in self.outcomes.values()):
            return Verdict.LEFTOVERS
        if self.sweep is None or (self.unseen and self.sweep.verdict is Verdict.CLEAN):
            return Verdict.COULD_NOT_VERIFY
        return self.sweep.verdict


def selected_steps(session: pytest.Session) -> list[int]:
    """Return the numbers of the steps whose tests were selected."""
    return sorted({number for item in session.items for number in step_of(item)})


def step_of(item: pytest.Item) -> list[int]:
    """Return the number of the step that a test is for, in a list; nothing for other tests."""
    return [int(mark.args[0]) for mark in item.iter_markers("step")]
