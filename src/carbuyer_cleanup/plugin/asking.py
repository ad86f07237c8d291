"""Shows lines on pytest's terminal, and asks questions there."""

from __future__ import annotations

import re
import shutil
import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin.language import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST = 40  # columns; anything narrower isn't a terminal
DEFAULT_SUMMARY = "a"  # from -ra in pyproject.toml
ERROR = "ERROR: "
AROUND = 6  # rows: pytest's two sections and its count, two on how to report a failure, and the shell's prompt


def reporter_of(config: pytest.Config) -> Any:
    """Return pytest's terminal reporter; None in a worker, which has no terminal and was confirmed before its start."""
    return config.pluginmanager.get_plugin("terminalreporter")


def leave_failures_out(reporter: Any) -> None:
    """Keep pytest from describing failures in its own words, unless the user asked for them (``--tb``, ``-r``)."""
    option = reporter.config.option
    if option.tbstyle == "auto":
        option.tbstyle = "no"
    if option.reportchars == DEFAULT_SUMMARY:
        reporter.reportchars = ""


def show(config: pytest.Config, *lines: str) -> None:
    """Write lines to the terminal; in a worker do nothing."""
    reporter = reporter_of(config)
    for line in lines if reporter else ():
        write(reporter, line)


def write(reporter: pytest.TerminalReporter, text: str, **markup: bool) -> None:
    """Write a line, broken into several if it is too long for the terminal."""
    for line in folded(reporter, text):
        reporter.write_line(line, **markup)


def folded(reporter: pytest.TerminalReporter | None, text: str) -> list[str]:
    """Return a text as lines that fit the terminal, broken between words; unchanged if there is no terminal."""
    return [part for line in text.split("\n") for part in _folded(line)] if reporter and reporter.isatty() else [text]


def _folded(line: str) -> list[str]:
    width = shutil.get_terminal_size().columns
    if len(line) <= width or width < LEAST:
        return [line]
    (indent,) = re.findall("^ *", line)
    return wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def folded_error(text: str) -> str:
    """Return an error's text in lines that fit the terminal, after the "ERROR: " that pytest puts before it."""
    if not sys.stderr.isatty():
        return text
    return "\n".join(part for line in (ERROR + text).split("\n") for part in _folded(line)).removeprefix(ERROR)


def fits(reporter: pytest.TerminalReporter, lines: Iterable[str]) -> bool:
    """Return whether these lines fit the terminal's last screen; a log has room for everything."""
    rows = sum(len(folded(reporter, line)) for line in lines)
    return not reporter.isatty() or rows + AROUND <= shutil.get_terminal_size().lines


def typed(config: pytest.Config, question: str) -> str:
    """Ask the question, and return the answer without surrounding spaces.

    Raises:
        Interrupted: the user pressed Ctrl-C or Ctrl-D.
    """
    uncapture(config)
    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt):
        show(config, "")
        raise pytest.Session.Interrupted(words_of(config).unanswered) from None


def uncapture(config: pytest.Config) -> None:
    """Give stdin back to the user: pytest has captured it, and captures it again for the first test."""
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.suspend(in_=True)
