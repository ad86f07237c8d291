"""The standing of an account: it travels between processes unchanged, and no rehearsal says CLEAN."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.audit import Leftover
from carbuyer_cleanup.certificate import StepFacts
from carbuyer_cleanup.standing import Standing

NAT = Leftover("NAT gateway", "nat-1", "carbuyer-nat", "eu-west-1", "arn:aws:ec2:…", "its name starts with carbuyer-")
STEP = StepFacts(4, "NAT gateway", "failed", 1.5, ("NAT gateway nat-1",), ("NAT gateway nat-1",))


@given(st.text(), st.dictionaries(st.text(), st.text()), st.lists(st.text()))
def test_standing_survives_json(alias: str, columns: dict[str, str], reasons: list[str]) -> None:
    """What a worker sends is what the controller has."""
    sent = Standing(
        alias, "111122223333", "ap-southeast-1", "LEFTOVERS", False, "workshop",  # noqa: FBT003 - as in a roster's line
        (STEP,), (NAT,), tuple(reasons), 1.5, columns,
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
