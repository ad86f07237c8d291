"""What GitHub Actions shows: the verdict in the job's summary, and an annotation for each account that isn't CLEAN.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.classroom.standing import state
from carbuyer_cleanup.plugin.class_terminal import last_line
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.ledger import LEDGER
from carbuyer_cleanup.plugin.run import SETTINGS, only_run
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.verdict import SIGNS, STATE_SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from carbuyer_cleanup.classroom.standing import Standing
    from carbuyer_cleanup.plugin.run import Run

SUMMARY = "GITHUB_STEP_SUMMARY"  # the file to append to
LONGEST = 1_000_000  # characters: GitHub drops a summary of more than 1 MiB
MOST = 10  # annotations of one kind that GitHub shows for one step
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~@&$])")
ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # actions/toolkit, packages/core/src/command.ts


def tell(session: pytest.Session) -> None:
    """Tell GitHub the verdict; a worker has none to tell."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    if path := os.environ.get(SUMMARY):
        _append(path, _summary(session), reporter)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for text in _errors(session)[:MOST]:
            reporter.write_line(f"::error title=CarBuyer cleanup::{_escaped(text)}")


def _append(path: str, lines: Sequence[str], reporter: pytest.TerminalReporter) -> None:
    """Append to the summary; if that fails, the terminal says so, and shows everything anyway."""
    text = "\n".join(lines)[:LONGEST]
    try:
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{text}\n" if text else "")
    except OSError as error:
        reporter.write_line(f"GitHub's summary of the job could not be written: {error.strerror}")


def _summary(session: pytest.Session) -> list[str]:
    """Return Markdown: for one account the verdict and what is left, for a class the matrix; empty for other tests."""
    run, ledger = only_run(session.config), session.config.stash.get(LEDGER, None)
    if ledger and ledger.carried_out:
        told = last_line(ledger.standings, session.config.stash[SETTINGS])
        return [f"### CarBuyer cleanup: {plain(told)}", "", *_matrix(ledger.standings)]
    return _account(run, int(session.exitstatus)) if run else []


def _account(run: Run, exitstatus: int) -> list[str]:
    end, found = ending(run, exitstatus), run.sweep.leftovers if run.sweep else []
    rows = [(left.type, left.name, left.id, left.region, prices.monthly(left.type), left.why) for left in found]
    rows += [(text, "", "", "", "", "") for text in run.facts.unlisted]
    columns = ("What", "Name", "Id", "Region", "Cost", "Why")
    return [f"### {end.sign} {plain(str(end))}", "", *(_table(columns, rows) if rows else [])]


def _matrix(standings: Sequence[Standing]) -> list[str]:
    numbers = [str(step.number) for step in standings[0].all_steps] if standings else []
    rows = [
        (
            standing.alias, standing.account, f"{SIGNS[standing.verdict]} {standing.verdict}", str(standing.count),
            str(standing.estimate), *(STATE_SIGNS[state(step)] for step in standing.all_steps),
        )
        for standing in standings
    ]  # fmt: skip
    return _table(("Account", "Number", "Verdict", "Left", "Cost", *numbers), rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    head = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return [*head, *(f"| {' | '.join(map(plain, row))} |" for row in rows)]


def _errors(session: pytest.Session) -> list[str]:
    run, ledger = only_run(session.config), session.config.stash.get(LEDGER, None)
    if ledger and ledger.carried_out:
        bad = [standing for standing in ledger.standings if not standing.is_good]
        return [f"{one.alias} ({one.account}): {one.verdict}. {one.why}" for one in bad]
    return [str(ending(run, int(session.exitstatus)))] if run and session.exitstatus else []


def plain(text: str) -> str:
    """Return text on one line, escaped so that Markdown shows it literally: names can't be trusted."""
    return SPECIAL.sub(r"\\\1", printable(" ".join(text.split())))


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in printable(text))
