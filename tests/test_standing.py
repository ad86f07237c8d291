"""The standing of an account: it travels between processes unchanged, and no rehearsal says CLEAN."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.certificate.certificate import Remnant, RunFacts, StepFacts
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.own_tests import OwnTest
from tests.classroom import stands, unseen
from tests.unhurried import unhurried

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

NAT = Leftover("NAT gateway", "nat-1", "carbuyer-nat", "eu-west-1", "arn:aws:ec2:…", "its name starts with carbuyer-")
USER = Leftover("DynamoDB table", "User", "User", "eu-west-1", "", "the manifest names it")
REMNANT = Remnant("NAT gateway", NAT.id, f"NAT gateway carbuyer-nat ({NAT.id})")
STEP = StepFacts(4, "NAT gateway", "failed", 1.5, ("NAT gateway nat-1",), (REMNANT,))

TEST = OwnTest("test_ours.py::test_it", "It is so.", "failed", "it is not")


@unhurried
@given(st.text(), st.dictionaries(st.text(), st.text()), st.lists(st.text()))
def test_standing_survives_json(alias: str, columns: dict[str, str], reasons: list[str]) -> None:
    """What a worker sends is what the controller has."""
    sent = Standing(
        alias=alias, account="111122223333", region="ap-southeast-1", verdict="LEFTOVERS", rehearsal=False,
        depth="workshop", steps=(STEP,), leftovers=(NAT,), reasons=unseen(*reasons), seconds=1.5, columns=columns,
        reservations=("Looked for at depth workshop.",), unlisted=("route rt-1",), own_tests=(TEST,),
    )  # fmt: skip

    assert Standing.from_json(json.loads(json.dumps(sent.to_json()))) == sent


def test_rehearsal_never_says_clean() -> None:
    """Nobody can make a standing that praises an account which was not touched."""
    with pytest.raises(ValueError, match="a rehearsal never says CLEAN"):
        replace(stands(1), rehearsal=True)


def test_standing_knows_what_its_leftovers_cost() -> None:
    """The estimate is that of the price table."""
    assert stands(1, "LEFTOVERS", leftovers=(NAT,)).estimate.usd == pytest.approx(43.10)


def test_clock_that_was_set_back() -> None:
    """An account takes no less than no time: no part of a class with such a one could be merged."""
    aws = SimpleNamespace(account="111122223333", region="eu-west-1", is_elsewhere=False, stopped=None)
    now = datetime.now(UTC)
    run = RunFacts(
        aws=cast("Aws", aws), task="verify", rehearsal=False, interrupted=False, started=now,
        ended=now - timedelta(hours=1),
    )  # fmt: skip

    assert Standing.of("an", run, "full", {}).seconds == 0


def test_each_thing_is_counted_once() -> None:
    """What a step and the audit both found is one thing, with what AWS names by it: User is no part of Users."""
    interface = Remnant("network interface", "eni-1", f"network interface Interface for {NAT.id} (eni-1)")
    table = Remnant("DynamoDB table", "Users", "DynamoDB table Users")
    step = StepFacts(4, "NAT gateway", "failed", left=(REMNANT, interface, table))
    sweep = Sweep(leftovers=[NAT, USER], complete=True)
    now = datetime.now(UTC)
    aws = SimpleNamespace(account="111122223333", region="eu-west-1", is_elsewhere=False, stopped=None)
    task: dict[str, Any] = {"rehearsal": False, "interrupted": False, "started": now, "ended": now}
    run = RunFacts(aws=cast("Aws", aws), task="verify", **task, sweep=sweep, steps=(step,))

    standing = Standing.of("an", run, "full", {})

    assert (standing.count, standing.unlisted) == (3, (table.text,))
    assert list(map(str, standing.reasons[:3])) == [table.text, str(NAT), str(USER)]
