"""What a class has besides pytest's reports: its grades, its page and, with ``--shard``, the part to merge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.classroom import grades, gradescope, shards
from carbuyer_cleanup.classroom.parts import NAME, Part, Person
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.report import class_page
from carbuyer_cleanup.report.class_banner import CLASS_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.classroom.standing import Standing
    from carbuyer_cleanup.command_line.settings import Settings


def publish(settings: Settings, standings: Sequence[Standing]) -> None:
    """Write the grades, the class page and, with ``--shard``, the part's results to the reports folder.

    Raises:
        Refused: the platform could not know whose grade is whose.
        OSError: they can't be written.
    """
    reports, weights = settings.reports, settings.workshop.weights
    grades.write(reports / "grades.csv", standings, settings.grades, settings.workshop)
    class_page.write(reports / CLASS_PAGE, class_page.Class(standings, weights, settings.earlier))
    if settings.grades == gradescope.FOLDER:
        gradescope.write(reports / gradescope.FOLDER, standings, weights)
    if settings.shard:
        people = tuple(Person(m.alias, m.account, m.region or settings.region, m.columns) for m in settings.everybody)
        names = replace(settings.workshop, region=settings.region).digest
        Part(shards.read(settings.shard), people, tuple(standings), settings.left_out, names=names).write(reports)


def withdraw(settings: Settings) -> None:
    """Remove an earlier run's part, unless this run is a plan, which writes no results.

    Raises:
        Refused: it can't be removed.
    """
    path = settings.reports / NAME
    try:
        if settings.task is not Task.PLAN:
            path.unlink(missing_ok=True)
    except OSError as error:
        msg = f"The last run's {path} can't be removed: {error.strerror}. Nothing was done."
        raise Refused(msg) from error
