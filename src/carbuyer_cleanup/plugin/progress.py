"""Waits while one line shows the progress: on a terminal a line that changes, in a log a new one every 30 s.

The line is below the one that pytest is writing, and the cursor returns to where pytest left it: rows of dots stay
whole.
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
AT_FIRST, REFRESH, HEARTBEAT = 0.1, 0.5, 30.0  # wall seconds: before the first line, between lines; in a log
BELOW = "\n{text}\x1b[K\x1b[A\x1b[{column}G"  # ECMA-48: EL, CUU, CHA
DISPLAY: pytest.StashKey[Display] = pytest.StashKey()


def display_of(config: pytest.Config) -> Display:
    """Return the session's only display."""
    return config.stash.setdefault(DISPLAY, Display(config))


def wait(config: pytest.Config, work: Future[T], told: Callable[[], str]) -> T:
    """Return the result of ``work``, or raise its error; until then, keep the line showing what ``told`` returns."""
    settle(config, work, told)
    return work.result()


def settle(config: pytest.Config, work: Future[Any], told: Callable[[], str]) -> None:
    """Wait as :func:`wait` does, but ignore the result."""
    display, pause = display_of(config), AT_FIRST
    try:
        while not wait_for_any([work], timeout=pause).done:
            display.show(told())
            pause = REFRESH
    finally:
        display.clear()


@contextmanager
def saying(config: pytest.Config, text: str) -> Iterator[None]:
    """Show a line while the body runs; the body itself must write nothing."""
    display = display_of(config)
    display.show(text)
    try:
        yield
    finally:
        display.clear()


class Display:
    """The progress line; a pytest-xdist worker has none, because its controller shows it."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugin: Any = config.pluginmanager.get_plugin
        self._reporter: Any = self._plugin("terminalreporter")
        self._live = self._reporter is not None and self._reporter.isatty()
        self._beat, self._cut, self._is_shown = time.monotonic(), "", False

    def show(self, text: str) -> None:
        """Show a text in place of the last one; in a log, only if the last one is old."""
        if self._live:
            self._draw(text)
        elif self._reporter is not None and time.monotonic() - self._beat >= HEARTBEAT:
            self._beat = time.monotonic()
            self._write_below(f"{time.strftime('%H:%M:%S')} {text}")

    def clear(self) -> None:
        """Clear the line from the terminal; in a log, repeat pytest's own line where it was cut."""
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
