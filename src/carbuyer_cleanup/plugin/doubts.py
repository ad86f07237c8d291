"""What may be the workshop's: shown with the plan, and asked about on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.asking import show, typed
from carbuyer_cleanup.plugin.language import words_of
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    import pytest

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource

NO = "no"


def of(run: Run) -> list[Resource]:
    """Return what the plan left in doubt, each resource once, even if two steps found it."""
    found = {(r.kind, r.id): r for deletion in run.teardown.deletions.values() for r in deletion.doubtful.values()}
    return list(found.values())


def lines(run: Run) -> list[str]:
    """Return a line for each resource in doubt: what it is, why, what it costs, and how the caller settles it."""
    return [f"in doubt: {line(found)}; {found.ways_out}" for found in of(run)]


def line(found: Resource) -> str:
    """Return what a resource in doubt is, why it may be the workshop's, and what it costs."""
    return f"{found.line} ({prices.monthly(found.kind)})"


def refuse_contradictions(run: Run) -> None:
    """Refuse a ``--not-ours`` for something that is certainly the workshop's.

    Raises:
        Refused: the plan would delete such a resource.
    """
    denied = set(run.aws.workshop.not_ours)
    ours = [r for deletion in run.teardown.deletions.values() for r in deletion.found.values()]
    for found in ours:
        if {found.id, found.name} & denied:
            msg = (
                f"--not-ours: {found.line}. It is not in doubt, so nothing was deleted. Rename it, or leave that "
                "option out."
            )
            raise Refused(msg)


def settle(config: pytest.Config, run: Run) -> bool:
    """Ask whose each resource in doubt is, and return whether any answer settled one."""
    before = run.aws.workshop
    for found in of(run):
        _ask(config, run, found)
    return run.aws.workshop != before


def _ask(config: pytest.Config, run: Run, found: Resource) -> None:
    """Take the caller's word: anything but the two expected answers leaves it undecided."""
    word, workshop = printable(found.word), run.aws.workshop
    say = words_of(config)
    show(config, f"in doubt: {line(found)}", say.is_it_ours.format(word=word) if found.entry else say.is_it_not)
    answer = typed(config, say.answer)
    if answer.lower() == NO:
        run.aws.workshop = workshop.without(found.id)
    elif found.entry and answer == word:
        run.aws.workshop = workshop.with_names(f"{found.entry}={found.word}")
    elif answer:
        show(config, say.undecided.format(word=word))
