"""The top of a class's report: the totals, and a link to the page with all accounts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.report import TEMPLATES
from carbuyer_cleanup.report.banner import Table
from carbuyer_cleanup.verdict import WORST_FIRST, Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.classroom.standing import Standing
    from carbuyer_cleanup.report.banner import Rows, SessionFacts

CLASS_PAGE = "class.html"  # beside the report; a plan has none
ACCOUNTS = ("Accounts that need a look", ("Account", "Number", "Verdict", "Why"))


def class_banner(session: SessionFacts, standings: Sequence[Standing]) -> str:
    """Return the banner of a class's report as HTML."""
    return TEMPLATES.get_template("banner.jinja").render(
        end=_ending(session, standings),
        about=session.about,
        card=[],
        map=None,
        pictures=[],
        tables=[Table(*ACCOUNTS, _rows(standings))],
        link="" if session.settings.task is Task.PLAN else CLASS_PAGE,
    )


def _ending(session: SessionFacts, standings: Sequence[Standing]) -> Ending:
    """Return the worst verdict, and how many accounts have each."""
    counts = Counter(standing.verdict for standing in standings)
    told = f"{len(standings)} accounts: " + ", ".join(f"{n} {word}" for word, n in sorted(counts.items())) + "."
    if session.settings.rehearsal:
        return REHEARSED
    if session.settings.task is Task.PLAN:
        return Ending("PLAN", f"This is what would be deleted in {len(standings)} accounts. Nothing was.")
    return Ending(next((word for word in WORST_FIRST if word in counts), "NOT RUN"), told)


def _rows(standings: Sequence[Standing]) -> Rows:
    return [
        (standing.alias, standing.account, standing.verdict, standing.why)
        for standing in standings
        if not standing.is_good
    ]
