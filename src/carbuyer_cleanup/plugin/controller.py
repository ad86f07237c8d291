"""The process that starts pytest-xdist's workers shows one progress line for all of them; the workers show none.

It knows what their reports tell. xdist's controller calls no hook while it waits for its workers' events, so a thread
adds events of our own: the main thread handles them between two reports, never within one.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin import progress
from carbuyer_cleanup.plugin.class_progress import told_by_reports
from carbuyer_cleanup.plugin.ledger import LEDGER

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.ledger import Ledger

TICKS = "carbuyer-ticks"  # the plugin that is registered if this process starts workers


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Start showing the line."""
    if LEDGER in config.stash:
        config.pluginmanager.register(Ticks(config, config.stash[LEDGER]), TICKS)


def stop(session: pytest.Session) -> None:
    """Stop showing the line."""
    if ticks := session.config.pluginmanager.get_plugin(TICKS):
        ticks.stop()


class Ticks:
    """Redraws the line at intervals, and clears it before each report."""

    def __init__(self, config: pytest.Config, ledger: Ledger) -> None:
        self._display, self._ledger = progress.display_of(config), ledger
        self._started, self._ended = time.monotonic(), threading.Event()
        manager: Any = config.pluginmanager.get_plugin("dsession")
        manager.worker_tick = self._tick  # xdist calls worker_NAME for an event NAME
        self._manager = manager
        threading.Thread(target=self._run, name="progress", daemon=True).start()

    def _run(self) -> None:
        while not self._ended.wait(progress.REFRESH):
            self._manager.queue.put(("tick", {}))

    def _tick(self) -> None:
        """Show the class's progress; until the tests are collected, xdist itself shows the workers'."""
        if self._manager.sched.collection_is_completed:
            self._display.show(told_by_reports(self._ledger.reported, self._started))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        """Make room for the letter of a test."""
        self._display.clear()

    def stop(self) -> None:
        """Clear the line for good."""
        self._ended.set()
        self._display.clear()
