"""What stands on top of the report: the verdict, whose account it is about, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest

from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.plugin.ending import Ending, ending
from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.recording import HOW
from carbuyer_cleanup.report import TEMPLATES, console, timeline
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from carbuyer_cleanup.audit.look import Leftover
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.settings import Settings

NO_ACCOUNT: dict[int, Ending] = {
    pytest.ExitCode.INTERRUPTED: Ending("STOPPED", "Nothing was deleted."),
    pytest.ExitCode.USAGE_ERROR: Ending("REFUSED", "Nothing was deleted."),
}
FAILED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERNAL_ERROR, 8)
NO_AUDIT = Ending("COULD NOT VERIFY", "The audit did not run: nobody can say what is left.")
ENDINGS: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "by an error of the suite's own",
    pytest.ExitCode.USAGE_ERROR: "refused, as the terminal says",
}
LEFTOVERS = ("Still there", ("What", "Id", "Region", "Cost", "Why it counts"))
IN_BETWEEN = ("On its way out", ("What", "Id", "Region", "State"))
DOUBTFUL = ("Perhaps the workshop's", ("What", "Id", "Region", "Why"))
DECLARED = ("Not the workshop's, by your word", ("Name or id",))
BREACHES = ("Kept from leaving this machine", ("Request",))
NOTED = ("Not the workshop's", ("What", "Id", "Region", "Why not"))
UNSEEN = ("Could not be looked at", ("What", "Region", "Reason"))


class Linked(NamedTuple):
    """A cell that leads to the console."""

    text: str
    href: str


Cell = str | Linked
Rows = list[tuple[Cell, ...]]


@dataclass(frozen=True)
class Session:
    """The pytest session that the report is about; ``run`` is None if its account was never opened."""

    settings: Settings
    run: Run | None
    started: datetime
    ended: datetime
    exitstatus: int

    @property
    def about(self) -> list[tuple[str, str]]:
        """What was done, when, and how it ended."""
        started, ended = (f"{time:%Y-%m-%d %H:%M:%S %Z}" for time in (self.started, self.ended))
        return [
            ("Task", self.settings.task.value),
            ("Started", started),
            ("Ended", " ".join(filter(None, (ended, ENDINGS.get(self.exitstatus, ""))))),
            ("If this looks wrong", HOW if self.exitstatus in FAILED and not self.settings.is_recorded else ""),
        ]


def banner(session: Session) -> str:
    """Return the banner as HTML."""
    end = _ending(session)
    return TEMPLATES.get_template("banner.jinja").render(
        kind=end.word.lower().replace(" ", "-"),
        mark=end.sign,
        headline=end if end.word == "REHEARSAL" else end.word,
        sentence="" if end.word == "REHEARSAL" else end.sentence,
        about=[*(_account(session.run) + _cost(session.run) if session.run else []), *session.about],
        pictures=_pictures(session.run) if session.run else [],
        tables=_tables(session.run) if session.run else [],
        link="",
    )


def _pictures(run: Run) -> list[Markup]:
    return [drawn for draw in (timeline.picture,) if (drawn := draw(run))]


def _ending(session: Session) -> Ending:
    """Return how the run ended, also if its account was never opened."""
    if session.settings.rehearsal:
        return Ending("REHEARSAL", REHEARSED)
    if session.run is None:
        return NO_ACCOUNT.get(session.exitstatus, NO_AUDIT)
    return ending(session.run, session.exitstatus)


def _cost(run: Run) -> list[tuple[str, str]]:
    left = run.sweep.leftovers if run.sweep else []
    return [("Cost of what is left", str(prices.estimate(left)))] if left else []


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


def _tables(run: Run) -> list[tuple[str, tuple[str, ...], Rows]]:
    """Return the tables that say what the verdict rests on; those without rows are not shown."""
    sweep = run.sweep or Sweep()
    return [
        (*LEFTOVERS, _left(run)),
        (*IN_BETWEEN, [(*_place(r), r.state) for r in sweep.in_between]),
        (*DOUBTFUL, _doubtful(run, sweep)),
        (*UNSEEN, _unseen(run, sweep)),
        (*BREACHES, [(breach,) for breach in run.breaches]),
        (*DECLARED, [(word,) for word in run.aws.workshop.not_ours]),
        (*NOTED, [(*_place(r), r.why) for r in sweep.noted]),
    ]


def _place(leftover: Leftover) -> tuple[Cell, ...]:
    id_, href = leftover.id or leftover.arn, console.link(leftover)
    return f"{leftover.type} {leftover.name}", Linked(id_, href) if href else id_, leftover.region


def _doubtful(run: Run, sweep: Sweep) -> Rows:
    """Return what may be the workshop's, each once, though a step and the audit found it."""
    seen = {r.id: r for _, outcome in sorted(run.outcomes.items()) for r in outcome.doubtful}
    rows: Rows = [(f"{r.kind} {r.name}", r.id, r.region, f"{r.why}; {r.ways_out}") for r in seen.values()]
    return [*rows, *((*_place(r), r.why) for r in sweep.doubtful if r.id not in seen)]


def _left(run: Run) -> Rows:
    """Return what the audit found, what costs most first, and then what only the steps did."""
    if run.settings.task is Task.PLAN:
        return []
    found = prices.dearest_first(run.sweep.leftovers if run.sweep else [])
    listed, unlisted = [(*_place(one), prices.told(one.type), one.why) for one in found], set(run.facts.unlisted)
    left = [r for _, outcome in sorted(run.outcomes.items()) for r in outcome.left if str(r) in unlisted]
    return [*listed, *((f"{r.kind} {r.name}", r.id, r.region, prices.told(r.kind), r.why) for r in left)]


def _unseen(run: Run, sweep: Sweep) -> Rows:
    """Return the looks that failed, in a step ("step 4: why") or in the audit."""
    looks = [tuple(look.split(": ", 1)) for look in run.unseen]
    return [*((step, "", why) for step, why in looks), *((u.type, u.region, u.reason) for u in sweep.unseen)]
