"""Waiting, while one line tells how far the run is: on a terminal a line that changes, in a log one every 30 s.

The line stands below the one that pytest is writing, and the cursor goes back to where pytest left it: rows of dots
stay whole.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_any
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
AT_FIRST, REFRESH, HEARTBEAT = 0.1, 0.5, 30.0  # wall seconds: before the first line, between two; in a log
BELOW = "\n{text}\x1b[K\x1b[A\x1b[{column}G"  # ECMA-48: EL, CUU, CHA
DISPLAY: pytest.StashKey[Display] = pytest.StashKey()


def display_of(config: pytest.Config) -> Display:
    """Return the session's one display."""
    return config.stash.setdefault(DISPLAY, Display(config))


def wait(config: pytest.Config, work: Future[T], told: Callable[[], str]) -> T:
    """Return the result of ``work``; meanwhile keep the line up to date with what ``told`` returns."""
    settle(config, work, told)
    return work.result()


def settle(config: pytest.Config, work: Future[Any], told: Callable[[], str]) -> None:
    """Do as :func:`wait`, without asking for a result."""
    display, pause = display_of(config), AT_FIRST
    try:
        while not wait_for_any([work], timeout=pause).done:
            display.show(told())
            pause = REFRESH
    finally:
        display.clear()


@contextmanager
def saying(config: pytest.Config, text: str) -> Iterator[None]:
    """Keep a line on a terminal while the body is busy; the body itself must write nothing."""
    display = display_of(config)
    display.show(text)
    try:
        yield
    finally:
        display.clear()


class Display:
    """The line; there is none in a worker of pytest-xdist, whose controller has it."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugin: Any = config.pluginmanager.get_plugin
        self._reporter: Any = self._plugin("terminalreporter")
        self._live = self._reporter is not None and self._reporter.isatty()
        self._beat, self._cut, self._is_shown = time.monotonic(), "", False

    def show(self, text: str) -> None:
        """Show this in place of the last one; in a log only if the last one is old."""
        if self._live:
            self._draw(text)
        elif self._reporter is not None and time.monotonic() - self._beat >= HEARTBEAT:
            self._beat = time.monotonic()
            self._write_below(f"{time.strftime('%H:%M:%S')} {text}")

    def clear(self) -> None:
        """Take the line off the terminal; in a log begin pytest's own line again where it was cut."""
        if self._is_shown:
            self._draw("")
            self._is_shown = False
        if self._cut:
            self._write(self._cut)
            self._cut = ""

    @property
    def _terminal(self) -> Any:
        return self._reporter._tw  # noqa: SLF001 - as pytest's plugins do

    def _draw(self, text: str) -> None:
        column = self._terminal.width_of_current_line % self._terminal.fullwidth + 1
        shown = text[: self._terminal.fullwidth - 1]
        with self._uncaptured():
            self._terminal.write_raw(BELOW.format(text=shown, column=column), flush=True)
        self._is_shown = True

    def _write_below(self, line: str) -> None:
        if self._terminal.width_of_current_line:
            self._cut = self._terminal._current_line  # noqa: SLF001 - likewise
            self._write("\n")
        self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        with self._uncaptured():
            self._terminal.write(text, flush=True)

    def _uncaptured(self) -> Any:
        return self._plugin("capturemanager").global_and_fixture_disabled()
