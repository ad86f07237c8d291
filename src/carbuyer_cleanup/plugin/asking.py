"""Showing lines on pytest's terminal, and asking there."""

from __future__ import annotations

from typing import Any

import pytest

from carbuyer_cleanup.plugin.language import words_of


def reporter_of(config: pytest.Config) -> Any:
    """Return pytest's terminal reporter, None in a worker: it has no terminal, and was confirmed before it started."""
    return config.pluginmanager.get_plugin("terminalreporter")


def show(config: pytest.Config, *lines: str) -> None:
    """Write lines, where there is a terminal reporter."""
    reporter = reporter_of(config)
    for line in lines if reporter else ():
        reporter.write_line(line)


def typed(config: pytest.Config, question: str) -> str:
    """Return what the user answers; Ctrl-D ends the run, as Ctrl-C does."""
    uncapture(config)
    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt):
        show(config, "")
        pytest.exit(words_of(config).unanswered, pytest.ExitCode.INTERRUPTED)


def uncapture(config: pytest.Config) -> None:
    """Let the user be read: pytest has taken stdin away, and takes it again for the first test."""
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.suspend(in_=True)
