"""The reports: where pytest puts them, and what pytest-html shows in the one for people."""

from __future__ import annotations

import inspect
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.ledger import LEDGER
from carbuyer_cleanup.plugin.reports import REPORTS, told
from carbuyer_cleanup.plugin.run import SETTINGS, only_run, step_of
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.project_files import reports_of
from carbuyer_cleanup.report import page, rows
from carbuyer_cleanup.report.banner import SessionFacts, banner
from carbuyer_cleanup.report.class_banner import class_banner


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make ``cleanup_tests``, and no other tests, write reports; a mere listing leaves the last run's alone.

    It runs first, because pytest-html and pytest's own JUnit plugin read their options in this same hook.
    """
    if not concerns_cleanup(config) or config.option.collectonly:
        return
    for option, name in REPORTS.items():
        if not getattr(config.option, option, None):
            setattr(config.option, option, str(reports_of(config) / name))
    config.option.self_contained_html = True
    if config.pluginmanager.hasplugin("html"):  # with -p no:html, pytest doesn't know its hooks either
        config.pluginmanager.register(HtmlReport(config), "carbuyer-html")


def mend(session: pytest.Session) -> None:
    """Correct the page that pytest-html wrote, if it was meant to write one."""
    path = Path(os.path.expandvars(session.config.option.htmlpath or "")).expanduser()
    if session.config.pluginmanager.hasplugin("carbuyer-html") and path.is_file():
        with told(session.config):
            page.mend(path)


class HtmlReport:
    """The hooks of pytest-html."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started = _now()
        self._titles: dict[str, rows.Title] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember what the tests are about: their reports don't say."""
        self._titles = {item.nodeid: _title(item) for item in session.items}

    def pytest_html_report_title(self, report: Any) -> None:
        """Name the page, keep its rows in the order of the steps, and leave out the machine's environment."""
        report.title = "CarBuyer cleanup"
        report.set_data("initialSort", "original")
        report.set_data("environment", {})

    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Set the headings for the columns of :func:`pytest_html_results_table_row`."""
        cells[:] = rows.HEADER

    def pytest_html_results_table_row(self, report: pytest.TestReport | pytest.CollectReport, cells: list[str]) -> None:
        """Show what became of the step, after the result that pytest-html filters by."""
        if self._is_on_class_page(report):
            cells.clear()  # the class page has all of them, and thousands of rows take minutes to show
            return
        title = self._titles.get(report.nodeid)
        if title is None:  # a file that could not be imported
            title = rows.Title("", report.nodeid)
        cells[1:] = rows.cells(rows.StepRow(report, title, self._config.stash[SETTINGS].task))

    def _is_on_class_page(self, report: pytest.TestReport | pytest.CollectReport) -> bool:
        is_class = LEDGER in self._config.stash and self._config.stash[SETTINGS].task is not Task.PLAN
        return is_class and not report.failed

    def pytest_html_results_table_html(self, data: list[str]) -> None:
        """Leave out pytest-html's own log, which only a mouse can open: the row has it."""
        data.clear()

    def pytest_html_results_summary(self, prefix: list[str], session: pytest.Session) -> None:
        """Put the verdict at the top."""
        run, ledger = only_run(self._config), self._config.stash.get(LEDGER, None)
        about = SessionFacts(self._config.stash[SETTINGS], run, self._started, _now(), int(session.exitstatus))
        prefix.append(class_banner(about, ledger.standings) if ledger else banner(about))


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _title(item: pytest.Item) -> rows.Title:
    """Return the number of the test's step and the first paragraph of its docstring."""
    step = "audit" if item.get_closest_marker("audit") else next(map(str, step_of(item)), "")
    doc = inspect.getdoc(getattr(item, "obj", None)) or item.name
    return rows.Title(step, " ".join(doc.split("\n\n")[0].split()))
