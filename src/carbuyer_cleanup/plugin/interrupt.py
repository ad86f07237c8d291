"""Ctrl-C, SIGTERM, SIGHUP and ``-x``: every report shows the steps that were running as interrupted.

pytest leaves them out of its reports (pytest-dev/pytest#3341); a CI system's SIGTERM, and the SIGHUP of a terminal that
is closed, end it without reports.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

from carbuyer_cleanup.plugin.run import RUNS, alias_of, step_of
from carbuyer_cleanup.plugin.workers import is_spread

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from types import FrameType

    from carbuyer_cleanup.plugin.run import Run

DONE: pytest.StashKey[set[pytest.Item]] = pytest.StashKey()  # the tests that have ended, well or badly
WHY = "by Ctrl-C, or a signal to end"
TEXT = "interrupted: what was being deleted may or may not be gone. Run the same command again: it goes on from here."


def listen(session: pytest.Session) -> None:
    """Make SIGTERM and SIGHUP act like Ctrl-C once accounts are open, here or in workers that this process starts.

    Only the main thread can set signal handlers. ``nohup`` has SIGHUP ignored: so it stays.
    """
    at_work = RUNS in session.config.stash or is_spread(session.config)
    if at_work and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            signal.signal(signal.SIGHUP, _hang_up)


def _hang_up(number: int, frame: FrameType | None) -> None:
    """Interrupt once: the system and the shell both tell that a terminal was closed, and the reports take a while."""
    signal.signal(number, signal.SIG_IGN)
    signal.default_int_handler(number, frame)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Remember the tests that have ended; an interrupted one is not among them."""
    done = item.config.stash.setdefault(DONE, set())
    with in_short(item.config):
        result = yield
    done.add(item)
    return result


@contextmanager
def in_short(config: pytest.Config) -> Iterator[None]:
    """Turn Ctrl-C into pytest's Interrupted, for a report in one line: pytest would add where its code was waiting."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if config.option.fulltrace:
            raise
        raise pytest.Session.Interrupted(str(stop) or WHY) from None


def report_cut_off(session: pytest.Session) -> None:
    """Report what was interrupted before the reports are written."""
    runs = session.config.stash.get(RUNS, None)
    for item in _cut_off(session, runs.open) if runs else []:
        session.config.hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in (_report(item, "call", "failed", TEXT), _report(item, "teardown", "passed", None)):
            session.config.hook.pytest_runtest_logreport(report=report)


def _cut_off(session: pytest.Session, runs: Mapping[str, Run]) -> list[pytest.Item]:
    """Return the tests that have not ended although their steps had begun, and the one that was waiting."""
    begun = {(alias, step.number) for alias, run in runs.items() for step in run.teardown.under_way()}
    left = [item for item in session.items if item not in session.config.stash.get(DONE, set())]
    asked = any(run.is_open for run in runs.values())  # else nobody has confirmed it, and no test was under way
    waiting = left[:1] if asked and session.exitstatus == pytest.ExitCode.INTERRUPTED else []
    return [item for item in left if item in waiting or begun & {(alias_of(item), step) for step in step_of(item)}]


def _report(
    item: pytest.Item, when: Literal["call", "teardown"], outcome: Literal["passed", "failed"], text: str | None
) -> pytest.TestReport:
    return pytest.TestReport(
        item.nodeid, item.location, dict.fromkeys(item.keywords, 1), outcome, text, when,
        user_properties=item.user_properties,
    )  # fmt: skip
