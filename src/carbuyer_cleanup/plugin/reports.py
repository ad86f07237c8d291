"""The folder of the reports: whether it can be used is seen before anything else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.journal import passed_over
from carbuyer_cleanup.plugin.run import SETTINGS
from carbuyer_cleanup.plugin.session import concerns_cleanup

if TYPE_CHECKING:
    from collections.abc import Sequence

BAD_LINES = "WARNING: {count} of the lines in {file} can't be used and {are} ignored: {which}."
LOST = "What they told of earlier runs is not known now: read the plan with care. Delete {them} to be warned no more."
TOLD = 3  # lines that are named


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Warn of what is wrong in the journal: once, and not in a worker.

    Raises:
        UsageError: the journal can't be read.
    """
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not concerns_cleanup(config) or config.option.collectonly or reporter is None:
        return
    path = config.stash[SETTINGS].journal
    try:
        bad = passed_over(path)
    except Refused as error:
        raise pytest.UsageError(str(error)) from error
    for line in _warning(str(path), bad):
        reporter.write_line(line, yellow=True)


def _warning(file: str, bad: Sequence[str]) -> list[str]:
    if not bad:
        return []
    more = [f"and {len(bad) - TOLD} more"] if len(bad) > TOLD else []
    one = len(bad) == 1
    return [
        BAD_LINES.format(count=len(bad), file=file, are="is" if one else "are", which="; ".join([*bad[:TOLD], *more])),
        LOST.format(them="it" if one else "them"),
    ]
