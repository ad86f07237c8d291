"""``--max-age``: who has a CLEAN certificate isn't asked again, and nothing else that lies in its place will do."""

from __future__ import annotations

import csv
import json
import math
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.certificate.certificate import issue, signer
from carbuyer_cleanup.classroom.certified import standing
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.command_line.settings import Settings, Task
from tests.certificate.desks import LEFT, MANIFEST, swept, write_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.certificate.certificate import RunFacts
    from tests.certificate.desks import Desk
    from tests.result import Result

MEMBER = Member(alias="alice", account="111122223333", role_arn="arn:aws:iam::111122223333:role/grader")
OTHER = replace(MEMBER, account="444455556666")
ROSTER = "alias,account_id,role_arn\nalice,111122223333,arn:aws:iam::111122223333:role/grader\n"


@pytest.fixture
def wanted(desk: Desk, tmp_path: Path) -> Settings:
    """What is asked for; the certificate is where the last run has put it."""
    desk.path = tmp_path / "certificates" / "alice.json"
    desk.path.parent.mkdir()
    return Settings(
        rehearsal=False, task=Task.VERIFY, account="", profile="", region="ap-southeast-1",
        workshop=workshop.load(MANIFEST), one_by_one=False, speed=math.inf, reports=tmp_path, sign=str(desk.private),
        depth="full", members=(MEMBER,), max_age=1.0,
    )  # fmt: skip


def test_clean(clean: RunFacts, desk: Desk, wanted: Settings) -> None:
    """It stands as its certificate says, and that it was not asked is said beside the verdict."""
    desk.sign(clean)

    known = standing(wanted, MEMBER)

    assert known
    assert (known.verdict, known.account, len(known.steps), known.count) == ("CLEAN", MEMBER.account, 16, 0)
    assert known.reservations[0] == f"Not checked again: CLEAN by its certificate of {clean.ended.isoformat()}."


def test_words_of_another_run(clean: RunFacts, desk: Desk, wanted: Settings) -> None:
    """What an earlier run was told is not the workshop's is believed only if this run is told so, too."""
    spared = "carbuyer-theirs"
    clean.aws.workshop = clean.aws.workshop.without(spared)
    desk.sign(clean)

    assert standing(wanted, MEMBER) is None
    assert standing(replace(wanted, workshop=wanted.workshop.without(spared)), MEMBER)


def old(made: dict[str, Any]) -> None:
    """Let it be of the day before yesterday."""
    for times in (made["predicate"], made["predicate"]["audit"]):
        for name in ("startedAt", "endedAt"):
            times[name] = (datetime.fromisoformat(times[name]) - timedelta(days=2)).isoformat()


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "too old": old,
    "of the future": lambda made: made["predicate"].update(
        endedAt=(datetime.now(UTC) + timedelta(hours=1)).isoformat()
    ),
    "with somebody's word": lambda made: made["predicate"].update(declaredNotOurs=["carbuyer-fcj-bucket"]),
    "with other tests": lambda made: made["predicate"].update(
        ownTests=[{"name": "test_x.py::test_x", "sentence": "", "result": "done", "reason": ""}]
    ),
    "of another version": lambda made: made["predicate"]["tool"].update(version="0.0.9"),
    "not of AWS": lambda made: made["predicate"].update(otherEndpoints=["http://127.0.0.1:5000"]),
    "of other names": lambda made: made["predicate"]["manifest"].update(prefix="x-"),
    "less deep": lambda made: made["predicate"]["audit"].update(depth="workshop"),
    "of fewer Regions": lambda made: made["predicate"]["audit"].update(regionsLeftOut=["eu-west-3"]),
}


@pytest.mark.parametrize("forged", FORGED)
def test_another_certificate(clean: RunFacts, desk: Desk, wanted: Settings, forged: str) -> None:
    """One that is about something else, however well signed, means that the account is asked."""
    desk.forge(clean, FORGED[forged])

    assert standing(wanted, MEMBER) is None


@pytest.mark.parametrize("what", ["leftovers", "another's key", "unsigned", "another account"])
def test_no_proof(clean: RunFacts, desk: Desk, wanted: Settings, tmp_path: Path, what: str) -> None:
    """So does one that is not CLEAN, was not signed by us, or is somebody else's."""
    if what == "another's key":
        desk.private = write_key(tmp_path / "theirs.pem")
    desk.sign(replace(clean, sweep=swept(leftovers=[LEFT])) if what == "leftovers" else clean)
    if what == "unsigned":
        envelope = json.loads(desk.path.read_text())
        desk.path.write_text(json.dumps(envelope | {"signatures": []}))

    assert standing(wanted, OTHER if what == "another account" else MEMBER) is None


@pytest.mark.parametrize("odd", ["nothing", "a link", "a pipe", "a folder", "large", "no JSON"])
def test_odd_file(clean: RunFacts, desk: Desk, wanted: Settings, odd: str) -> None:
    """Whatever somebody has put there, nobody waits for it or follows it."""
    desk.sign(clean)
    elsewhere = desk.path.with_name("elsewhere.json")
    desk.path.rename(elsewhere)
    make: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "a link": lambda: desk.path.symlink_to(elsewhere),
        "a pipe": lambda: os.mkfifo(desk.path),
        "a folder": desk.path.mkdir,
        "large": lambda: desk.path.write_text(elsewhere.read_text() + " " * 2**20),
        "no JSON": lambda: desk.path.write_text("CLEAN"),
    }
    make[odd]()

    assert standing(wanted, MEMBER) is None


def test_nobody_is_asked(
    clean: RunFacts, run_suite: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the front door: no request is sent, the tests are skipped, page and grades say CLEAN and why."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    key = str(write_key(project / "key.pem"))
    (project / "class.csv").write_text(ROSTER, encoding="utf-8")
    made = project / "reports" / "certificates" / "alice.json"
    made.parent.mkdir(parents=True)
    issue(clean, made, signer(key, clean.aws.session))

    result = run_suite(*"--aws --roster class.csv --verify --max-age 1 --audit-depth full --sign".split(), key)

    assert result.exit_code == 0, result.output
    assert "17 skipped" in result.output
    assert "1 account: 1 CLEAN. Not checked again: CLEAN by its certificate of " in result.output
    with (result.reports / "grades.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["CarBuyer cleanup"] == "100.00"
    assert made.exists()
