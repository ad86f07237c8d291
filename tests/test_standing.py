"""The standing of an account: it travels between processes unchanged, and no rehearsal says CLEAN."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.certificate.certificate import RunFacts, StepFacts
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.own_tests import OwnTest
from tests.unhurried import unhurried

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

NAT = Leftover("NAT gateway", "nat-1", "carbuyer-nat", "eu-west-1", "arn:aws:ec2:…", "its name starts with carbuyer-")
STEP = StepFacts(4, "NAT gateway", "failed", 1.5, ("NAT gateway nat-1",), ("NAT gateway nat-1",))

TEST = OwnTest("test_ours.py::test_it", "It is so.", "failed", "it is not")


@unhurried
@given(st.text(), st.dictionaries(st.text(), st.text()), st.lists(st.text()))
def test_standing_survives_json(alias: str, columns: dict[str, str], reasons: list[str]) -> None:
    """What a worker sends is what the controller has."""
    sent = Standing(
        alias, "111122223333", "ap-southeast-1", "LEFTOVERS", False, "workshop",  # noqa: FBT003 - as in a roster's line
        (STEP,), (NAT,), tuple(reasons), 1.5, columns, own_tests=(TEST,),
    )  # fmt: skip

    assert Standing.from_json(json.loads(json.dumps(sent.to_json()))) == sent


def test_rehearsal_never_says_clean() -> None:
    """Nobody can make a standing that praises an account which was not touched."""
    with pytest.raises(ValueError, match="a rehearsal never says CLEAN"):
        Standing("an", "111122223333", "ap-southeast-1", "CLEAN", rehearsal=True, depth="full")


def test_standing_knows_what_its_leftovers_cost() -> None:
    """The estimate is that of the price table."""
    standing = Standing("an", "111122223333", "eu-west-1", "LEFTOVERS", rehearsal=False, depth="full", leftovers=(NAT,))

    assert standing.estimate.usd == pytest.approx(43.10)


def test_each_thing_is_counted_once() -> None:
    """What a step and the audit both found is one thing; what only a step did is another."""
    step = StepFacts(4, "NAT gateway", "failed", left=(f"NAT gateway carbuyer-nat ({NAT.id})", "route rt-1"))
    sweep = Sweep(leftovers=[NAT], complete=True)
    now = datetime.now(UTC)
    aws = SimpleNamespace(account="111122223333", region="eu-west-1", is_elsewhere=False, stopped=None)
    task = {"rehearsal": False, "interrupted": False, "started": now, "ended": now}
    run = RunFacts(cast("Aws", aws), "verify", **task, sweep=sweep, steps=(step,))  # type: ignore[arg-type] # they fit

    standing = Standing.of("an", run, "full", {})

    assert (standing.count, standing.unlisted) == (2, ("route rt-1",))
    assert [reason for reason in standing.reasons if NAT.id in reason] == [str(NAT)]
