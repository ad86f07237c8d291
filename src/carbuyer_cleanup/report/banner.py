"""The top of the report: the verdict, whose account it is about, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest

from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.plugin import backups
from carbuyer_cleanup.plugin.blocking import blockers
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.recording import HOW
from carbuyer_cleanup.report import TEMPLATES, console, money, network, timeline
from carbuyer_cleanup.report.rows import duration
from carbuyer_cleanup.report.things import as_leftover, things
from carbuyer_cleanup.verdict import Ending
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from markupsafe import Markup

    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.command_line.settings import Settings
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.report.things import Thing
    from carbuyer_cleanup.verdict import Fate

NO_ACCOUNT: dict[int, Ending] = {
    pytest.ExitCode.INTERRUPTED: Ending("STOPPED", "Nothing was deleted."),
    pytest.ExitCode.USAGE_ERROR: Ending("REFUSED", "Nothing was deleted."),
}
FAILED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERNAL_ERROR, 8)
NO_AUDIT = Ending("COULD NOT VERIFY", "The audit did not run: nobody can say what is left.")
ENDINGS: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "by an error in the suite itself",
    pytest.ExitCode.USAGE_ERROR: "refused; see the terminal",
}
COST = "USD a month"
LEFTOVERS = ("Still there", ("Resource", "Region", COST, "Why it counts"))
FREE = ("Still there, at no cost", LEFTOVERS[1])
PLANNED = ("Would be deleted", ("Resource", COST, "Why it is the workshop's"))
GONE = ("Gone", ("Resource", COST, "Why it was the workshop's", "Gone after"))
IN_BETWEEN = ("On its way out", ("Resource", "Region", "State"))
DOUBTFUL = ("Perhaps the workshop's", ("Resource", "Region", "Why"))
SAVED = ("Saved before it was deleted", ("Resource", "Region", "When", "Where in the backup"))
DECLARED = ("Not the workshop's, by your word", ("Name or id",))
BREACHES = ("Kept from leaving this machine", ("Request",))
NOTED = ("Not the workshop's", ("Resource", "Region", "Why not"))
UNSEEN = ("Could not be looked at", ("What", "Region", "Reason"))


class Place(NamedTuple):
    """A cell that names a resource and links to it in the console; ``id`` is "" if it adds nothing to the name."""

    kind: str
    name: str
    id: str
    href: str


Cell = str | Place
Rows = list[tuple[Cell, ...]]


class Table(NamedTuple):
    """A table; ``is_folded`` if it starts collapsed."""

    title: str
    columns: tuple[str, ...]
    rows: Rows
    is_folded: bool = False


@dataclass(frozen=True)
class SessionFacts:
    """The pytest session that the report describes; ``run`` is None if its account was never opened."""

    settings: Settings
    run: Run | None
    started: datetime
    ended: datetime
    exitstatus: int

    @property
    def about(self) -> list[tuple[str, str]]:
        """What was done, when, and how it ended, as names and values."""
        started, ended = (f"{time:%Y-%m-%d %H:%M:%S %Z}" for time in (self.started, self.ended))
        return [
            ("Task", self.settings.task.value),
            ("Started", started),
            ("Ended", " ".join(filter(None, (ended, ENDINGS.get(self.exitstatus, ""))))),
            ("If this looks wrong", HOW if self.exitstatus in FAILED and not self.settings.is_recorded else ""),
        ]


def banner(session: SessionFacts) -> str:
    """Return the banner of one account's report as HTML."""
    end, run = _ending(session), session.run
    found = things(run) if run else []
    return TEMPLATES.get_template("banner.jinja").render(
        end=end,
        card=_card(run, found) if run else [],
        about=[*(_account(run) if run else []), *session.about],
        map=network.picture(run, found) if run else None,
        pictures=_pictures(run, found) if run else [],
        tables=_tables(run, found) if run else [],
        link="",
    )


def _pictures(run: Run, found: Sequence[Thing]) -> list[Markup]:
    drawn = (money.picture(found), timeline.picture(run))
    return [picture for picture in drawn if picture]


