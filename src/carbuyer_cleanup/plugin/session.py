"""The session: opens the account, starts the selected steps, and turns the verdict into the exit code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin import certify
from carbuyer_cleanup.plugin.run import (
    RUNS,
    SETTINGS,
    Run,
    alias_of,
    is_audit,
    only_run,
    selected,
    step_of,
)
from carbuyer_cleanup.project_files import STEPS
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import Verdict
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Generator

AFTER_THE_STEPS = max(BY_NUMBER) + 1  # the place of the user's own tests
LAST = math.inf  # the place of the audit


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "step(number): the step of the cleanup page that the test takes")
    config.addinivalue_line("markers", "audit: the sweep over the whole account; always runs last")


def concerns_cleanup(config: pytest.Config) -> bool:
    """Return whether ``cleanup_tests`` was asked for: its reports and refusals don't concern the suite's own tests."""
    home = config.rootpath / STEPS
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    return any(path == home or home in path.parents or path in home.parents for path in paths)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Sort the tests by account, each in the page's order, whatever other plugins have done.

    pytest-order sorts in a trylast hook, step by step across all accounts.
    """
    result = yield
    rank = {member.alias: n for n, member in enumerate(config.stash[SETTINGS].members)}
    items.sort(key=lambda item: (rank.get(alias_of(item), -1), _place(item)))
    return result


def _place(item: pytest.Item) -> float:
    if is_audit(item):
        return LAST
    return next(iter(step_of(item)), AFTER_THE_STEPS)


def refuse_broken(session: pytest.Session) -> None:
    """Stop if a file could not be collected: pytest does so once the steps have begun, and in a worker not at all.

    Raises:
        Interrupted: one could not be.
    """
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{counted(session.testsfailed, 'error')} during collection")


def open_accounts(session: pytest.Session) -> None:
    """Open the accounts and start the selected steps, unless pytest only lists the tests or workers run them."""
    steps = selected(session)
    if session.config.option.collectonly or not steps:
        return
    from carbuyer_cleanup.plugin import beginning  # noqa: PLC0415 - boto3, which takes as long to import as all else

    beginning.open_accounts(session, steps)


def close(session: pytest.Session) -> None:
    """End what was started."""
    if runs := session.config.stash.get(RUNS, None):
        runs.closing.close()


def certify_all(session: pytest.Session) -> None:
    """Write the certificates that are not yet written: in a class, those of accounts whose tests did not all end."""
    runs = session.config.stash.get(RUNS, None)
    for run in runs.open.values() if runs else ():
        if not run.is_finished:
            certify.finish(run, int(session.exitstatus))


def tell_exit_code(session: pytest.Session) -> None:
    """Set the exit code to that of one account's verdict; the ledger sets a class's."""
    run = only_run(session.config)
    if run and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = _exit_code(session, run)


def _exit_code(session: pytest.Session, run: Run) -> int:
    """Return 0, 1 or 8; plans, and rehearsals that passed, are not judged by the verdict."""
    passed = session.exitstatus == pytest.ExitCode.OK and not run.breaches
    if run.settings.task is Task.PLAN:
        return Verdict.COULD_NOT_VERIFY.exit_code if run.unseen else int(not passed)
    if run.settings.rehearsal and passed:
        return 0
    return max(run.verdict.exit_code, 0 if passed else 1)
