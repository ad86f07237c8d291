"""Before the first deletion in a class: an account a line with what will go, and the number of accounts typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.plugin import doubts
from carbuyer_cleanup.plugin.asking import show, typed
from carbuyer_cleanup.plugin.confirm import not_seen
from carbuyer_cleanup.teardown.plan import BY_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    import pytest

    from carbuyer_cleanup.plugin.run import Run, Runs
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.plan import Step

    Plan = Future[dict[Step, list[Resource]]]

QUESTION = "This can't be undone. Type the number of accounts to go ahead: "


def confirm_class(config: pytest.Config, runs: Runs, steps: Mapping[str, Sequence[int]]) -> None:
    """Make every account's plan, show it in a line, and without ``--accounts-confirmed`` ask for their number.

    An account whose plan can't be made is left alone, and says why in its tests.

    Raises:
        Refused: the number typed is another.
    """
    show(config, *_plans(runs, steps))
    count = len(runs.settings.members)
    if not runs.settings.confirmed and typed(config, QUESTION) != str(count):
        msg = f"That is not the number of accounts of the class ({count}). Nothing was deleted."
        raise Refused(msg)


def _plans(runs: Runs, steps: Mapping[str, Sequence[int]]) -> list[str]:
    plans: dict[str, Plan] = runs.at_once(
        lambda: {
            alias: run.teardown.survey(BY_NUMBER[number] for number in steps[alias]) for alias, run in runs.open.items()
        }
    )
    lines = [line for alias, plan in plans.items() for line in _lines(runs, alias, plan)]
    return [*lines, *(f"{alias}: {why}" for alias, why in runs.refused.items() if alias not in plans)]


def _lines(runs: Runs, alias: str, plan: Plan) -> list[str]:
    """Say what goes in an account, and what is doubtful there."""
    run = runs.open[alias]
    try:
        count = sum(map(len, plan.result().values()))
        doubts.refuse_contradictions(run)
    except CleanupError as error:
        runs.refuse(alias, Refused(f"The plan can't be made, so nothing was deleted: {error}"))
        return [f"{alias}: {runs.refused[alias]}"]
    line = f"{alias}  account {run.aws.account}, {run.aws.region}: {count} resources to be deleted{_notes(run)}"
    return [line, *(f"{alias}  {told}" for told in doubts.told(run))]


def _notes(run: Run) -> str:
    root = ["as its root user"] if run.aws.caller.endswith(":root") else []
    return "".join(f"; WARNING: {note}" for note in [*root, *not_seen(run)])
