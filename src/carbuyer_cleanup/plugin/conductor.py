"""How a run begins and ends: what happens, in order, in one place.

pytest calls the plugins' hooks in the reverse order of their registration. So no other part has any of the hooks
below: it has a function, which is called from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import plugin
from carbuyer_cleanup.plugin import (
    asking,
    choosing,
    class_terminal,
    clients,
    controller,
    github,
    html,
    interrupt,
    ledger,
    output,
    recording,
    reports,
    terminal,
)
from carbuyer_cleanup.plugin import session as accounts

if TYPE_CHECKING:
    from collections.abc import Generator

BEFORE_THE_TESTS = (
    accounts.refuse_broken,
    recording.begin,  # before AWS is asked anything
    choosing.judge,  # before any account is opened
    accounts.open_accounts,
    interrupt.listen,
)
BEFORE_THE_REPORTS = (
    output.end,
    controller.stop,
    interrupt.report_cut_off,  # needs the accounts open
    accounts.close,
    accounts.certify_all,
    ledger.close,  # needs the doubts that certifying adds
    accounts.tell_exit_code,
    ledger.tell_exit_code,
    terminal.leave_out_what_is_told,
    class_terminal.leave_out_what_is_told,
)
AFTER_THE_REPORTS = (
    html.mend,
    recording.end,
    terminal.say_last_line,
    class_terminal.say_last_line,
    github.tell,  # GitHub takes these lines out of the log
)


class Hooks:
    """The hooks that this plugin offers to others."""

    @pytest.hookspec(firstresult=True)
    def pytest_carbuyer_sandbox(self, config: pytest.Config) -> Any:
        """Return the embedded AWS to rehearse in, or None for a new one with the workshop's estates."""


class Writers:
    """What is closest to those that write reports, pytest and pytest-html."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Go on if one of them can't: otherwise nobody would be told the verdict."""
        with reports.told(session.config):
            return (yield)
        return None


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register :class:`Hooks`, and the parts."""
    pluginmanager.add_hookspecs(Hooks)
    pluginmanager.register(Writers(), "carbuyer-writers")
    for name in plugin.PARTS:
        pluginmanager.register(import_module(f"{plugin.__name__}.{name}"))


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main() -> Generator[None, object, object]:
    """Break a refusal between words, like everything else: pytest writes it in one line."""
    try:
        return (yield)
    except pytest.UsageError as refused:
        raise pytest.UsageError(*(asking.folded_error(str(text)) for text in refused.args)) from refused


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Open the accounts and start the steps before the first test."""
    with interrupt.in_short(session.config):
        for act in BEFORE_THE_TESTS:
            act(session)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record what a test says about its account, before the last test's report carries the account's standing."""
    clients.shorten(item, call)
    report = yield
    clients.keep(item, call, report)
    ledger.carry(item, call, report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Close the accounts, let pytest, pytest-html and others write their reports, then finish."""
    for act in BEFORE_THE_REPORTS:
        act(session)
    result = yield
    for act in AFTER_THE_REPORTS:
        act(session)
    return result
