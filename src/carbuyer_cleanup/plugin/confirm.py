"""Shows whose account it is before looking at it; shows the plan and asks for the number before the first deletion."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from carbuyer_cleanup.account import account_alias
from carbuyer_cleanup.aws.endpoints import endpoints, shown
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.permissions import preflight
from carbuyer_cleanup.plugin import account_progress, backups, doubts, planned
from carbuyer_cleanup.plugin.asking import reporter_of, show, typed, uncapture
from carbuyer_cleanup.plugin.language import words_of
from carbuyer_cleanup.plugin.progress import wait
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.deletion import gist
from carbuyer_cleanup.teardown.plan import BY_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.deletion import Deletion
    from carbuyer_cleanup.teardown.plan import Step

NO_NUMBER = (
    "Which account may be torn down? Without a terminal to ask at, give its number: "
    "--aws --account 123456789012. Nothing was done."
)
CHECKED = "permissions: none is missing, as far as IAM's simulator knows (docs/iam)"
DENIED = "WARNING: you lack these permissions (docs/iam): {}"
FORBIDDEN = "WARNING: a policy of your organization denies you this; ask those who manage it: {}"
UNCLEAR = "permissions that IAM's simulator can't judge, because they depend on {}: {}"
NO_COUNT = (
    "May all {count} accounts of the class be torn down? Without a terminal to ask at, give their number: "
    "--accounts-confirmed {count}. Nothing was done."
)
ASKING_IAM = "asking IAM which permissions are missing"
ROOT = "WARNING: these are the root user's credentials; use an IAM role or user instead."


def refuse_unasked(config: pytest.Config, count: int) -> None:
    """Refuse a teardown that can't be confirmed: of a class of ``count`` accounts, or of one account if ``count`` is 0.

    Raises:
        Refused: there is no terminal to ask at.
    """
    uncapture(config)
    if not (sys.stdin.isatty() and reporter_of(config).isatty()):
        raise Refused(NO_COUNT.format(count=count) if count else NO_NUMBER)


def tell_whose(config: pytest.Config, run: Run) -> None:
    """Show whose account it is, the caller, the Region, and who answers if it isn't AWS."""
    run.alias = run.teardown.afterwards(account_alias(run.aws)).result()
    show(config, *_whose(run))


def confirm(config: pytest.Config, run: Run, numbers: Iterable[int]) -> None:
    """Show the plan and the missing permissions; without ``--account``, ask about doubts and for the number.

    An empty plan needs no number: the run only looks, and deletes nothing.

    Raises:
        Refused: the plan can't be made or contradicts the caller's word, or another number was typed.
    """
    steps = [BY_NUMBER[number] for number in numbers]
    plan = _survey(config, run, steps)
    if not run.settings.account and doubts.settle(config, run):
        plan = _survey(config, run, steps)
    doubts.refuse_contradictions(run)
    _show(config, run, plan)
    if run.settings.account:
        return
    if any(plan.values()):
        _ask_for_the_number(config, run)
    else:
        run.teardown.delete_only_planned()


def _ask_for_the_number(config: pytest.Config, run: Run) -> None:
    say = words_of(config)
    if typed(config, say.question) != run.aws.account:
        raise Refused(say.wrong_number.format(account=run.aws.account))


def _show(config: pytest.Config, run: Run, plan: dict[Step, list[Resource]]) -> None:
    """Show the plan; its last line is what the user confirms next."""
    verbose = config.option.verbose > 0
    left_alone = planned.near_misses(_near_misses(run, plan), verbose=verbose)
    show(config, *planned.lines(plan, verbose=verbose), *doubts.lines(run), *left_alone)
    saved = backups.planned(run.settings.backup, planned.all_of(plan))
    show(config, *_not_seen(run), *_lacking(config, run, plan), *saved, *planned.total(run, plan, words_of(config)))


def _survey(config: pytest.Config, run: Run, steps: list[Step]) -> dict[Step, list[Resource]]:
    try:
        return wait(config, run.teardown.survey(steps), partial(account_progress.planning, run))
    except CleanupError as error:
        msg = f"The plan can't be made, so nothing was deleted: {error}"
        raise Refused(msg) from error


def _whose(run: Run) -> list[str]:
    return [
        f"account  {run.aws.account}  {run.alias}",
        f"caller   {run.aws.caller}",
        f"region   {run.aws.region}",
        *(f"endpoint {where}={shown(url)}" for where, url in endpoints(run.aws.session).items()),
        *([ROOT] if run.aws.caller.endswith(":root") else []),
        *([f"WARNING: {run.aws.warning}"] if run.aws.warning else []),
    ]


def _near_misses(run: Run, plan: Iterable[Step]) -> list[Resource]:
    kinds = [kind for step in plan for kind in step.kinds]
    return [r for kind in kinds for r in run.teardown.deletions[kind].left_alone.values()]


def _not_seen(run: Run) -> list[str]:
    return [f"WARNING: not in this plan, so nothing of it will be deleted: {what}" for what in not_seen(run)]


def not_seen(run: Run) -> list[str]:
    """Return the kinds of resource that the plan lacks, and why; those with the same reason share a line."""
    alike: dict[str, list[Deletion]] = {}
    for deletion in run.teardown.deletions.values():
        if deletion.not_seen:
            alike.setdefault(gist(deletion.not_seen), []).append(deletion)
    return [_told(deletions) for deletions in alike.values()]


def _told(deletions: list[Deletion]) -> str:
    kinds = ", ".join(deletion.kind.name for deletion in deletions)
    return printable(f"{kinds}: {str(deletions[0].not_seen).removeprefix(f'{kinds}: ')}")


def _lacking(config: pytest.Config, run: Run, plan: dict[Step, list[Resource]]) -> list[str]:
    """Return lines on the permissions that the plan needs and the caller lacks; an empty plan needs none."""
    if not any(plan.values()):
        return []
    kinds = {kind: run.teardown.deletions[kind].found.values() for step in plan for kind in step.kinds}
    try:
        lacking = wait(config, run.teardown.afterwards(preflight.lacking(run.aws, kinds)), lambda: ASKING_IAM)
    except CleanupError as error:
        return [f"permissions not checked beforehand: {printable(str(error))}"]
    denied, forbidden, unclear = map(", ".join, (lacking.denied, lacking.forbidden, lacking.unclear))
    told = [DENIED.format(denied)] if denied else []
    told += [FORBIDDEN.format(forbidden)] if forbidden else []
    told += [printable(UNCLEAR.format(", ".join(lacking.keys), unclear))] if unclear else []
    return told or [CHECKED]
