"""What the terminal shows: whose account it is, a line per step, the leftovers, and the verdict as the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin import advice, asking, summary
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.language import words_of
from carbuyer_cleanup.plugin.run import RUNS, SETTINGS, is_audit, only_run, step_of
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import Ending

if TYPE_CHECKING:
    from collections.abc import Generator

    from carbuyer_cleanup.plugin.run import Run

BRIEF = "carbuyer-brief"  # the plugin that is registered if pytest's failures may be left out


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what kind of run this is before anything happens."""
    if not concerns_cleanup(config):
        return []
    settings = config.stash[SETTINGS]
    if settings.rehearsal:
        return asking.folded(asking.reporter_of(config), str(Ending("REHEARSAL", words_of(config).rehearsed)))
    if settings.members:
        return [f"AWS, a class of {len(settings.members)} accounts: {settings.task.value}", *settings.left_out]
    account = f" account {settings.account}" if settings.account else ""
    return [f"AWS{account}, {settings.region}: {settings.task.value}"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Show each failure of a step only once, unless the user asked for more."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and concerns_cleanup(session.config) and session.config.get_verbosity() == 0:
        session.config.pluginmanager.register(Brief(reporter), BRIEF)


class Brief:
    """Leaves out pytest's description of the failures that the summary of the steps shows."""

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter
        self._others = False  # whether anything failed that the summary does not show

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Notice a failure that isn't a step's, or isn't one that a step expects."""
        report = yield
        told = call.excinfo is not None and isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
        self._others |= report.failed and not (told and (step_of(item) or is_audit(item)))
        return report

    def leave_out(self, session: pytest.Session) -> None:
        """Leave these failures out, unless something else failed."""
        run = only_run(session.config)
        if run is None or not run.is_open or self._others or self._reporter.stats.get("error"):
            return
        asking.leave_failures_out(self._reporter)


def leave_out_what_is_told(session: pytest.Session) -> None:
    """Leave out pytest's description of failures if the summary shows them all."""
    if brief := session.config.pluginmanager.get_plugin(BRIEF):
        brief.leave_out(session)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show each leftover on a line, instead of the difference between two lists."""
    if op == "==" and right == [] and isinstance(left, list) and left:
        return advice.of(left)
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Show what a rehearsal tried to send out and, for a single account, what became of its steps."""
    runs = config.stash.get(RUNS, None)
    for request in runs.breaches if runs else ():
        asking.write(
            terminalreporter,
            f"A rehearsal must touch nothing, but tried to reach or start {printable(request)}: please report it.",
        )
    if runs and runs.only and runs.only.is_open:
        terminalreporter.section("steps")
        for line in _summary(terminalreporter, runs.only, exitstatus):
            asking.write(terminalreporter, line)


def _summary(reporter: pytest.TerminalReporter, run: Run, exitstatus: int) -> list[str]:
    """Return what became of the run, shortened if it and the last line would not fit the terminal."""
    say, verbose = words_of(reporter.config), reporter.config.option.verbose > 0
    told = summary.lines(run, say, verbose=verbose)
    is_seen = verbose or asking.fits(reporter, [*told, str(ending(run, exitstatus, say))])
    return told if is_seen else summary.in_short(run, say)


def say_last_line(session: pytest.Session) -> None:
    """Write the verdict after everything that pytest writes."""
    run = only_run(session.config)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if run is not None and reporter is not None:
        end = ending(run, int(session.exitstatus), words_of(session.config))
        asking.write(reporter, str(end), bold=True, **{end.color: True})