def _card(run: Run, found: Sequence[Thing]) -> list[tuple[str, list[Cell]]]:
    """Return the lines below the verdict: what blocks the rest, how much is left, and what that costs."""
    left = [thing.leftover for thing in found if thing.fate == "left"]
    if not left:
        return []
    cost = prices.estimate(left)
    return [
        ("What blocks it", [_place(run, blocker) for blocker in blockers(run)]),
        ("Still there", [counted(len(left), "resource")]),
        ("Cost of what is left", [str(cost) if cost.usd or cost.unknown else "nothing"]),
    ]


def _ending(session: SessionFacts) -> Ending:
    """Return how the run ended, even if its account was never opened."""
    if session.settings.rehearsal:
        return REHEARSED
    if session.run is None:
        return NO_ACCOUNT.get(session.exitstatus, NO_AUDIT)
    return ending(session.run, session.exitstatus)


def _account(run: Run) -> list[tuple[str, str]]:
    account, endpoint = run.aws.account, "none: nothing left this machine"
    if run.settings.rehearsal:
        account = f"{account} (embedded AWS)"
    else:
        endpoint = run.aws.client("ec2").meta.endpoint_url
    return [
        ("Account", account),
        ("Alias", run.alias),
        ("Caller", run.aws.caller),
        ("Region", run.aws.region),
        ("Endpoint", endpoint),
    ]


def _tables(run: Run, found: Sequence[Thing]) -> list[Table]:
    """Return the tables that the verdict rests on; those without rows are not shown."""
    sweep = run.sweep or Sweep()
    return [
        Table(*LEFTOVERS, _things(run, [thing for thing in found if thing.usd != 0], "left")),
        Table(*FREE, _things(run, [thing for thing in found if thing.usd == 0], "left"), is_folded=True),
        Table(*IN_BETWEEN, [(_place(run, r), r.region, r.state) for r in sweep.in_between]),
        Table(*DOUBTFUL, _doubtful(run, sweep)),
        Table(*UNSEEN, _unseen(run, sweep)),
        Table(*BREACHES, [(breach,) for breach in run.breaches]),
        Table(*DECLARED, [(word,) for word in run.aws.workshop.not_ours]),
        Table(*NOTED, [(_place(run, r), r.region, r.why) for r in sweep.noted]),
        Table(*PLANNED, _things(run, found, "planned")),
        Table(*GONE, _things(run, found, "gone"), is_folded=True),
        Table(*SAVED, [*backups.rows(run)], is_folded=True),
    ]


def _things(run: Run, found: Sequence[Thing], fate: Fate) -> Rows:
    """Return a row per resource; only leftovers show a Region: all that is deleted is in the workshop's."""
    rows = [(thing, thing.leftover) for thing in found if thing.fate == fate]
    return [
        (
            _place(run, r), *([r.region] if fate == "left" else []), prices.figure(r.type), r.why,
            *([_after(thing)] if fate == "gone" else []),
        )
        for thing, r in rows
    ]  # fmt: skip


def _after(thing: Thing) -> str:
    return "" if thing.gone_after is None else duration(thing.gone_after)


def _place(run: Run, leftover: Leftover) -> Place:
    """Return a resource's cell: an ARN would only repeat the name, and a rehearsal's resources are in no console."""
    id_ = "" if leftover.id == leftover.name or leftover.id.startswith("arn:") else leftover.id
    href = "" if run.settings.rehearsal else console.link(leftover)
    return Place(leftover.type, leftover.name or id_ or leftover.arn, id_ if leftover.name else "", href)


def _doubtful(run: Run, sweep: Sweep) -> Rows:
    """Return what may be the workshop's, each once, even if both a step and the audit found it."""
    seen = {r.id: r for _, outcome in sorted(run.outcomes.items()) for r in outcome.doubtful}
    rows: Rows = [(_place(run, as_leftover(r)), r.region, f"{r.why}; {r.ways_out}") for r in seen.values()]
    return [*rows, *((_place(run, r), r.region, r.why) for r in sweep.doubtful if r.id not in seen)]


def _unseen(run: Run, sweep: Sweep) -> Rows:
    """Return the looks that failed, in a step or in the audit."""
    return [*((look.whose, "", look.why) for look in run.unseen), *((u.type, u.region, u.reason) for u in sweep.unseen)]
