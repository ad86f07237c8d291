"""Before the first test: the accounts are opened and shown, the deletion is confirmed, and the steps start.

Only this module needs boto3, so nothing that merely lists the tests imports it.
"""

from __future__ import annotations

import pytest

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.plugin import backups, certify
from carbuyer_cleanup.plugin.confirm import confirm, tell_whose
from carbuyer_cleanup.plugin.confirm_class import confirm_class
from carbuyer_cleanup.plugin.opening import open_runs
from carbuyer_cleanup.plugin.progress import saying
from carbuyer_cleanup.plugin.run import RUNS, SETTINGS, Run, Runs, alias_of, audited, is_own
from carbuyer_cleanup.verdict import Verdict

OPENING = {True: "building the embedded AWS and its workshop", False: "asking AWS whose account this is"}  # rehearsal


def open_accounts(session: pytest.Session, steps: dict[str, list[int]]) -> None:
    """Open the accounts, by alias, and start their selected steps.

    Raises:
        UsageError: nothing was started; the message says why.
        Exit: the credentials belong to another account by now.
    """
    try:
        with saying(session.config, OPENING[session.config.stash[SETTINGS].rehearsal]):
            session.config.stash[RUNS] = runs = open_runs(session.config, steps, _with_own_tests(session))
        _prepare(runs)
        if not runs.settings.rehearsal:
            _tell(session.config, runs, steps)
        backups.prepare(runs, steps)
        for alias in ("", *(alias for alias in steps if alias not in runs.certified)):
            certify.withdraw(runs.settings, alias)
        _declare(runs)
    except CleanupError as error:
        _leave_if_elsewhere(session.config)
        raise pytest.UsageError(str(error)) from error
    runs.at_once(lambda: _start(session, runs, steps))


def _start(session: pytest.Session, runs: Runs, steps: dict[str, list[int]]) -> None:
    for alias, run in runs.open.items():
        run.failed = session.testsfailed > 0  # a file that could not be collected may have had tests of this account
        if runs.recorder:
            runs.recorder.begun(alias, run.aws.workshop)
        run.start(steps[alias], audited=alias in audited(session) and not _may_still_change(session, run, alias))


def _may_still_change(session: pytest.Session, run: Run, alias: str) -> bool:
    """Return whether the user's own tests may change the account after the steps: the audit then starts after them."""
    return not run.aws.read_only and any(is_own(item) and alias_of(item) == alias for item in session.items)


def _with_own_tests(session: pytest.Session) -> set[str]:
    """Return the accounts that have the user's own tests: no certificate says what these would find now."""
    return {alias_of(item) for item in session.items if is_own(item)}


def _prepare(runs: Runs) -> None:
    """Check that the certificates can be signed; in a class, an account whose certificate can't be is left alone."""
    for alias, run in list(runs.open.items()):
        try:
            certify.prepare(run)
        except CleanupError as error:
            if not alias:
                raise
            runs.refuse(alias, error)


def _leave_if_elsewhere(config: pytest.Config) -> None:
    """Exit with the verdict's code if the credentials belong to another account by now: the options aren't at fault."""
    runs = config.stash.get(RUNS, None)
    if runs and runs.only and runs.only.aws.is_elsewhere:
        certify.withdraw(runs.settings, "")
        pytest.exit(str(runs.only.aws.stopped), Verdict.COULD_NOT_VERIFY.exit_code)


def _declare(runs: Runs) -> None:
    """Record what the caller declared not to be the workshop's, before anything is deleted."""
    for run in runs.open.values() if runs.settings.task is Task.TEARDOWN else ():
        run.aws.journal.declare(run.aws.workshop.not_ours)


def _tell(config: pytest.Config, runs: Runs, steps: dict[str, list[int]]) -> None:
    """Show whose accounts these are, and have a teardown confirmed."""
    if runs.only:
        tell_whose(config, runs.only)
    if runs.settings.task is Task.TEARDOWN and runs.only:
        confirm(config, runs.only, steps[""])
    elif runs.settings.task is Task.TEARDOWN:
        confirm_class(config, runs, steps)
