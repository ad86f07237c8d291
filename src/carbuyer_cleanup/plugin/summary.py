"""The summary of a run of one account: its steps, what is left and left alone, and why it isn't CLEAN."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from carbuyer_cleanup.certificate.certificate import judge
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.plugin import backups, planned
from carbuyer_cleanup.plugin import left as left_over
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.engine import Unmet
from carbuyer_cleanup.teardown.plan import waits_for
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.language import Texts
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.engine import Outcome

COLUMN = 40  # half a terminal
MOST, FEW = 10, 3  # reasons to list without -v, and where there is little room


def lines(run: Run, say: Texts, *, verbose: bool) -> list[str]:
    """Return a line per step, what was left alone, what is left, and why the account isn't CLEAN."""
    outcomes = _outcomes(run)
    if verbose or any(outcome.error for outcome in outcomes):
        told = _in_full(run, outcomes, verbose=verbose)
    else:
        told = BRIEFLY[run.settings.task](run, outcomes, say)
    told += [f"in doubt: {r.line}; {r.ways_out}" for outcome in outcomes for r in outcome.doubtful]
    told += map(str, run.own_tests.values())
    told += planned.near_misses(_left_alone(outcomes), verbose=verbose)
    told += [*_held_or_left(run, outcomes, verbose=verbose), *_why(run, len(judge(run.facts)[1]) if verbose else MOST)]
    return [printable(line) for line in told]


def in_short(run: Run, say: Texts) -> list[str]:
    """Return the same for a small screen: what is left isn't cut, everything else is kept short."""
    outcomes = _outcomes(run)
    told = [*(BRIEFLY | {Task.TEARDOWN: _done})[run.settings.task](run, outcomes, say), *_unfinished(outcomes)]
    told += _first([f"in doubt: {r.line}; {r.ways_out}" for outcome in outcomes for r in outcome.doubtful])
    told += map(str, run.own_tests.values())
    told += planned.counted_near_misses(_left_alone(outcomes))
    told += [*_held_or_left(run, outcomes, verbose=False), *_why(run, FEW)]
    return [printable(line) for line in told]


def _outcomes(run: Run) -> list[Outcome]:
    return [outcome for _, outcome in sorted(run.outcomes.items())]


def _left_alone(outcomes: list[Outcome]) -> list[Resource]:
    return [r for outcome in outcomes for r in outcome.left_alone]


def _first(told: list[str]) -> list[str]:
    return [*told[:1], *([f"in doubt: {len(told) - 1} more; -v lists them"] if len(told) > 1 else [])]


def _unfinished(outcomes: list[Outcome]) -> list[str]:
    """Return which steps have an error; the last line shows the first error."""
    which = ", ".join(f"{o.step.number} {o.step.title}" for o in outcomes if o.error)
    return [f"did not finish (-v says why): {which}"] if which else []


def _held_or_left(run: Run, outcomes: list[Outcome], *, verbose: bool) -> list[str]:
    """Return what was saved, and what is left or, in a plan, would be saved."""
    if run.settings.task is Task.PLAN:
        saved = backups.planned(run.settings.backup, (r for outcome in outcomes for r in outcome.left))
        return [*backups.held(run), *saved]
    return [*backups.held(run), *left_over.lines(run, verbose=verbose)]


def _in_full(run: Run, outcomes: list[Outcome], *, verbose: bool) -> list[str]:
    """Return a line per step; AWS's words on several steps are below the first of them or, with ``-v``, below each."""
    lines, told = list[str](), dict[str, int]()
    for outcome in outcomes:
        number = outcome.step.number
        first = number if verbose else told.setdefault(_said(outcome) or f"step {number}", number)
        line, *reasons = _step(run, outcome, verbose=verbose)
        lines += [line, *reasons] if first == number else [f"{line}, as step {first}"]
    return lines


def _said(outcome: Outcome) -> str:
    """Return AWS's words on why a step did not finish, without the call; "" if AWS said nothing."""
    error = outcome.error
    return f"{error.code} {error.message}" if isinstance(error, AwsError) else ""


