"""The session: opens the account, starts the selected steps, and turns the verdict into the exit code."""

from __future__ import annotations

import gc
import math
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT, open_account, real_session
from carbuyer_cleanup.clock import Clock
from carbuyer_cleanup.engine import Loop, Teardown
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plan import BY_NUMBER
from carbuyer_cleanup.plugin import certify
from carbuyer_cleanup.plugin.confirm import confirm, refuse_unasked, tell_whose
from carbuyer_cleanup.plugin.run import RUN, SETTINGS, Run, selected_steps, step_of
from carbuyer_cleanup.settings import Settings, Task
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    import boto3

    from carbuyer_cleanup.sandbox.front import Sandbox

LAST = math.inf  # the audit's place


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and refuse what would tear an account down from several processes at once."""
    config.addinivalue_line("markers", "step(number): the step of the cleanup page that the test takes")
    config.addinivalue_line("markers", "audit: the sweep over the whole account; always runs last")
    if concerns_cleanup(config):
        _refuse_workers(config)


def concerns_cleanup(config: pytest.Config) -> bool:
    """Say whether ``cleanup_tests`` was asked for: its reports and refusals are not for the suite's own tests."""
    home = config.rootpath / "cleanup_tests"
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    return any(path == home or home in path.parents or path in home.parents for path in paths)


def _refuse_workers(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) or config.getoption("tx", None):
        msg = "-n is not supported yet: several workers would tear one account down at once. Nothing was done."
        raise pytest.UsageError(msg)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, object, object]:
    """Keep the page's order whatever other plugins have made of it: pytest-order sorts in a trylast hook."""
    result = yield
    items.sort(key=_place)
    return result


def _place(item: pytest.Item) -> float:
    if item.get_closest_marker("audit"):
        return LAST
    return next(iter(step_of(item)), 0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Open the account and start the selected steps, unless pytest only lists the tests."""
    concerned = [item for item in session.items if step_of(item) or item.get_closest_marker("audit")]
    if session.config.option.collectonly or not concerned:
        return
    try:
        session.config.stash[RUN] = run = _open(session.config)
        certify.prepare(run)
        if not run.settings.rehearsal:
            tell_whose(session.config, run)
            if run.settings.task is Task.TEARDOWN:
                confirm(session.config, run, selected_steps(session))
        certify.withdraw(run)
        run.is_open = True
    except Refused as error:
        raise pytest.UsageError(str(error)) from error
    if run.settings.task is Task.TEARDOWN and not run.settings.one_by_one:
        run.teardown.start(BY_NUMBER[number] for number in selected_steps(session))


def _open(config: pytest.Config) -> Run:
    settings = config.stash[SETTINGS]
    with ExitStack() as stack:
        breaches = stack.enter_context(_wall()) if settings.rehearsal else []
        session, clock = _rehearsal(config, settings) if settings.rehearsal else _real(config, settings)
        loop = Loop(clock)
        stack.callback(loop.close)
        aws = open_account(session, settings, clock, loop)
        stack.callback(aws.journal.unlock)
        return Run(settings, aws, Teardown(aws, loop), breaches=breaches, closing=stack.pop_all())


def _wall() -> AbstractContextManager[list[str]]:
    from carbuyer_cleanup.sandbox import wall  # noqa: PLC0415 - a teardown needs nothing of the sandbox

    return wall.raised()


def _rehearsal(config: pytest.Config, settings: Settings) -> tuple[boto3.Session, Clock]:
    """Return a session of the embedded AWS, with the workshop's estate unless a plugin brings its own."""
    from carbuyer_cleanup.sandbox import estate  # noqa: PLC0415 - moto is slow to import
    from carbuyer_cleanup.sandbox.front import Sandbox  # noqa: PLC0415

    sandbox: Sandbox | None = config.hook.pytest_carbuyer_sandbox(config=config)
    if sandbox is None:
        sandbox = Sandbox(Clock(settings.speed))
        estate.create(sandbox.session(REHEARSAL_ACCOUNT, settings.region))
        gc.freeze()  # moto stays to the end: no collection need look through it, as pytest's last five would
    return sandbox.session(REHEARSAL_ACCOUNT, settings.region), sandbox.clock


def _real(config: pytest.Config, settings: Settings) -> tuple[boto3.Session, Clock]:
    """Return a session of the ordinary credential chain."""
    if settings.task is Task.TEARDOWN and not settings.account:
        refuse_unasked(config)
    return real_session(settings), Clock()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what was started, and let the exit code tell the verdict."""
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    run.closing.close()
    certify.finish(run, int(session.exitstatus))
    finished = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if finished:
        session.exitstatus = _exit_code(session, run)


def _exit_code(session: pytest.Session, run: Run) -> int:
    """Return 0, 1 or 8; a plan, and a rehearsal of some steps only, is judged by its tests alone."""
    if run.settings.task is Task.PLAN:
        return Verdict.COULD_NOT_VERIFY.exit_code if run.unseen else int(session.exitstatus)
    passed = session.exitstatus == pytest.ExitCode.OK and not run.breaches
    if run.settings.rehearsal and passed:
        return 0
    return max(run.verdict.exit_code, 0 if passed else 1)


class Hooks:
    """The hooks that this plugin offers to others."""

    @pytest.hookspec(firstresult=True)
    def pytest_carbuyer_sandbox(self, config: pytest.Config) -> Any:
        """Return the embedded AWS to rehearse in, or None for a fresh one with the workshop's estate."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register :class:`Hooks`."""
    pluginmanager.add_hookspecs(Hooks)
