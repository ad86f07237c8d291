"""What the terminal shows for a class: a line of tests per account, the accounts that are not clean, and the totals.

pytest would begin a line for each test and show each failure twice: some ten thousand lines for 300 accounts. With
``-v``, ``-q``, ``--tb`` or ``-r``, it does what these say.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.asking import leave_failures_out, write
from carbuyer_cleanup.plugin.language import ENGLISH, of, words_of
from carbuyer_cleanup.plugin.ledger import LEDGER
from carbuyer_cleanup.plugin.run import SETTINGS
from carbuyer_cleanup.plugin.workers import is_spread
from carbuyer_cleanup.report.class_banner import CLASS_PAGE
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbuyer_cleanup.classroom.standing import Standing
    from carbuyer_cleanup.command_line.settings import Settings
    from carbuyer_cleanup.plugin.language import Texts

LINES = "carbuyer-lines"  # the plugin that is registered if nobody asked for pytest's own lines
REASONS = 3  # to show for each account; the reports have all
MORE = f"All of it: reports/{CLASS_PAGE}. Test by test: the same command with -v."


def pytest_sessionstart(session: pytest.Session) -> None:
    """Replace pytest's lines, unless the user asked for others."""
    config = session.config
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if LEDGER in config.stash and reporter and config.get_verbosity() == 0:
        reporter.showfspath = False
        config.pluginmanager.register(Lines(config, reporter), LINES)


class Lines:
    """Begins a line for each account, which pytest fills with a letter per test; what is told elsewhere is left out."""

    def __init__(self, config: pytest.Config, reporter: Any) -> None:
        self._reporter, self._ledger = reporter, config.stash[LEDGER]
        aliases = [] if is_spread(config) else [member.alias for member in config.stash[SETTINGS].members]
        self._heads = {alias: f"{number}/{len(aliases)} {alias} " for number, alias in enumerate(aliases, 1)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Begin the line of an account; with workers there are no lines, because their tests come in any order."""
        head = self._heads.get(self._ledger.alias_of(report.nodeid))
        if head:
            self._reporter.write_ensure_prefix(head)

    def leave_out(self) -> None:
        """Leave out what the list of accounts says, unless a failure belongs to no account."""
        failures = [report for kind in ("failed", "error") for report in self._reporter.stats.get(kind, [])]
        if not all(self._ledger.alias_of(report.nodeid) for report in failures):
            return
        leave_failures_out(self._reporter)


def leave_out_what_is_told(session: pytest.Session) -> None:
    """Leave out pytest's description of failures if the list of accounts covers them all."""
    if lines_ := session.config.pluginmanager.get_plugin(LINES):
        lines_.leave_out()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the accounts that need a look."""
    settings, ledger = config.stash[SETTINGS], config.stash.get(LEDGER, None)
    if ledger is None or not ledger.carried_out:
        return
    told = lines(ledger.standings, settings)
    if told:
        terminalreporter.section("accounts")
    for line in told:
        write(terminalreporter, line)


def lines(standings: Sequence[Standing], settings: Settings) -> list[str]:
    """Return lines for each account that isn't as it should be; of a plan, a line for every account."""
    if settings.task is Task.PLAN:
        return [_planned(standing) for standing in standings] + list(settings.left_out)
    told = [line for standing in standings if not standing.is_good for line in _told(standing)]
    return [*told, *settings.left_out, *([MORE] if told else [])]


def _planned(standing: Standing) -> str:
    found = sum(len(step.left) for step in standing.steps)
    what = f"would delete {found}" if standing.steps else printable("; ".join(map(str, standing.reasons)))
    return f"{standing.alias}  account {standing.account}: {what}"


def _told(standing: Standing) -> list[str]:
    reasons, more = standing.reasons[:REASONS], len(standing.reasons) - REASONS
    left = f", {standing.count} left" if standing.count else ""
    head = f"{standing.alias}  account {standing.account}: {standing.verdict}{left}"
    rest = ["and more, see the reports"] if more > 0 else []
    return [head, *(f"     {printable(str(reason))}" for reason in (*reasons, *rest))]


def say_last_line(session: pytest.Session) -> None:
    """Write the totals after everything that pytest writes."""
    ledger = session.config.stash.get(LEDGER, None)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if ledger is not None and ledger.carried_out and reporter is not None:
        write(reporter, last_line(ledger.standings, session.config.stash[SETTINGS], words_of(session.config)))


def last_line(standings: Sequence[Standing], settings: Settings, say: Texts = ENGLISH) -> str:
    """Return the line that a user reads last: the totals of a class."""
    accounts = of(say.accounts, len(standings))
    if settings.rehearsal:
        return str(Ending("REHEARSAL", say.rehearsed))
    if settings.task is Task.PLAN:
        return str(Ending("PLAN", say.class_planned.format(accounts=accounts)))
    counts = Counter(standing.verdict for standing in standings)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    return " ".join([f"{accounts}: {told}.", *_reserved(standings)])


def _reserved(standings: Sequence[Standing]) -> Iterable[str]:
    """Return what must be stated with the verdicts, with the number of accounts unless it applies to all."""
    counts = Counter(text for standing in standings for text in standing.reservations)
    return (text if n == len(standings) else f"{text.rstrip('.')} ({n} accounts)." for text, n in counts.items())
