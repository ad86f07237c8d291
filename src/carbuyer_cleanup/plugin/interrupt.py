"""Ctrl-C and SIGTERM: the step that was under way is in every report, as interrupted.

pytest leaves it out of its reports (pytest-dev/pytest#3341), and a CI system's SIGTERM ends pytest without any.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Literal

import pytest

from carbuyer_cleanup.plugin.run import RUNS

if TYPE_CHECKING:
    from collections.abc import Generator

CURRENT: pytest.StashKey[pytest.Item] = pytest.StashKey()
TEXT = "interrupted: what was being deleted may or may not be gone. Run the same command again: it goes on from here."


def pytest_runtestloop(session: pytest.Session) -> None:
    """Let SIGTERM do what Ctrl-C does, once the session is open; only the main thread can set signals."""
    if RUNS in session.config.stash and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Remember the test that is under way; an interruption leaves it remembered."""
    item.config.stash[CURRENT] = item
    result = yield
    del item.config.stash[CURRENT]
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report the test that was interrupted, before the reports are written."""
    item = session.config.stash.get(CURRENT, None)
    if item is None or RUNS not in session.config.stash:
        return
    for report in (_report(item, "call", "failed", TEXT), _report(item, "teardown", "passed", None)):
        session.config.hook.pytest_runtest_logreport(report=report)


def _report(
    item: pytest.Item, when: Literal["call", "teardown"], outcome: Literal["passed", "failed"], text: str | None
) -> pytest.TestReport:
    return pytest.TestReport(
        item.nodeid, item.location, dict.fromkeys(item.keywords, 1), outcome, text, when,
        user_properties=item.user_properties,
    )  # fmt: skip
