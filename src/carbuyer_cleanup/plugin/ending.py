"""How a run of one account ended: the word and sentence that a user reads last, and at the top of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate.certificate import judge
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.blocking import blockers
from carbuyer_cleanup.plugin.language import ENGLISH, of
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.engine import Unmet
from carbuyer_cleanup.verdict import WORDS, Ending, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from carbuyer_cleanup.plugin.language import Texts
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.teardown.engine import Outcome
    from carbuyer_cleanup.verdict import FailedLook, Reason, Sort

NEXT: Mapping[Sort, Callable[[Texts], str]] = {  # what to do about a doubt; an error's own sentence says it
    "in doubt": lambda say: say.say_whose,
    "leaving": lambda say: say.leaving,
    "not run": lambda say: say.not_run,
}
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def ending(run: Run, exitstatus: int, say: Texts = ENGLISH) -> Ending:
    """Return how a run of one account ended.

    Args:
        run: the account, as far as the run got.
        exitstatus: pytest's exit status, which tells whether the run was interrupted or refused.
        say: the texts of the language to say it in.
    """
    if run.settings.rehearsal:
        return Ending("REHEARSAL", say.rehearsed)
    made = next(end for tell in TOLD if (end := tell(run, exitstatus, say)))
    sentence = say.account.format(account=run.aws.account, sentence=made.sentence)
    told = [sentence, *(_reserved(run) if made.word in WORDS.values() else [])]
    return Ending(made.word, printable(" ".join(told)))


def _reserved(run: Run) -> list[str]:
    """Return what must be stated with a verdict."""
    return [run.sweep.reservation] if run.sweep and run.sweep.reservation else []


def _refused(_run: Run, exitstatus: int, say: Texts) -> Ending | None:
    return Ending("REFUSED", say.refused) if exitstatus == pytest.ExitCode.USAGE_ERROR else None


def _elsewhere(run: Run, _exitstatus: int, _say: Texts) -> Ending | None:
    return Ending("COULD NOT VERIFY", str(run.aws.stopped)) if run.aws.is_elsewhere else None


def _stopped(run: Run, exitstatus: int, say: Texts) -> Ending | None:
    """Return the ending of a run that the user, a signal or pytest itself stopped early."""
    if exitstatus in ENDED or exitstatus == Verdict.COULD_NOT_VERIFY.exit_code:
        return None
    if not run.is_open:
        return Ending("STOPPED", say.stopped)
    gone, found = run.gone_of_found
    if run.settings.task is not Task.TEARDOWN or not found:
        return Ending("STOPPED", say.stopped_looking)
    told = say.stopped_at_the_end if gone == found else say.stopped_half_way
    return Ending("STOPPED", told.format(gone=gone, found=found))


def _plan(run: Run, _exitstatus: int, say: Texts) -> Ending | None:
    if run.settings.task is not Task.PLAN:
        return None
    if run.unseen:
        first, *more = run.unseen
        others = of(say.incomplete_too, len(more)) if more else ""
        return Ending("PLAN", say.incomplete.format(why=_sentence(first), others=others))
    count = len({(r.kind, r.id) for outcome in run.outcomes.values() for r in outcome.left})
    doubtful = sum(len(outcome.doubtful) for outcome in run.outcomes.values())
    told = [of(say.planned, count) if count else say.nothing_to_delete]
    return Ending("PLAN", " ".join([*told, *([say.doubtful.format(count=doubtful)] if doubtful else [])]))


def _leftovers(run: Run, _exitstatus: int, say: Texts) -> Ending | None:
    if run.verdict is not Verdict.LEFTOVERS:
        return None
    cost, count = run.standing.estimate, run.standing.count
    worth = f", {say.worth(cost)}" if cost.usd or cost.unknown else ""
    what = f"{of(say.left, count)}{worth}." if count else say.left_unknown
    own = " ".join(say.own_failed.format(name=t.name) for t in run.own_tests.values() if t.result == "failed")
    if own and not (count or any(step.is_unfinished for step in run.facts.steps)):
        return Ending("LEFTOVERS", f"{own} {say.own_why}")
    return Ending("LEFTOVERS", " ".join(filter(None, [what, own, _remedy(run, count, say)])))


def _remedy(run: Run, count: int, say: Texts) -> str:
    """Return what to do about leftovers: what holds them comes first, because running again alone would not help."""
    if run.settings.task is Task.VERIFY:
        return " ".join([of(say.delete_them, count), *_in_the_way(run, say), say.console])
    held = [outcome for _, outcome in sorted(run.outcomes.items()) if outcome.left and outcome.error]
    own = [outcome for outcome in held if not isinstance(outcome.error, Unmet)]
    return _held(own or held, say) if held else f"{say.again} {say.console}"


def _in_the_way(run: Run, say: Texts) -> list[str]:
    """Return what would block a teardown, as far as that is known."""
    what = ", ".join(f"{one.type} {one.label}" for one in blockers(run))
    return [say.in_the_way.format(what=what)] if what else []


def _held(outcomes: list[Outcome], say: Texts) -> str:
    first, more = outcomes[0], len(outcomes) - 1
    others = of(say.held_too, more) if more else ""
    return say.held.format(number=first.step.number, title=first.step.title, error=first.error, others=others)


def _unverified(run: Run, _exitstatus: int, say: Texts) -> Ending | None:
    """Return the first reason against CLEAN; the certificate has all of them."""
    if run.verdict is not Verdict.COULD_NOT_VERIFY:
        return None
    first, *more = judge(run.facts)[1]
    others = of(say.unverified_too, len(more)) if more else ""
    what = NEXT[first.sort](say) if first.sort in NEXT else ""
    told = f"{say.unverified.format(first=_sentence(first))} {what}".rstrip()
    return Ending("COULD NOT VERIFY", told + others)


def _sentence(reason: Reason | FailedLook) -> str:
    """Return a reason with one full stop: errors end in one, doubts don't."""
    return f"{str(reason).rstrip('.')}."


def _clean(_run: Run, _exitstatus: int, say: Texts) -> Ending:
    return Ending("CLEAN", say.clean)


# The ways in which a run can end, in the order in which they are checked.
TOLD: tuple[Callable[[Run, int, Texts], Ending | None], ...] = (
    _refused, _elsewhere, _stopped, _plan, _leftovers, _unverified, _clean,
)  # fmt: skip
