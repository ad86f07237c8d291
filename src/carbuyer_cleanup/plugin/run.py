"""One run of the suite: its accounts, what became of each step, and the verdict."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate import RunFacts, StepFacts, judge

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.audit import Sweep
    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.engine import Outcome, Teardown
    from carbuyer_cleanup.settings import Settings
    from carbuyer_cleanup.signing import Signer
    from carbuyer_cleanup.verdict import Verdict

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
    is_open: bool = False  # confirmed, and so under way
    interrupted: bool = False
    failed: bool = False  # a test did, for whatever reason
    signer: Signer | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime = field(default_factory=lambda: datetime.now(UTC))
    closing: ExitStack = field(default_factory=ExitStack)
    breaches: list[str] = field(default_factory=list)  # requests that a rehearsal tried to send out

    @property
    def verdict(self) -> Verdict:
        """LEFTOVERS if a step or the audit found something; CLEAN only if all of them looked and did not."""
        return judge(self.facts)[0]

    @property
    def facts(self) -> RunFacts:
        """What the certificate says."""
        return RunFacts(
            self.aws, self.settings.task.value, self.settings.rehearsal, self.interrupted, self.started, self.ended,
            self.sweep, tuple(map(StepFacts.of, self.outcomes.values())), tuple(self.unseen), self.failed,
        )  # fmt: skip

    @property
    def certificate(self) -> Path:
        """Where the certificate is written."""
        return self.settings.reports / "certificate.json"


def selected_steps(session: pytest.Session) -> list[int]:
    """Return the numbers of the steps whose tests were selected."""
    return sorted({number for item in session.items for number in step_of(item)})


def step_of(item: pytest.Item) -> list[int]:
    """Return the number of the step that a test is for, in a list; nothing for other tests."""
    return [int(mark.args[0]) for mark in item.iter_markers("step")]
