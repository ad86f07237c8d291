"""The session: opens the account, starts the selected steps, and turns the verdict into the exit code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.home import STEPS
from carbuyer_cleanup.plugin import backups, certify
from carbuyer_cleanup.plugin.confirm import confirm, tell_whose
from carbuyer_cleanup.plugin.confirm_class import confirm_class
from carbuyer_cleanup.plugin.opening import open_runs
from carbuyer_cleanup.plugin.progress import saying
from carbuyer_cleanup.plugin.run import (
    RUNS,
    SETTINGS,
    Run,
    Runs,
    alias_of,
    audited,
    is_audit,
    is_own,
    only_run,
    selected,
    step_of,
)
from carbuyer_cleanup.settings import Task
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator

AFTER_THE_STEPS = max(BY_NUMBER) + 1  # the place of tests of one's own
LAST = math.inf  # the audit's
OPENING = {True: "building the embedded AWS and its workshop", False: "asking AWS whose account this is"}  # rehearsal


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "step(number): the step of the cleanup page that the test takes")
    config.addinivalue_line("markers", "audit: the sweep over the whole account; always runs last")


def concerns_cleanup(config: pytest.Config) -> bool:
    """Say whether ``cleanup_tests`` was asked for: its reports and refusals are not for the suite's own tests."""
    home = config.rootpath / STEPS
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    return any(path == home or home in path.parents or path in home.parents for path in paths)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Keep to account after account, each in the page's order, whatever other plugins have made of it.

    pytest-order sorts in a trylast hook, and step by step through all accounts.
    """
    result = yield
    rank = {member.alias: n for n, member in enumerate(config.stash[SETTINGS].members)}
    items.sort(key=lambda item: (rank.get(alias_of(item), -1), _place(item)))
    return result


def _place(item: pytest.Item) -> float:
    if is_audit(item):
        return LAST
    return next(iter(step_of(item)), AFTER_THE_STEPS)


def open_accounts(session: pytest.Session) -> None:
    """Open the accounts and start the selected steps, unless pytest only lists the tests, or workers run them."""
    steps = selected(session)
    if session.config.option.collectonly or not steps:
        return
    try:
        with saying(session.config, OPENING[session.config.stash[SETTINGS].rehearsal]):
            session.config.stash[RUNS] = runs = open_runs(session.config, steps)
        _prepare(runs)
        if not runs.settings.rehearsal:
            _tell(session.config, runs, steps)
        backups.prepare(runs, steps)
        for alias in ("", *steps):
            certify.withdraw(runs.settings, alias)
        _declare(runs)
    except CleanupError as error:
        _leave_if_elsewhere(session.config)
        raise pytest.UsageError(str(error)) from error
    runs.at_once(lambda: _start(session, runs, steps))


def _start(session: pytest.Session, runs: Runs, steps: dict[str, list[int]]) -> None:
    for alias, run in runs.open.items():
        if runs.recorder:
            runs.recorder.begun(alias, run.aws.workshop)
        run.start(steps[alias], audited=alias in audited(session) and not _may_still_change(session, run, alias))


def _may_still_change(session: pytest.Session, run: Run, alias: str) -> bool:
    """Say whether tests of one's own may change the account after the steps: the audit must start after they end."""
    return not run.aws.read_only and any(is_own(item) and alias_of(item) == alias for item in session.items)


def _prepare(runs: Runs) -> None:
    """See that the certificates can be signed: an account of a class whose own can't is left alone, and says why."""
    for alias, run in list(runs.open.items()):
        try:
            certify.prepare(run)
        except CleanupError as error:
            if not alias:
                raise
            runs.refuse(alias, error)


def _leave_if_elsewhere(config: pytest.Config) -> None:
    """End with the verdict's exit code if the credentials are another account's by now: it is no mistake of options."""
    runs = config.stash.get(RUNS, None)
    if runs and runs.only and runs.only.aws.is_elsewhere:
        certify.withdraw(runs.settings, "")
        pytest.exit(str(runs.only.aws.stopped), Verdict.COULD_NOT_VERIFY.exit_code)


def _declare(runs: Runs) -> None:
    """Write down what is not the workshop's by the caller's word, before anything is deleted."""
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


def close(session: pytest.Session) -> None:
    """End what was started."""
    if runs := session.config.stash.get(RUNS, None):
        runs.closing.close()


def certify_all(session: pytest.Session) -> None:
    """Write the certificates."""
    runs = session.config.stash.get(RUNS, None)
    for run in runs.open.values() if runs else ():
        certify.finish(run, int(session.exitstatus))


def tell_exit_code(session: pytest.Session) -> None:
    """Let the exit code tell the verdict on one account; that of a class is the ledger's to tell."""
    run = only_run(session.config)
    if run and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = _exit_code(session, run)


def _exit_code(session: pytest.Session, run: Run) -> int:
    """Return 0, 1 or 8; a plan, and a rehearsal of some steps only, is judged by its tests alone."""
    passed = session.exitstatus == pytest.ExitCode.OK and not run.breaches
    if run.settings.task is Task.PLAN:
        return Verdict.COULD_NOT_VERIFY.exit_code if run.unseen else int(not passed)
    if run.settings.rehearsal and passed:
        return 0
    return max(run.verdict.exit_code, 0 if passed else 1)