def _step(run: Run, outcome: Outcome, *, verbose: bool) -> list[str]:
    """Return what became of a step, and the error that kept it from finishing."""
    verb = {Task.PLAN: "would delete", Task.VERIFY: "left"}.get(run.settings.task, "deleted")
    found = outcome.left if run.settings.task is not Task.TEARDOWN else outcome.deleted
    what = run.sentences[outcome.step.number] if verbose else f"{outcome.step.title:<23}"
    line = f"{outcome.step.number:2} {what} {_count(outcome, verb, len(found))}"
    listed = _planned(outcome, found, verbose=verbose) if run.settings.task is Task.PLAN else []
    return [line, *(f"     {detail}" for detail in (*_why_not(outcome), *listed))]


def _why_not(outcome: Outcome) -> list[str]:
    """Return the step's own error; what blocks the step is shown beside its count."""
    return [] if outcome.error is None or isinstance(outcome.error, Unmet) else [str(outcome.error)]


def _why(run: Run, most: int) -> list[str]:
    """Return why an account could not be verified, even if no test failed; a single reason is in the last line."""
    verdict, reasons = judge(run.facts)
    is_told = run.settings.rehearsal or run.settings.task is Task.PLAN or verdict is not Verdict.COULD_NOT_VERIFY
    if is_told or len(reasons) == 1:
        return []
    more = [f"     and {len(reasons) - most} more; -v lists them, certificate.json too"] if len(reasons) > most else []
    return ["why not CLEAN:", *(f"     {reason}" for reason in reasons[:most]), *more]


def _plan(run: Run, outcomes: list[Outcome], say: Texts) -> list[str]:
    plan = {outcome.step: outcome.left for outcome in outcomes}
    return [*planned.lines(plan, verbose=False), *planned.total(run, plan, say)]


def _verified(run: Run, outcomes: list[Outcome], _say: Texts) -> list[str]:
    """Return the steps at which something is left; what it is follows below."""
    if len(outcomes) == 1:
        return _in_full(run, outcomes, verbose=False)
    seen = [outcome for outcome in outcomes if not outcome.error]
    left, many = [f"{o.step.number} {o.step.title}" for o in seen if o.left], f"{len(seen)} steps"
    if len(left) in (0, len(seen)):
        return [f"something is left at all {many}" if left else f"nothing is left at any of {many}"]
    return wrap(f"something is left at {len(left)} of {many}: {', '.join(left)}", left_over.WIDTH)


def _deleted(run: Run, outcomes: list[Outcome], _say: Texts) -> list[str]:
    """Return the steps that had something to delete, and how many had nothing."""
    done = [outcome for outcome in outcomes if not outcome.error]
    busy = [outcome for outcome in done if outcome.deleted or outcome.doubtful]
    idle = len(done) - len(busy)
    if idle == len(outcomes) > 1:
        return [f"nothing was there at any of {idle} steps"]
    told = _in_columns(_in_full(run, busy if idle > 1 else done, verbose=False))
    return [*told, f"nothing was there at {idle} other steps"] if idle > 1 else told


def _done(_run: Run, outcomes: list[Outcome], _say: Texts) -> list[str]:
    """Return how many steps finished."""
    return [f"{sum(outcome.error is None for outcome in outcomes)} of {len(outcomes)} steps are done"]


def _in_columns(lines: list[str]) -> list[str]:
    """Return lines in two columns, to fit a screen; unchanged if one is too long for that."""
    if max(map(len, lines), default=0) >= COLUMN:
        return lines
    half = (len(lines) + 1) // 2
    pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
    return [f"{left:<{COLUMN}}{right}".rstrip() for left, right in pairs]


BRIEFLY = {Task.PLAN: _plan, Task.VERIFY: _verified, Task.TEARDOWN: _deleted}


def _planned(outcome: Outcome, found: list[Resource], *, verbose: bool) -> list[str]:
    """Return which steps a step waits for, and what it would delete; without ``verbose``, only what users must know."""
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
