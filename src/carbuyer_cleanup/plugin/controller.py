"""The process that starts the workers of pytest-xdist shows one line for all of them; they themselves show none.

It knows what their reports tell. xdist's controller waits for its workers' events and calls no hook meanwhile, so a
thread puts events of ours among them: they are taken in the main thread, between two reports, never within one.
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

TICKS = "carbuyer-ticks"  # the name of the plugin that is there if this process has started workers


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Show the line from now on."""
    if LEDGER in config.stash:
        config.pluginmanager.register(Ticks(config, config.stash[LEDGER]), TICKS)


def stop(session: pytest.Session) -> None:
    """Show the line no more."""
    if ticks := session.config.pluginmanager.get_plugin(TICKS):
        ticks.stop()


class Ticks:
    """Draws the line again and again, and takes it off the terminal before each report."""

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
        """Show how far the class is; before, xdist itself tells how far the workers are."""
        if self._manager.sched.collection_is_completed:
            self._display.show(told_by_reports(self._ledger.reported, self._started))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        """Make room for the letter of a test."""
        self._display.clear()

    def stop(self) -> None:
        """Take the line off the terminal for good."""
        self._ended.set()
        self._display.clear()
