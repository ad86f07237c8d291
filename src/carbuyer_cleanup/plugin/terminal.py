"""What the terminal shows: whose account it is, a sentence a step, the leftovers, and the verdict as the last line."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.certificate.certificate import judge
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.plugin import advice, backups, planned
from carbuyer_cleanup.plugin import left as left_over
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.language import words_of
from carbuyer_cleanup.plugin.run import RUNS, SETTINGS, is_audit, only_run, step_of
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task
from carbuyer_cleanup.teardown.engine import Unmet
from carbuyer_cleanup.teardown.plan import waits_for
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator

    from carbuyer_cleanup.plugin.language import Words
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.engine import Outcome

BRIEF = "carbuyer-brief"  # the name of the plugin that is there if pytest's failures may be left out
DEFAULT_SUMMARY = "a"  # what pyproject.toml says, -ra
COLUMN = 40  # half a terminal
MOST = 10  # reasons that are listed without -v


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what this run is before anything happens."""
    if not concerns_cleanup(config):
        return []
    settings = config.stash[SETTINGS]
    if settings.rehearsal:
        return [f"REHEARSAL — {words_of(config).rehearsed}"]
    if settings.members:
        return [f"AWS, a class of {len(settings.members)} accounts: {settings.task.value}", *settings.left_out]
    account = f" account {settings.account}" if settings.account else ""
    return [f"AWS{account}, {settings.region}: {settings.task.value}"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Tell each failure of a step once, if nobody asked for more."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and concerns_cleanup(session.config) and session.config.get_verbosity() == 0:
        session.config.pluginmanager.register(Brief(session.config, reporter), BRIEF)


class Brief:
    """Leaves out pytest's account of the failures that the summary of the steps tells."""

    def __init__(self, config: pytest.Config, reporter: Any) -> None:
        self._option, self._reporter = config.option, reporter
        self._others = False  # whether anything failed that the summary does not tell

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Notice a failure that is no step's, or that no step expects."""
        report = yield
        told = call.excinfo is not None and isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
        self._others |= report.failed and not (told and (step_of(item) or is_audit(item)))
        return report

    def leave_out(self, session: pytest.Session) -> None:
        """Leave them out."""
        run = only_run(session.config)
        if run is None or not run.is_open or self._others or self._reporter.stats.get("error"):
            return
        if self._option.tbstyle == "auto":
            self._option.tbstyle = "no"
        if self._option.reportchars == DEFAULT_SUMMARY:
            self._reporter.reportchars = ""


def leave_out_what_is_told(session: pytest.Session) -> None:
    """Leave pytest's account of failures out if the summary tells them all."""
    if brief := session.config.pluginmanager.get_plugin(BRIEF):
        brief.leave_out(session)


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
    if runs and runs.only and runs.only.is_open:
        _summarize(terminalreporter, runs.only, words_of(config), verbose=config.option.verbose > 0)


def _summarize(terminalreporter: pytest.TerminalReporter, run: Run, say: Words, *, verbose: bool) -> None:
    """Say a line a step what became of it, then what is left and what was left alone, and why it isn't CLEAN."""
    outcomes = [outcome for _, outcome in sorted(run.outcomes.items())]
    terminalreporter.section("steps")
    in_short = not (verbose or any(map(_why_not, outcomes)))
    told = IN_SHORT[run.settings.task](run, outcomes, say) if in_short else _in_full(run, outcomes, verbose=verbose)
    told += [f"in doubt: {r.line}; {r.ways_out}" for outcome in outcomes for r in outcome.doubtful]
    told += map(str, run.own_tests.values())
    told += planned.near_misses([r for outcome in outcomes for r in outcome.left_alone], verbose=verbose)
    told += backups.held(run)
    if run.settings.task is Task.PLAN:
        told += backups.planned(run.settings.backup, (r for outcome in outcomes for r in outcome.left))
    else:
        told += left_over.lines(run, verbose=verbose)
    for line in [*told, *_why(run, verbose=verbose)]:
        terminalreporter.line(printable(line))


def _in_full(run: Run, outcomes: list[Outcome], *, verbose: bool) -> list[str]:
    """Return a line a step; what AWS said of several stands below the first of them, with ``-v`` below each."""
    lines, told = list[str](), dict[str, int]()
    for outcome in outcomes:
        number = outcome.step.number
        first = number if verbose else told.setdefault(_said(outcome) or f"step {number}", number)
        line, *reasons = _step(run, outcome, verbose=verbose)
        lines += [line, *reasons] if first == number else [f"{line}, as step {first}"]
    return lines


def _said(outcome: Outcome) -> str:
    """Return AWS's words for what kept a step from its end, without which call it was; "" if nothing did."""
    error = outcome.error
    return f"{error.code} {error.message}" if isinstance(error, AwsError) else ""


def _step(run: Run, outcome: Outcome, *, verbose: bool) -> list[str]:
    """Return what became of a step, and the error that kept it from its end."""
    verb = {Task.PLAN: "would delete", Task.VERIFY: "left"}.get(run.settings.task, "deleted")
    found = outcome.left if run.settings.task is not Task.TEARDOWN else outcome.deleted
    what = run.sentences[outcome.step.number] if verbose else f"{outcome.step.title:<24}"
    line = f"{outcome.step.number:2} {what} {_count(outcome, verb, len(found))}"
    listed = _planned(outcome, found, verbose=verbose) if run.settings.task is Task.PLAN else []
    return [line, *(f"     {detail}" for detail in (*_why_not(outcome), *listed))]


def _why_not(outcome: Outcome) -> list[str]:
    """Return the error of a step's own; what blocks it is told beside its count."""
    return [] if outcome.error is None or isinstance(outcome.error, Unmet) else [str(outcome.error)]


def _why(run: Run, *, verbose: bool) -> list[str]:
    """Return what an account could not be verified for, which needs no test that failed."""
    verdict, reasons = judge(run.facts)
    if run.settings.rehearsal or run.settings.task is Task.PLAN or verdict is not Verdict.COULD_NOT_VERIFY:
        return []
    shown = reasons if verbose else reasons[:MOST]
    more = [f"     and {len(reasons) - MOST} more; -v lists them, certificate.json too"] if reasons != shown else []
    return ["why not CLEAN:", *(f"     {reason}" for reason in shown), *more]


def _plan(run: Run, outcomes: list[Outcome], say: Words) -> list[str]:
    plan = {outcome.step: outcome.left for outcome in outcomes}
    return [*planned.lines(plan, verbose=False), *planned.total(run, plan, say)]


def _verified(_run: Run, outcomes: list[Outcome], _say: Words) -> list[str]:
    """Return at which steps something is left; what it is stands below."""
    left = [f"{outcome.step.number} {outcome.step.title}" for outcome in outcomes if outcome.left]
    many = f"{len(outcomes)} steps"
    if len(left) in (0, len(outcomes)):
        return [f"something is left at all {many}" if left else f"nothing is left at any of {many}"]
    return wrap(f"something is left at {len(left)} of {many}: {', '.join(left)}", left_over.WIDTH)


def _deleted(run: Run, outcomes: list[Outcome], _say: Words) -> list[str]:
    """Return the lines of the steps in two columns, so that the end of a run fits a screen."""
    lines, half = _in_full(run, outcomes, verbose=False), (len(outcomes) + 1) // 2
    pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
    return [f"{left:<{COLUMN}}{right}".rstrip() for left, right in pairs]


IN_SHORT = {Task.PLAN: _plan, Task.VERIFY: _verified, Task.TEARDOWN: _deleted}


def _planned(outcome: Outcome, found: list[Resource], *, verbose: bool) -> list[str]:
    """Return of which steps something must be gone before a step can delete, and what it would delete."""
    if not verbose:
        return planned.notices(found)
    before = ", ".join(f"step {step.number} ({step.title})" for step in waits_for(outcome.step))
    return [*([f"waits for {before}"] if found and before else []), *(resource.line for resource in found)]


def _count(outcome: Outcome, verb: str, found: int) -> str:
    if outcome.error:
        return f"[{outcome.error}]" if isinstance(outcome.error, Unmet) else "[did not finish]"
    doubtful = len(outcome.doubtful)
    told = [f"{verb} {found}"] * bool(found) + [f"{doubtful} in doubt"] * bool(doubtful)
    return f"[{', '.join(told) or 'nothing there'}]"


def say_last_line(session: pytest.Session) -> None:
    """Write the verdict below everything that pytest writes."""
    run = only_run(session.config)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if run is not None and reporter is not None:
        end = ending(run, int(session.exitstatus), words_of(session.config))
        reporter.write_line(str(end), bold=True, **{end.color: True})
