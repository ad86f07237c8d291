"""What the terminal shows: whose account it is, a sentence a step, the leftovers, and the verdict as the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate import judge
from carbuyer_cleanup.engine import Unmet
from carbuyer_cleanup.plan import waits_for
from carbuyer_cleanup.plugin import advice
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.run import REHEARSAL, RUNS, SETTINGS, only_run
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator

    from carbuyer_cleanup.engine import Outcome
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what this run is before anything happens."""
    if not concerns_cleanup(config):
        return []
    settings = config.stash[SETTINGS]
    if settings.rehearsal:
        return [REHEARSAL]
    if settings.members:
        return [f"AWS, a class of {len(settings.members)} accounts: {settings.task.value}", *settings.left_out]
    return [f"AWS account {settings.account or '(asking)'}, {settings.region}: {settings.task.value}"]


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show what is left a line each, instead of the difference of two lists."""
    if op == "==" and right == [] and isinstance(left, list) and left:
        return advice.of(left)
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell what a rehearsal tried to send out, and of one account what became of its steps."""
    runs = config.stash.get(RUNS, None)
    for request in runs.breaches if runs else ():
        terminalreporter.line(
            f"A rehearsal must touch nothing, but tried to reach or start {printable(request)}: please report it."
        )
    if runs and runs.only:
        _summarize(terminalreporter, runs.only)


def _summarize(terminalreporter: pytest.TerminalReporter, run: Run) -> None:
    """List what each step found, and what was left alone and why."""
    verb = {Task.PLAN: "would delete", Task.VERIFY: "is left"}.get(run.settings.task, "deleted")
    terminalreporter.section("steps")
    for number, outcome in sorted(run.outcomes.items()):
        found = outcome.left if run.settings.task is not Task.TEARDOWN else outcome.deleted
        terminalreporter.line(f"{number:2} {run.sentences[number]} {_count(outcome, verb, len(found))}")
        for line in _planned(outcome, found) if run.settings.task is Task.PLAN else []:
            terminalreporter.line(f"     {line}")
        for resource in outcome.doubtful:
            terminalreporter.line(f"     in doubt: {resource.line}; {resource.ways_out}")
        for resource in outcome.left_alone:
            terminalreporter.line(f"     left alone: {resource.line}")
    for line in _why(run):
        terminalreporter.line(printable(line))


def _why(run: Run) -> list[str]:
    """Return what an account could not be verified for, which needs no test that failed."""
    verdict, reasons = judge(run.facts)
    if run.settings.rehearsal or run.settings.task is Task.PLAN or verdict is not Verdict.COULD_NOT_VERIFY:
        return []
    return ["why not CLEAN:", *(f"     {reason}" for reason in reasons)]


def _planned(outcome: Outcome, found: list[Resource]) -> list[str]:
    """Return of which steps something must be gone before a step can delete, and what it would delete."""
    before = ", ".join(f"step {step.number} ({step.title})" for step in waits_for(outcome.step))
    return [*([f"waits for {before}"] if found and before else []), *(resource.line for resource in found)]


def _count(outcome: Outcome, verb: str, found: int) -> str:
    if outcome.error:
        return f"[{outcome.error}]" if isinstance(outcome.error, Unmet) else "[did not finish, see above]"
    doubtful = len(outcome.doubtful)
    told = [f"{verb} {found}"] * bool(found) + [f"{doubtful} in doubt"] * bool(doubtful)
    return f"[{', '.join(told) or 'nothing there'}]"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Write the verdict below everything that pytest writes."""
    result = yield
    run = only_run(session.config)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if run is not None and reporter is not None:
        end = ending(run, int(session.exitstatus))
        reporter.write_line(str(end), bold=True, **{end.color: True})
    return result
