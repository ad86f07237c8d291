"""The terminal, pipe or file that pytest writes to may go away: a run then ends as after Ctrl-C, with all its reports.

pytest itself would end at its next line, without any: after ``| head``, or when a terminal is closed or a disk full.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin.session import concerns_cleanup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

OUTPUT: pytest.StashKey[Output] = pytest.StashKey()
GONE = "the output can't be written any more ({why})"
TOLD = "Interrupted: {gone}. Run the same command again: it goes on from where it stopped.\n"


class Output:
    """A stream whose first error interrupts the run; what is written after that is lost, without another error.

    ``is_ending`` says that the run ends already: then an error interrupts nothing.
    """

    def __init__(self, file: TextIO) -> None:
        self._file, self.is_ending = file, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> int:
        """Write, if anybody reads it.

        Raises:
            Interrupted: nobody does any more; only the first time, and not while the run ends.
        """
        with self._told():
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Write what was kept back, as :meth:`write` does."""
        with self._told():
            self._file.flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._lose_the_rest()
            if not self.is_ending:
                self.is_ending = True
                raise pytest.Session.Interrupted(_say(error)) from error

    def _lose_the_rest(self) -> None:
        """Let the file lead nowhere, as pytest's own end does: what it has kept back would raise the same error."""
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._file.fileno())
            os.close(nowhere)


def _say(error: OSError) -> str:
    gone = GONE.format(why=error.strerror)
    with suppress(OSError):
        sys.stderr.write(TOLD.format(gone=gone))
    return gone


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let pytest write by an :class:`Output`; a worker has no terminal."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and concerns_cleanup(config):
        writer = reporter._tw  # noqa: SLF001 - pytest has no public name for it
        writer._file = config.stash[OUTPUT] = Output(writer._file)  # noqa: SLF001 - likewise


def end(session: pytest.Session) -> None:
    """From now on, let no error keep the reports from being written."""
    if output := session.config.stash.get(OUTPUT, None):
        output.is_ending = True


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Write what was kept back: pytest's own end would take an error for the run's result."""
    if output := config.stash.get(OUTPUT, None):
        output.is_ending = True
        output.flush()
