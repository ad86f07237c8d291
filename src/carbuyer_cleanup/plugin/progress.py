"""Waiting in a test while the terminal shows what is going on, also with pytest's capture on."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_any
from typing import Any, Protocol, TypeVar

import pytest

T = TypeVar("T")
REFRESH, HEARTBEAT = 0.5, 30.0  # wall seconds between two updates: of a terminal's lines, of a log
UP, REST_OF_LINE, ALL_BELOW = "\x1b[{}F", "\x1b[K", "\x1b[J"  # ECMA-48: CPL, EL, ED
DISPLAY: pytest.StashKey[Display] = pytest.StashKey()


class Running(Protocol):
    """What can say what it is waiting for: a teardown, or a class of them."""

    def running(self) -> list[str]:
        """Return it, a line each."""


def wait(config: pytest.Config, work: Future[T], waiting: Running) -> T:
    """Return the result of ``work``; meanwhile keep a line a step on a terminal up to date, or write them now and then.

    Where there is no terminal, as in a worker of pytest-xdist, they go to the error stream now and then.
    """
    display = config.stash.setdefault(DISPLAY, Display(config))
    try:
        while not wait_for_any([work], timeout=REFRESH).done:
            display.show(waiting.running())
    finally:
        display.clear()
    return work.result()


class Display:
    """Lines that change on a terminal and are gone when nothing is waited for; in a log each one stays."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugin: Any = config.pluginmanager.get_plugin
        self._reporter: Any = self._plugin("terminalreporter")
        self._live = self._reporter is not None and self._reporter.isatty()
        self._shown, self._beat = 0, time.monotonic()
        worker = getattr(config, "workerinput", {}).get("workerid")
        self._who = f"[{worker}] " if worker else ""

    def show(self, lines: list[str]) -> None:
        """Show these lines in place of the last ones."""
        if self._live:
            self._redraw(lines)
        elif lines and time.monotonic() - self._beat >= HEARTBEAT:
            self._beat = time.monotonic()
            self._write(f"{self._who}{time.strftime('%H:%M:%S')} waiting for {'; '.join(lines)}\n")

    def clear(self) -> None:
        """Take the lines off the terminal."""
        if self._live and self._shown:
            self._redraw([])

    def _redraw(self, lines: list[str]) -> None:
        width = self._reporter._tw.fullwidth - 1  # noqa: SLF001 - as pytest's plugins do
        up = UP.format(self._shown) if self._shown else ""
        self._write(up + "".join(f"{line[:width]}{REST_OF_LINE}\n" for line in lines) + ALL_BELOW)
        self._shown = len(lines)

    def _write(self, text: str) -> None:
        with self._plugin("capturemanager").global_and_fixture_disabled():
            if self._who or self._reporter is None:  # a worker's terminal goes nowhere, but its error stream is ours
                os.write(2, text.encode())
                return
            self._reporter.ensure_newline()
            self._reporter.write(text, flush=True)
