"""The picture of the time: who waited for whom, what the teardown as a whole waited for, and the page's order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.kinds import elastic_ip, instance, key_pair, nat_gateway, network_interface, subnet
from carbuyer_cleanup.report import timeline
from carbuyer_cleanup.report.timeline import Stretch
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Outcome, Unmet
from carbuyer_cleanup.teardown.plan import BY_NUMBER, STEPS

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind

BEGAN = 1000.0  # of the clock
THING = Resource("thing", "x-1", "<b>x</b>", "ap-southeast-1", why="")


def took(kind: Kind, start: float | None, end: float | None, *requests: float, found: bool = True) -> Deletion:
    """Return what became of a kind that was asked for with all others."""
    return Deletion(
        kind, found={"x-1": THING} if found else {}, asked=BEGAN, started=None if start is None else BEGAN + start,
        ended=None if end is None else BEGAN + end, requests=[(BEGAN + at, BEGAN + at + 1) for at in requests],
    )  # fmt: skip


def drawn(*deletions: Deletion, now: float = 600, outcomes: Any = ()) -> timeline.Timeline:
    """Return the timeline of a run in which all other kinds had nothing."""
    nothing = {kind: took(kind, 0, 0, found=False) for step in STEPS for kind in step.kinds}
    known = {step.number: Outcome(step, []) for step in STEPS} | {o.step.number: o for o in outcomes}
    made = timeline.timeline(nothing | {t.kind: t for t in deletions}, known, BEGAN + now)
    assert made is not None
    return made


GATEWAY = took(nat_gateway.KIND, 0, 90, 0)
ADDRESS = took(elastic_ip.KIND, 90, 120, 90, 100)
MACHINES = took(instance.KIND, 0, 50, 0)
KEY = took(key_pair.KIND, 50, 51, 50)
INTERFACES = took(network_interface.KIND, 90, 91, found=False)
SUBNETS = took(subnet.KIND, 91, 125, 91)


def test_longest_chain_is_what_ended_last_and_what_it_waited_for() -> None:
    """Back from what ended last, through kinds of which nothing was there; it is linked from row to row."""
    made = drawn(GATEWAY, ADDRESS, MACHINES, KEY, INTERFACES, SUBNETS)

    assert [step.number for step in made.chain] == [4, 13]
    assert [bar.step.number for bar in made.bars if bar.is_in_chain] == [4, 13]
    assert made.links == ((3, 12, 90.0),)
    assert made.summary.endswith("how long it took: 4 NAT gateway → 13 VPC.")


def test_bar_tells_waiting_requests_and_work() -> None:
    """A step waits until what holds it is gone; the rest is AWS's time."""
    address = drawn(GATEWAY, ADDRESS).bars[4]

    assert address.waiting == [Stretch(0, 90)]
    assert address.working == (Stretch(90, 120),)
    assert address.requests == (Stretch(90, 91), Stretch(100, 101))
    assert (address.after, address.until, address.ended) == ((4,), 120, "2:00 after 4")


def test_page_has_one_step_after_another() -> None:
    """Each step begins there when the one before has ended, and lasts as long as AWS was at it."""
    made = drawn(GATEWAY, ADDRESS, MACHINES)

    assert [bar.paged for bar in made.bars[2:5]] == [Stretch(0, 50), Stretch(50, 140), Stretch(140, 170)]
    assert "It took 2 min 0 s; in the page's order, one step after another, 2 min 50 s." in made.summary


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (Outcome(BY_NUMBER[4], [GATEWAY]), "✓ gone"),
        (Outcome(BY_NUMBER[4], []), "nothing was there"),
        (Outcome(BY_NUMBER[4], [GATEWAY], left=[THING]), "✗ left"),
        (Outcome(BY_NUMBER[4], [], Unmet(BY_NUMBER[3], "why", selected=True)), "? not known"),
    ],
)
def test_result_is_that_of_the_step(outcome: Outcome, result: str) -> None:
    """As grades and class page judge it."""
    assert drawn(GATEWAY, outcomes=[outcome]).bars[3].result == result


def test_what_is_under_way_lasts_until_now() -> None:
    """A run that was stopped shows how far it came; what was never begun has waited all the time."""
    made = drawn(replace(GATEWAY, ended=None), replace(ADDRESS, started=None, ended=None, requests=[]), now=40)

    assert made.bars[3].working == (Stretch(0, 40),)
    assert made.bars[4].waiting == [Stretch(0, 40)]


def test_run_that_only_looked_has_no_timeline() -> None:
    """Nothing was asked for, or nothing was there to be deleted."""
    looked = {nat_gateway.KIND: took(nat_gateway.KIND, 0, 1, found=False)}

    assert timeline.timeline({nat_gateway.KIND: Deletion(nat_gateway.KIND)}, {}, 0) is None
    assert timeline.timeline(looked, {}, 0) is None


@pytest.mark.parametrize("seconds", [1, 59, 600, 3600, 90_000])
def test_scale_has_few_lines(seconds: float) -> None:
    """A short run and a long one can both be read off."""
    made = drawn(replace(GATEWAY, ended=BEGAN + seconds))

    assert 1 <= len(made.ticks) <= 8
