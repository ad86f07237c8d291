"""Waiting in a test while the terminal shows what is going on, also with pytest's capture on."""

from __future__ import annotations

import time
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_any
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pytest

    from carbuyer_cleanup.engine import Teardown

T = TypeVar("T")
REFRESH, HEARTBEAT = 0.5, 30.0  # wall seconds between two updates: of a terminal's line, of a log


def wait(config: pytest.Config, work: Future[T], teardown: Teardown) -> T:
    """Return the result of ``work``; meanwhile keep one line on a terminal up to date, or write one now and then."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    live = reporter is not None and reporter.isatty()
    while not work.done():
        wait_for_any([work], timeout=REFRESH if live else HEARTBEAT)
        if not work.done() and (running := teardown.running()):
            _show(config, reporter, live, ", ".join(running))
    return work.result()


def _show(config: pytest.Config, reporter: Any, live: bool, running: str) -> None:  # noqa: FBT001 - one caller
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    text = f"  {time.strftime('%H:%M:%S')} waiting: {running}"
    with capture.global_and_fixture_disabled():
        if live:
            reporter.rewrite(text[: reporter._tw.fullwidth - 1], erase=True)  # noqa: SLF001 - as pytest's plugins do
        else:
            reporter.ensure_newline()
            reporter.write_line(text)
