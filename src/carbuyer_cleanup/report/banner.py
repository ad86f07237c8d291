"""What stands on top of the report: the verdict, whose account it is about, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin.run import REHEARSAL
from carbuyer_cleanup.report import TEMPLATES
from carbuyer_cleanup.settings import Task
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.settings import Settings

SENTENCES = {
    "PLAN": "This is what would be deleted. Nothing was.",
    "CLEAN": "Nothing of the workshop is left in this account.",
    "LEFTOVERS": "Something is left, see below. Run the same command again: it goes on where it stopped.",
    "COULD NOT VERIFY": "Nothing was found, but not everything could be looked at, see below.",
}
NO_AUDIT = "The audit did not run: nobody can say what is left."
MARKS = {"REHEARSAL": "▷", "PLAN": "○", "CLEAN": "✓", "LEFTOVERS": "✗", "COULD NOT VERIFY": "?"}
ENDINGS: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "by an error of the suite's own",
    pytest.ExitCode.USAGE_ERROR: "refused, as the terminal says",
}
LEFTOVERS = ("Still there", ("What", "ARN or id", "Region", "Why it counts"))
IN_BETWEEN = ("On its way out", ("What", "ARN or id", "Region", "State"))
UNSEEN = ("Could not be looked at", ("What", "Region", "Reason"))

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Session:
    """The pytest session that the report is about; ``run`` is None if its account was never opened."""

    settings: Settings
    run: Run | None
    started: datetime
    ended: datetime
    exitstatus: int


def banner(session: Session) -> str:
    """Return the banner as HTML."""
    word, sentence = _verdict(session)
    return TEMPLATES.get_template("banner.jinja").render(
        kind=word.lower().replace(" ", "-"),
        mark=MARKS[word],
        headline=sentence if word == "REHEARSAL" else word,
        sentence="" if word == "REHEARSAL" else sentence,
        about=_about(session),
        tables=[(*LEFTOVERS, _leftovers(session)), (*IN_BETWEEN, _in_between(session)), (*UNSEEN, _unseen(session))],
    )


def _verdict(session: Session) -> tuple[str, str]:
    """Return the verdict's word and its sentence; a rehearsal's are one, so that nobody reads the half of it."""
    if session.settings.rehearsal:
        return "REHEARSAL", REHEARSAL
    if session.settings.task is Task.PLAN:
        return "PLAN", SENTENCES["PLAN"]
    verdict = session.run.verdict if session.run else Verdict.COULD_NOT_VERIFY
    word = verdict.name.replace("_", " ")
    audited = session.run and session.run.sweep
    return word, SENTENCES[word] if audited or verdict is Verdict.LEFTOVERS else NO_AUDIT


def _about(session: Session) -> list[tuple[str, str]]:
    started, ended = (f"{time:%Y-%m-%d %H:%M:%S %Z}" for time in (session.started, session.ended))
    return [
        *(_account(session.run) if session.run else []),
        ("Task", session.settings.task.value),
        ("Started", started),
        ("Ended", " ".join(filter(None, (ended, ENDINGS.get(session.exitstatus, ""))))),
    ]


def _account(run: Run) -> list[tuple[str, str]]:
    endpoint = run.aws.client("sts").meta.endpoint_url
    return [
        ("Account", f"{run.aws.account} (embedded AWS)" if run.settings.rehearsal else run.aws.account),
        ("Alias", run.alias),
        ("Caller", run.aws.caller),
        ("Region", run.aws.region),
        ("Endpoint", "none: nothing left this machine" if run.settings.rehearsal else endpoint),
    ]


def _leftovers(session: Session) -> Rows:
    """Return what the audit found; without one, what the steps found themselves."""
    run = session.run
    if run is None or run.settings.task is Task.PLAN:
        return []
    if run.sweep is None:
        left = [r for _, outcome in sorted(run.outcomes.items()) for r in outcome.left]
        return [(f"{r.kind} {r.name}", r.arn or r.id, r.region, r.why) for r in left]
    return [(f"{r.type} {r.name}", r.arn or r.id, r.region, r.why) for r in run.sweep.leftovers]


def _in_between(session: Session) -> Rows:
    sweep = session.run.sweep if session.run else None
    return [(f"{r.type} {r.name}", r.arn or r.id, r.region, r.state) for r in sweep.in_between] if sweep else []


def _unseen(session: Session) -> Rows:
    run = session.run
    if run is None:
        return []
    looks = [(str(u.type), str(u.region), str(u.reason)) for u in run.sweep.unseen] if run.sweep else []
    return [*((*look.split(": ", 1)[:1], "", look.split(": ", 1)[-1]) for look in run.unseen), *looks]
