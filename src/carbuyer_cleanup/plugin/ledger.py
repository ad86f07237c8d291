"""The ledger of a class: which tests should run, which did, and how each account stands at the end.

It is kept where the reports come together: in the only process or, with workers, in the one that started them. An
account's standing travels on the report of its last test; a worker that dies leaves its accounts without one.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.classroom.publishing import publish, withdraw
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin import certify
from carbuyer_cleanup.plugin.run import RUNS, SETTINGS, absent, alias_of
from carbuyer_cleanup.verdict import EXITS, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.plugin import class_progress
    from carbuyer_cleanup.plugin.run import Run, Runs

LEDGER: pytest.StashKey[Ledger] = pytest.StashKey()
LAST: pytest.StashKey[bool] = pytest.StashKey()  # whether a test is the last one of its account
CARRIED = "carbuyer_standing"  # the name of a report's attribute
PARAMETERS = re.compile(r"\[(.+)\]$", re.DOTALL)
NOT_RUN = "not run: the process that had this account ended or was stopped first. Run the same command again."
NOT_WRITTEN = "The grades and the class page were not written: {why}. Fix that, then run the same command again."

ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)


def pytest_configure(config: pytest.Config) -> None:
    """Keep a ledger for a class, but not in a worker."""
    if config.stash[SETTINGS].members and not hasattr(config, "workerinput"):
        config.stash[LEDGER] = ledger = Ledger(config)
        config.pluginmanager.register(ledger, "carbuyer-ledger")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Mark the last test of each account."""
    last = {alias_of(item): item for item in session.items}
    for alias, item in last.items():
        item.stash[LAST] = bool(alias)


