"""The certificates of a class: an account whose certificate can't be written is not CLEAN."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from tests.roster.school import CLASS, KEY_PAIR

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School


def obstruct(school: School, alias: str) -> None:
    """Let an account's certificate be one that can't be written."""
    (school.roster.parent / "reports" / "certificates" / f"{alias}.json.unfinished").mkdir(parents=True)


def test_its_loss_is_a_reason(run_suite: Callable[..., Result], real_school: School) -> None:
    """It is a reason in that account's standing, and in no other's."""
    real_school.enrol("alice", "bob")
    obstruct(real_school, "alice")

    result = run_suite(*CLASS, "--aws", "--verify", "--shard", "1/1", path=KEY_PAIR)

    [alice, bob] = json.loads((result.reports / "part.json").read_text("utf-8"))["standings"]
    assert "certificate: it was not written: " in " ".join(reason["text"] for reason in alice["reasons"])
    assert "certificate" not in " ".join(reason["text"] for reason in bob["reasons"])


@pytest.mark.exhaustive
@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=" ".join)
def test_lost(
    run_suite: Callable[..., Result], real_school: School, monkeypatch: pytest.MonkeyPatch, spread: tuple[str, ...]
) -> None:
    """Nobody would have the proof: no grade, and not exit code 0, also where a worker writes it."""
    monkeypatch.setattr(sweeper, "TYPES", tuple(one for one in TYPES if one.name == "Elastic IP"))
    real_school.enrol("alice", "bob")
    obstruct(real_school, "alice")

    result = run_suite(*CLASS, "--aws", "--verify", *spread)

    with (result.reports / "grades.csv").open(encoding="utf-8-sig") as file:
        assert [(row["Verdict"], row["CarBuyer cleanup"]) for row in csv.DictReader(file)] == [
            ("COULD NOT VERIFY", ""),
            ("CLEAN", "100.00"),
        ]
    assert result.exit_code == 8
