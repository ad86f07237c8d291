"""The reports folder: it is checked before anything else happens, and may be full all the same at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.classroom import gradescope
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import make_folder, refuse_no_file, refuse_no_folder, see_room, see_writable
from carbuyer_cleanup.plugin.run import SETTINGS
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.project_files import reports_of
from carbuyer_cleanup.teardown.journal import passed_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

BAD_LINES = "WARNING: {count} of the lines in {file} can't be used and {are} ignored: {which}."
LOST = "Their record of earlier runs is lost: read the plan carefully. Delete {them} to stop this warning."
TOLD = 3  # lines to name

NO_USE = "The reports can't be written: {path}: {why}. Nothing was done; fix that, then run again."
NOT_WRITTEN = "A report could not be written: {why}. What follows is true all the same."
REPORTS = {"htmlpath": "report.html", "xmlpath": "junit.xml"}  # pytest's options, and the file names without them
JOURNAL = "journal.jsonl"
REPLACED = ("certificate.json", "grades.csv", "class.html")  # written under another name, then renamed


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Check that the reports can be written, and where they seem to be.

    Raises:
        UsageError: they can't.
    """
    if not concerns_cleanup(config) or config.option.collectonly:
        return
    reports = reports_of(config)
    checks = (
        (make_folder, (reports,)),
        (refuse_no_folder, (reports / "certificates", reports / gradescope.FOLDER)),
        (refuse_no_file, [reports / name for name in REPLACED]),
        (see_writable, [reports / JOURNAL, *_pytests_own(config, reports)]),
        (see_room, (reports,)),
    )
    for check, paths in checks:
        for path in paths:
            _check(check, path)


@contextmanager
def told(config: pytest.Config) -> Iterator[None]:
    """Say that a report could not be written, and go on: the others, and the verdict, must come."""
    try:
        yield
    except OSError as error:
        if reporter := config.pluginmanager.get_plugin("terminalreporter"):
            reporter.write_line(NOT_WRITTEN.format(why=error.strerror), red=True)


def _check(check: Callable[[Path], None], path: Path) -> None:
    try:
        check(path)
    except OSError as error:
        raise pytest.UsageError(NO_USE.format(path=path, why=error.strerror)) from error


def _pytests_own(config: pytest.Config, reports: Path) -> list[Path]:
    """Return the files that pytest writes there, but not those that the user wants elsewhere."""
    here = config.invocation_params.dir
    given = {name: getattr(config.option, option, None) for option, name in REPORTS.items()}
    return [reports / name for name, path in given.items() if path is None or here / path == reports / name]


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Warn about unusable lines in the journal: once, and not in a worker.

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
