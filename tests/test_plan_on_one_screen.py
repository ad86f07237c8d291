"""The plan on a terminal of 24 lines of 80 columns: it fits, and -v has all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin import planned
from carbuyer_cleanup.resource import Contents, Resource
from carbuyer_cleanup.teardown.plan import BY_NUMBER, STEPS
from tests.html_page import ACCOUNT, ended
from tests.one_screen import COLUMNS, ROWS, thing

if TYPE_CHECKING:
    from carbuyer_cleanup.teardown.plan import Step


pytestmark = pytest.mark.usefixtures("one_screen")
QUESTIONS = 4  # lines: permissions, totals, account, and the question itself


def whole_plan() -> dict[Step, list[Resource]]:
    """Return a plan in which each kind of each step has three things."""
    return {step: [thing(kind.name, id_) for kind in step.kinds for id_ in "abc"] for step in STEPS}


def test_plan() -> None:
    """However much there is, plan and question fit; each step has its line with what goes and the cost."""
    told = planned.lines(whole_plan(), verbose=False)

    assert len(told) + QUESTIONS <= ROWS
    assert max(map(len, told)) < COLUMNS
    assert f"{4:4}  {'3 NAT gateways':<57}       129.30" in told
    assert f"{16:4}  {'3 key pairs':<57}         0.00" in told


def test_plan_in_detail() -> None:
    """With -v each thing is listed, once though two steps find it."""
    kinds = [kind.name for step in STEPS for kind in step.kinds]
    twice = whole_plan() | {BY_NUMBER[16]: [thing("key pair"), thing("load balancer", "a")]}
    told = "\n".join(planned.lines(twice, verbose=True))

    assert [kind for kind in kinds if f"      {kind} carbuyer-" not in told] == []
    assert told.count("      load balancer carbuyer-a") == 1


def test_nothing_to_delete() -> None:
    """It is said, and there are no totals."""
    assert planned.lines({BY_NUMBER[4]: []}, verbose=False) == ["to be deleted: nothing"]
    assert planned.total(ended(), {BY_NUMBER[4]: []}) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            [thing("NAT gateway"), thing("key pair")],
            "2 resources, about USD 43.10 a month, usually about 4 minutes",
        ),
        ([thing("key pair")], "1 resource, about USD 0.00 a month, usually about 1 minute"),
        ([thing("REST API")], "1 resource, at an unknown cost, usually about 1 minute"),
    ],
)
def test_total(found: list[Resource], told: str) -> None:
    """How much, what it costs, how long it takes, and whose it is."""
    assert planned.total(ended(), {BY_NUMBER[4]: found}) == [told, f"account {ACCOUNT} nguyen-lab"]


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ([Contents(3, "item"), Contents(4, "item")], "2 tables (about 7 items)"),
        ([Contents(1, "item"), None], "2 tables (about 1 item)"),
        ([Contents(1000, "item", or_more=True), Contents(1, "item")], "2 tables (more than 1,001 items)"),
        ([Contents(0, "item"), None], "2 tables"),
    ],
)
def test_contents(contents: list[Contents | None], told: str) -> None:
    """The plan says how much goes with what is deleted, as far as AWS has told."""
    found = [replace(thing("table", "a-name-too-long-for-its-line"), id=str(one), contents=one) for one in contents]

    assert planned.lines({BY_NUMBER[10]: found}, verbose=False)[1:] == [f"  10  {told:<57}         0.00"]


def test_near_misses() -> None:
    """A few are listed, of more it is said how many."""
    found = [thing("VPC", id_) for id_ in "abcde"]

    assert len(planned.near_misses(found, verbose=True)) == 5
    assert planned.near_misses(found, verbose=False)[3:] == ["left alone: 2 more; -v lists them"]
    assert len(planned.near_misses(found[:3], verbose=False)) == 3
