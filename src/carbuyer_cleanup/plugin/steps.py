"""What the tests of ``cleanup_tests`` call: one step of the page, and the audit."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.aws.calls import is_failed_look
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.plugin import facts
from carbuyer_cleanup.plugin.progress import wait
from carbuyer_cleanup.plugin.run import RUNS, step_of
from carbuyer_cleanup.teardown.engine import Outcome, Unmet
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import FailedLook

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Doubtful, Leaving, Leftover
    from carbuyer_cleanup.audit.result import Sweep, Unseen
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource


def run_of(config: pytest.Config, alias: str) -> Run:
    """Return the account of a test; fail the test if the account could not be opened."""
    runs = config.stash[RUNS]
    if alias in runs.refused:
        pytest.fail(str(runs.refused[alias]), pytrace=False)
    if alias in runs.certified:
        pytest.skip(runs.certified[alias].reservations[0])
    return runs.open[alias]


class StepTest:
    """One step, from its test's point of view."""

    def __init__(self, run: Run, item: pytest.Item) -> None:
        self._run, self._item = run, item
        self._step = BY_NUMBER[step_of(item)[0]]
        run.sentences[self._step.number] = inspect.getdoc(getattr(item, "function", None)) or self._step.title

    def __repr__(self) -> str:
        return f"step {self._step.number} ({self._step.title})"  # pytest shows this with a failure

    def delete(self) -> None:
        """Wait until all of the step's resources are deleted; with ``--verify`` do nothing, with ``--plan`` only look.

        The step started with the session, or once what it depends on was gone: this only waits for it. It fails the
        test if the step failed, and skips it if a selected step that it needs failed, or with ``--plan``.
        """
        if self._run.settings.task is Task.VERIFY:
            return
        if self._run.settings.task is Task.PLAN:
            self._keep(self._look())
            pytest.skip("only looked (--plan)")
        if self._run.settings.one_by_one:
            self._run.teardown.start([self._step])
        work = self._run.teardown.finish(self._step)
        outcome = self._keep(wait(self._item.config, work, self._item.config.stash[RUNS].progress))
        if outcome.error:
            outcome.left = self._left_by_now(outcome)
            self._keep(outcome)
            self._tell(outcome.error)

    def left(self) -> list[Resource]:
        """Ask AWS afresh, and return the step's resources that are still there, including those in doubt."""
        outcome = self._look()
        self._run.outcomes.setdefault(self._step.number, outcome).left = outcome.left
        self._keep(self._run.outcomes[self._step.number])
        return [*outcome.left, *outcome.doubtful]

    def _left_by_now(self, outcome: Outcome) -> list[Resource]:
        """Return what is left of a failed step: another step may have deleted some of it since."""
        look = self._looked()
        if look.error:
            return outcome.left  # the step's error, or the audit, says that it can't be looked at
        there = {(r.kind, r.id) for r in look.left}
        return [r for r in outcome.left if (r.kind, r.id) in there]

    def _look(self) -> Outcome:
        look = self._looked()
        if look.error:
            self._run.unseen.append(FailedLook.of_step(self._step.number, look.error))
            self._keep(replace(self._run.outcomes.get(self._step.number, look), error=look.error, left=look.left))
            pytest.fail(f"could not look: {look.error}", pytrace=False)
        return look

    def _looked(self) -> Outcome:
        return wait(self._item.config, self._run.look(self._step.number), self._item.config.stash[RUNS].progress)

    def _keep(self, outcome: Outcome) -> Outcome:
        """Remember the outcome, and pass its facts to the report and to JUnit."""
        self._run.outcomes[self._step.number] = outcome
        self._item.user_properties[:] = facts.of_step(outcome)
        return outcome

    def _tell(self, error: CleanupError) -> None:
        if isinstance(error, Unmet) and error.selected:
            pytest.skip(str(error))
        if is_failed_look(error):
            self._run.unseen.append(FailedLook.of_step(self._step.number, error))
        pytest.fail(str(error), pytrace=False)


class Audit:
    """The audit, from its test's point of view; it runs once, after all started steps have ended."""

    def __init__(self, run: Run, item: pytest.Item) -> None:
        self._run, self._item = run, item

    def leftovers(self) -> list[Leftover]:
        """Return everything named like the workshop's, and every unattached Elastic IP, that is left in any Region."""
        return self._sweep().leftovers

    def unseen(self) -> list[Unseen]:
        """Return the looks that failed: while there are any, nobody can say that the account is clean."""
        return self._sweep().unseen

    def in_between(self) -> list[Leaving]:
        """Return what AWS was still deleting when the audit had waited long enough."""
        return self._sweep().in_between

    def doubtful(self) -> list[Doubtful]:
        """Return what may be the workshop's: while there is any, nobody can say that the account is clean."""
        return self._sweep().doubtful

    def _sweep(self) -> Sweep:
        if self._run.settings.task is Task.PLAN:
            pytest.skip("only looked (--plan)")
        if self._run.sweep is None:
            self._run.sweep = self._made()
            self._item.user_properties[:] = self._facts()
        return self._run.sweep

    def _made(self) -> Sweep:
        try:
            return wait(self._item.config, self._run.sweep_after(), self._item.config.stash[RUNS].progress)
        except CleanupError as error:
            self._run.unseen.append(FailedLook("audit", str(error)))
            raise pytest.fail.Exception(f"could not look: {error}", pytrace=False) from None

    def _facts(self) -> facts.Facts:
        run = self._run
        return facts.of_sweep(run.sweep, run.aws.account, rehearsal=run.settings.rehearsal) if run.sweep else []