def carry(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Attach the account's standing to the report of its last test."""
    runs, alias = item.config.stash.get(RUNS, None), alias_of(item)
    for run in _concerned(runs, alias) if runs else ():
        run.failed |= report.failed
    if runs and call.when == "teardown" and item.stash.get(LAST, False):
        if alias in runs.open:
            certify.finish(runs.open[alias], pytest.ExitCode.OK)
        setattr(report, CARRIED, runs.standing(alias).to_json())


def _concerned(runs: Runs, alias: str) -> Iterable[Run]:
    """Return the account that a test is about; a test of a class that is about no account counts for each."""
    if alias in runs.open:
        return (runs.open[alias],)
    return () if alias else runs.open.values()


def close(session: pytest.Session) -> None:
    """Close the ledger of a class."""
    if ledger := session.config.stash.get(LEDGER, None):
        ledger.close()


def tell_exit_code(session: pytest.Session) -> None:
    """Set the exit code to that of the worst account."""
    if ledger := session.config.stash.get(LEDGER, None):
        ledger.tell_exit_code(session)


class Ledger:
    """What was expected, what was seen, and how the accounts stand."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._settings = config, config.stash[SETTINGS]
        self._expected: dict[str, str] = {}  # the alias of each test's account, by node id
        self._seen: set[str] = set()
        self._standings: dict[str, Standing] = {}
        self._lost = False  # grades and class page could not be written

    @property
    def standings(self) -> list[Standing]:
        """How the accounts with selected tests stand, in the roster's order."""
        return [self._standings[m.alias] for m in self._selected() if m.alias in self._standings]

    def alias_of(self, nodeid: str) -> str:
        """Return the alias of the account that a test is about; "" if it is about none."""
        return self._expected.get(nodeid, "")

    @property
    def reported(self) -> class_progress.Reported:
        """For each account, how many tests have ended, and the file of the next one; None if none is left."""
        tests: dict[str, list[str]] = {}
        for nodeid, alias in self._expected.items():
            tests.setdefault(alias, []).append(nodeid)
        return {alias: self._reported(all_) for alias, all_ in tests.items()}

    def _reported(self, tests: list[str]) -> tuple[int, str | None]:
        ahead = [test for test in tests if test not in self._seen]
        return len(tests) - len(ahead), PurePath(ahead[0].split("::")[0]).stem if ahead else None

    @property
    def carried_out(self) -> bool:
        """Whether there was anything to do: a listing of the tests, or a refused run, opens no account."""
        refused = self._session.exitstatus == pytest.ExitCode.USAGE_ERROR
        return bool(self._expected) and not (refused or self._config.option.collectonly)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session, and remove an earlier run's part, which this run may not get to replace.

        Raises:
            UsageError: it can't be removed.
        """
        self._session = session
        try:
            if not self._config.option.collectonly:
                withdraw(self._settings)
        except Refused as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_runtest_logstart(self) -> None:
        """Count the tests of all workers; xdist counts only the last worker's."""
        self._session.testscollected = len(self._expected)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Expect the tests of this process."""
        self._expected |= {item.nodeid: alias_of(item) for item in session.items if alias_of(item)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """Expect the tests of a worker."""
        aliases = {member.alias for member in self._settings.members}
        self._expected |= {nodeid: alias for nodeid in ids if (alias := _alias_in(nodeid, aliases))}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tick a test off, and keep the standing that its report carries."""
        if report.when not in ("setup", "call"):  # xdist's report on a test whose worker died says "???"
            self._seen.add(report.nodeid)
        if hasattr(report, CARRIED):
            standing = Standing.from_json(getattr(report, CARRIED))
            self._standings[standing.alias] = standing

    def close(self) -> None:
        """Report what did not run, and write what a class has besides pytest's reports."""
        if not self.carried_out:
            return
        self._report_missing()
        runs = self._config.stash.get(RUNS, None)
        for member in self._selected():
            if member.alias not in self._standings:
                here = runs is not None and member.alias in {*runs.open, *runs.refused, *runs.certified}
                self._standings[member.alias] = runs.standing(member.alias) if here and runs else self._not_run(member)
        self._lost = self._settings.task is not Task.PLAN and not self._publish()

    def tell_exit_code(self, session: pytest.Session) -> None:
        """Set the exit code to that of the worst account, or to COULD NOT VERIFY's if only the grades are lost."""
        if self.carried_out and session.exitstatus in ENDED:
            runs = self._config.stash.get(RUNS, None)
            code = self._exit_code(failed=session.testsfailed > 0 or bool(runs and runs.breaches))
            session.exitstatus = code or (Verdict.COULD_NOT_VERIFY.exit_code if self._lost else 0)

    def _publish(self) -> bool:
        """Write the grades and the class page; return whether that worked, and report it if not."""
        try:
            publish(self._settings, self.standings)
        except OSError as error:
            if reporter := self._config.pluginmanager.get_plugin("terminalreporter"):
                reporter.write_line(NOT_WRITTEN.format(why=error.strerror), red=True)
            return False
        return True

    def _exit_code(self, *, failed: bool) -> int:
        if self._settings.task is Task.PLAN:
            return Verdict.COULD_NOT_VERIFY.exit_code if failed else 0
        if self._settings.rehearsal and not failed:
            return 0
        words = {standing.verdict for standing in self.standings}
        return next((code for word, code in EXITS.items() if word in words), int(failed))

    def _selected(self) -> list[Member]:
        aliases = {*self._expected.values(), *self._standings}
        return [member for member in self._settings.members if member.alias in aliases]

    def _not_run(self, member: Member) -> Standing:
        return absent(self._settings, member, "NOT RUN", NOT_RUN)

    def _report_missing(self) -> None:
        for nodeid in self._expected:
            if nodeid not in self._seen:
                for report in _not_run(nodeid):
                    self._config.hook.pytest_runtest_logreport(report=report)


def _alias_in(nodeid: str, aliases: Collection[str]) -> str:
    """Return the alias with which a test's parameters begin; a test of the user's own may have others after it."""
    found = PARAMETERS.search(nodeid)
    given = found[1] if found else ""
    while given and given not in aliases:
        given = given.rpartition("-")[0]
    return given


def _not_run(nodeid: str) -> list[pytest.TestReport]:
    """Return the reports of a test that did not run: it counts as failed, because nobody knows."""
    file, _, name = nodeid.partition("::")
    place = (file, None, name)
    return [
        pytest.TestReport(nodeid, place, {}, "failed", NOT_RUN, "call"),
        pytest.TestReport(nodeid, place, {}, "passed", None, "teardown"),
    ]
