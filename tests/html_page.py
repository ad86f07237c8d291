"""The report as a reader meets it, and a run of one test to report on."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin import html, interrupt
from carbuyer_cleanup.plugin.run import RUNS, SETTINGS, Run, Runs
from carbuyer_cleanup.teardown.engine import Outcome
from carbuyer_cleanup.teardown.plan import STEPS

if TYPE_CHECKING:
    from collections.abc import Generator

ACCOUNT = "123456789012"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/nguyen@example.com"
SILENT = {"style", "script", "template", "noscript"}  # elements whose text nobody sees
# Hypothesis, which pytest would import anew for each run, takes a second.
GIVEN = "-p no:cacheprovider -p no:hypothesispytest -o junit_family=xunit1".split()
TEST = '''import pytest
@pytest.mark.step(4)
def test_nat(request):
    """The NAT is gone."""
    {body}
'''


@dataclass
class Page(HTMLParser):
    """A page as a reader meets it: its text, its elements, and what its script will put into the table."""

    source: str
    text: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 - HTMLParser's
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.path.append(tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102 - HTMLParser's
        while self.path and self.path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:  # noqa: D102 - HTMLParser's
        if not SILENT.intersection(self.path):
            self.text.append(data)

    @property
    def words(self) -> str:
        """What can be read, the rows included, in one line."""
        return " ".join(" ".join([*self.text, *itertools.chain(*self.rows)]).split())

    @property
    def tests(self) -> list[dict[str, Any]]:
        """What pytest-html's script makes the rows of."""
        blobs = [attrs["data-jsonblob"] for _, attrs in self.elements if "data-jsonblob" in attrs]
        return [test for blob in blobs for tests in json.loads(blob)["tests"].values() for test in tests]

    @property
    def cells(self) -> list[list[Page]]:
        """The cells that are shown, row by row."""
        return [[Page(cell) for cell in test["resultsTableRow"][2:]] for test in self.tests]

    @property
    def rows(self) -> list[list[str]]:
        """The text of the cells."""
        return [[" ".join("".join(cell.text).split()) for cell in row] for row in self.cells]

    def attributes(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of each element of a kind."""
        return [attrs for name, attrs in self.elements if name == tag]


@dataclass
class Ended:
    """Stands in for the session plugin: a run that ends as the test wants it."""

    run: Run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Register what the suite's own conftest does."""
        config.addinivalue_line("markers", "step(number): x")
        config.stash[SETTINGS] = self.run.settings

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Open the account."""
        session.config.stash[RUNS] = Runs(self.run.settings, open={"": self.run})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """End it, but write no certificate."""
        interrupt.report_cut_off(session)
        result = yield
        html.mend(session)
        return result


def ended(task: Task = Task.TEARDOWN, *, audited: bool = True, **found: Any) -> Run:
    """Return a run in a real account that has ended: audited, with nothing found but what is given, or not audited."""
    client = SimpleNamespace(meta=SimpleNamespace(endpoint_url="https://ec2.example.com"))
    workshop = SimpleNamespace(not_ours=())
    aws: Any = SimpleNamespace(
        backup=None,
        account=ACCOUNT, caller=CALLER, region="ap-southeast-1", client=lambda _: client, workshop=workshop,
        is_elsewhere=False,
    )  # fmt: skip
    settings: Any = SimpleNamespace(rehearsal=False, task=task, depth="full", is_recorded=False, backup="")
    teardown: Any = SimpleNamespace(under_way=dict, deletions={})  # it is over
    sweep = Sweep(regions=["ap-southeast-1"], complete=True, **found) if audited else None
    outcomes = {step.number: Outcome(step, []) for step in STEPS}
    return Run(
        settings=settings,
        aws=aws,
        teardown=teardown,
        alias="nguyen-lab",
        sweep=sweep,
        outcomes=outcomes,
        is_open=True,
        another_session=boto3.Session,
    )


def report_of(pytester: pytest.Pytester, body: str, *args: str, run: Run | None = None) -> Page:
    """Run one test, with this body, as step 4, and return its report."""
    folder = pytester.path / "cleanup_tests"
    folder.mkdir(exist_ok=True)
    (folder / "test_04.py").write_text(TEST.format(body=body), "utf-8")
    plugins = [html, interrupt, Ended(run or ended())]
    pytester.inline_run("cleanup_tests", *GIVEN, *args, plugins=plugins, no_reraise_ctrlc=True)
    return Page((pytester.path / "reports" / "report.html").read_text("utf-8"))
