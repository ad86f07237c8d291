"""How a run of one account ended: the word and the sentence that a user reads last, and on top of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate.certificate import IN_DOUBT, LEAVING, judge
from carbuyer_cleanup.plugin.planned import counted
from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task
from carbuyer_cleanup.teardown.engine import Unmet
from carbuyer_cleanup.verdict import SIGNS, WORDS, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.teardown.engine import Outcome
    from carbuyer_cleanup.verdict import End

ONLY_LOOKED = "Nothing was deleted. Run the same command again to look at everything."
CONSOLE = "What that leaves alone, delete in the console; then check with --verify."
WHY_OWN = "The reason is above. No step deletes what it found; delete it, then check with --verify."
UNKNOWN = "something is left, but nobody saw what."
NEXT = {
    IN_DOUBT: "Say whose it is: --name ENTRY=NAME, or --not-ours ID.",
    LEAVING: "AWS is deleting it: check again with --verify in a few minutes.",
    "not run": "Run all steps and the audit to know.",
}
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@dataclass(frozen=True)
class Ending:
    """How a run ended: ``word`` tells a glance, ``sentence`` what to do next."""

    word: End
    sentence: str

    def __str__(self) -> str:
        return f"{self.word} — {self.sentence}"

    @property
    def sign(self) -> str:
        """The word as one sign."""
        return SIGNS[self.word]

    @property
    def color(self) -> str:
        """The colour of the terminal that goes with it."""
        return {"CLEAN": "green", "LEFTOVERS": "red", "REFUSED": "red"}.get(self.word, "yellow")


def ending(run: Run, exitstatus: int) -> Ending:
    """Return how a run ended.

    Args:
        run: the account, as far as the run came.
        exitstatus: pytest's, which tells whether it was interrupted or refused.
    """
    if run.settings.rehearsal:
        return Ending("REHEARSAL", REHEARSED)
    made = next(end for tell in TOLD if (end := tell(run, exitstatus)))
    told = [f"account {run.aws.account}: {made.sentence}", *(_reserved(run) if made.word in WORDS.values() else [])]
    return Ending(made.word, printable(" ".join(told)))


def _reserved(run: Run) -> list[str]:
    """Return what must be said beside a verdict."""
    return [run.sweep.reservation] if run.sweep and run.sweep.reservation else []


def _refused(_run: Run, exitstatus: int) -> Ending | None:
    refused = exitstatus == pytest.ExitCode.USAGE_ERROR
    return Ending("REFUSED", "nothing was deleted. The reason is below.") if refused else None


def _elsewhere(run: Run, _exitstatus: int) -> Ending | None:
    return Ending("COULD NOT VERIFY", str(run.aws.stopped)) if run.aws.is_elsewhere else None


def _stopped(run: Run, exitstatus: int) -> Ending | None:
    """Tell of a run that the user, a signal or pytest itself ended before its time."""
    if exitstatus in ENDED or exitstatus == Verdict.COULD_NOT_VERIFY.exit_code:
        return None
    if not run.is_open:
        return Ending("STOPPED", "nothing was deleted.")
    if run.settings.task is not Task.TEARDOWN:
        return Ending("STOPPED", f"not everything was looked at. {ONLY_LOOKED}")
    gone, found = run.gone_of_found
    return Ending("STOPPED", f"{gone} of {found} resources deleted. Run the same command again: it goes on from there.")


def _plan(run: Run, _exitstatus: int) -> Ending | None:
    if run.settings.task is not Task.PLAN:
        return None
    if run.unseen:
        first, *more = run.unseen
        others = f" {counted(len(more), 'more step')} could not be looked at." if more else ""
        return Ending("PLAN", f"incomplete, because of {_sentence(first)}{others} Nothing was deleted.")
    count = len({(r.kind, r.id) for outcome in run.outcomes.values() for r in outcome.left})
    doubtful = sum(len(outcome.doubtful) for outcome in run.outcomes.values())
    return Ending("PLAN", " ".join([_planned(count), *([f"{doubtful} in doubt."] if doubtful else [])]))


def _planned(count: int) -> str:
    if not count:
        return "there is nothing to delete."
    return (
        f"{counted(count, 'resource')} would be deleted. To delete {_them(count)}, run the same command without --plan."
    )


def _leftovers(run: Run, _exitstatus: int) -> Ending | None:
    if run.verdict is not Verdict.LEFTOVERS:
        return None
    cost, count = run.standing.estimate, run.standing.count
    worth = f", {cost.brief}" if cost.usd or cost.unknown else ""
    what = f"{counted(count, 'resource')} {'is' if count == 1 else 'are'} left{worth}." if count else UNKNOWN
    own = " ".join(f"{test.name} failed." for test in run.own_tests.values() if test.result == "failed")
    if own and not (count or any(step.is_unfinished for step in run.facts.steps)):
        return Ending("LEFTOVERS", f"{own} {WHY_OWN}")
    return Ending("LEFTOVERS", " ".join(filter(None, [what, own, _remedy(run, count)])))


def _remedy(run: Run, count: int) -> str:
    """Return what to do about leftovers: what holds them comes first, for running again alone would not help."""
    if run.settings.task is Task.VERIFY:
        return f"To delete {_them(count)}, run the same command without --verify. {CONSOLE}"
    held = [outcome for _, outcome in sorted(run.outcomes.items()) if outcome.left and outcome.error]
    own = [outcome for outcome in held if not isinstance(outcome.error, Unmet)]
    if not held:
        return f"Run the same command again. {CONSOLE}"
    return _held(own or held)


def _held(outcomes: list[Outcome]) -> str:
    first, more = outcomes[0], len(outcomes) - 1
    others = f" {more} more step{'s' * (more > 1)} did not finish." if more else ""
    return f"Step {first.step.number} ({first.step.title}): {first.error}{others}"


def _unverified(run: Run, _exitstatus: int) -> Ending | None:
    """Tell the first thing that speaks against CLEAN; the certificate has all of it."""
    if run.verdict is not Verdict.COULD_NOT_VERIFY:
        return None
    first, *more = judge(run.facts)[1]
    others = f" See certificate.json for {counted(len(more), 'more reason')}." if more else ""
    told = f"no leftover was found, but that is not certain: {_sentence(first)} {_next(first)}".rstrip()
    return Ending("COULD NOT VERIFY", told + others)


def _sentence(reason: str) -> str:
    """Return a reason with one full stop at its end: errors have one, doubts don't."""
    return f"{reason.rstrip('.')}."


def _next(reason: str) -> str:
    """Return what to do about a doubt; the sentence of an error says that itself."""
    return next((what for start, what in NEXT.items() if reason.startswith(start)), "")


def _clean(_run: Run, _exitstatus: int) -> Ending:
    return Ending("CLEAN", "nothing of the workshop is left.")


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


# The ways in which a run can end, in the order in which they are asked for.
TOLD: tuple[Callable[[Run, int], Ending | None], ...] = (
    _refused, _elsewhere, _stopped, _plan, _leftovers, _unverified, _clean,
)  # fmt: skip
