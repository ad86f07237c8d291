"""Before the first deletion in a class: shows a line per account with what will go, and asks for their number."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.plugin import backups, doubts, planned
from carbuyer_cleanup.plugin.asking import show, typed
from carbuyer_cleanup.plugin.confirm import not_seen
from carbuyer_cleanup.plugin.language import of, words_of
from carbuyer_cleanup.plugin.progress import settle
from carbuyer_cleanup.teardown.plan import BY_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    import pytest

    from carbuyer_cleanup.plugin.language import Texts
    from carbuyer_cleanup.plugin.run import Run, Runs
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.plan import Step

    Plan = Future[dict[Step, list[Resource]]]


def confirm_class(config: pytest.Config, runs: Runs, steps: Mapping[str, Sequence[int]]) -> None:
    """Make and show every account's plan, a line each; without ``--accounts-confirmed``, ask for their number.

    An account whose plan can't be made is left alone; its tests say why.

    Raises:
        Refused: another number was typed.
    """
    plans, say = _plans(config, runs, steps), words_of(config)
    kept = [alias for alias, plan in plans.items() if _can_be_made(runs, alias, plan)]
    found = {alias: planned.all_of(plans[alias].result()) for alias in kept}
    show(config, *(f"{alias}: {why}" for alias, why in runs.refused.items()))
    show(config, *(f"{alias}: {standing.reservations[0]}" for alias, standing in runs.certified.items()))
    show(config, *(line for alias in kept for line in _lines(runs.open[alias], found[alias], say)))
    show(config, *backups.planned(runs.settings.backup, chain(*found.values())))
    count = len(runs.settings.members)
    left_alone = say.left_alone.format(count=len(runs.refused)) if runs.refused else ""
    show(config, f"{of(say.accounts, count)}{left_alone}: {planned.summed([*chain(*found.values())], say)}")
    if not runs.settings.confirmed and typed(config, say.class_question) != str(count):
        raise Refused(say.wrong_count.format(count=count))


def _plans(config: pytest.Config, runs: Runs, steps: Mapping[str, Sequence[int]]) -> dict[str, Plan]:
    """Return each account's plan, whether it was made or failed."""
    plans: dict[str, Plan] = runs.at_once(
        lambda: {
            alias: run.teardown.survey(BY_NUMBER[number] for number in steps[alias]) for alias, run in runs.open.items()
        }
    )

    def told() -> str:
        return f"making the plans: {sum(plan.done() for plan in plans.values())} of {len(plans)} accounts"

    for plan in plans.values():
        settle(config, plan, told)
    return plans


def _can_be_made(runs: Runs, alias: str, plan: Plan) -> bool:
    """Return whether there is a plan; if not, leave the account alone."""
    try:
        plan.result()
        doubts.refuse_contradictions(runs.open[alias])
    except CleanupError as error:
        runs.refuse(alias, Refused(f"The plan can't be made, so nothing was deleted: {error}"))
        return False
    return True


def _lines(run: Run, found: Sequence[Resource], say: Texts) -> list[str]:
    """Return lines that say what will be deleted in an account, and what is in doubt there."""
    alias, what = run.member.alias, planned.worth(found, say)
    line = f"{alias}  account {run.aws.account}, {run.aws.region}: {what}{_notes(run)}"
    return [line, *(f"{alias}  {told}" for told in doubts.lines(run))]


def _notes(run: Run) -> str:
    root = ["as its root user"] if run.aws.caller.endswith(":root") else []
    return "".join(f"; WARNING: {note}" for note in [*root, *not_seen(run)])
