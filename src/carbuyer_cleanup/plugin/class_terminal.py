"""What the terminal shows of a class: the accounts that are not clean, a line each, and the totals as the last line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin.ledger import LEDGER
from carbuyer_cleanup.plugin.run import REHEARSAL, SETTINGS
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from carbuyer_cleanup.settings import Settings
    from carbuyer_cleanup.standing import Standing

GOOD = ("CLEAN", "REHEARSAL")
REASONS = 3  # that are told of each account; the reports have all


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the accounts that need a look."""
    settings, ledger = config.stash[SETTINGS], config.stash.get(LEDGER, None)
    if ledger is None or not ledger.carried_out:
        return
    terminalreporter.section("accounts")
    for line in lines(ledger.standings, settings):
        terminalreporter.line(line)


def lines(standings: Sequence[Standing], settings: Settings) -> list[str]:
    """Return a line for each account that is not as it should be, or for each that has a plan."""
    if settings.task is Task.PLAN:
        return [_planned(standing) for standing in standings] + list(settings.left_out)
    told = [line for standing in standings if standing.verdict not in GOOD for line in _told(standing)]
    return [*told, *settings.left_out]


def _planned(standing: Standing) -> str:
    found = sum(len(step.left) for step in standing.steps)
    what = f"would delete {found}" if standing.steps else "; ".join(map(printable, standing.reasons))
    return f"{standing.alias}  account {standing.account}: {what}"


def _told(standing: Standing) -> list[str]:
    reasons, more = standing.reasons[:REASONS], len(standing.reasons) - REASONS
    head = f"{standing.alias}  account {standing.account}: {standing.verdict}"
    rest = [f"and {more} more, see the reports"] if more > 0 else []
    return [head, *(f"     {printable(reason)}" for reason in (*reasons, *rest))]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Write the totals below everything that pytest writes."""
    result = yield
    ledger = session.config.stash.get(LEDGER, None)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if ledger is not None and ledger.carried_out and reporter is not None:
        reporter.write_line(last_line(ledger.standings, session.config.stash[SETTINGS]))
    return result


def last_line(standings: Sequence[Standing], settings: Settings) -> str:
    """Return the line that a user reads last."""
    if settings.rehearsal:
        return REHEARSAL
    if settings.task is Task.PLAN:
        return f"PLAN — nothing was deleted in {len(standings)} accounts."
    counts = Counter(standing.verdict for standing in standings)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    return f"{len(standings)} accounts: {told}."
