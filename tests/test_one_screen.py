"""Plan and leftovers on a terminal of 24 lines of 80 columns: nothing dear is cut, and -v has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit import Leftover
from carbuyer_cleanup.engine import Outcome
from carbuyer_cleanup.plan import BY_NUMBER, STEPS
from carbuyer_cleanup.plugin import left, planned
from carbuyer_cleanup.resource import Resource
from html_page import ACCOUNT, ended

if TYPE_CHECKING:
    from carbuyer_cleanup.plan import Step
    from carbuyer_cleanup.plugin.run import Run

ROWS, COLUMNS = 24, 80
QUESTIONS = 4  # lines: permissions, totals, account, and the question itself


def thing(kind: str, id_: str = "1") -> Resource:
    """Return a resource of the workshop's."""
    return Resource(kind, id_, f"carbuyer-{id_}", "ap-southeast-1", why="the manifest names it")


def whole_plan() -> dict[Step, list[Resource]]:
    """Return a plan in which each kind of each step has three things."""
    return {step: [thing(kind.name, id_) for kind in step.kinds for id_ in "abc"] for step in STEPS}


def leftover(type_: str, name: str, region: str = "ap-southeast-1") -> Leftover:
    """Return what the audit found."""
    return Leftover(type_, f"{name}-id", name, region, "", "the manifest names it")


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
        ([thing("REST API")], "1 resource, about USD 0.00 a month or more, usually about 1 minute"),
    ],
)
def test_total(found: list[Resource], told: str) -> None:
    """How much, what it costs, how long it takes, and whose it is."""
    assert planned.total(ended(), {BY_NUMBER[4]: found}) == [told, f"account {ACCOUNT} nguyen-lab"]


def test_near_misses() -> None:
    """A few are listed, of more it is said how many."""
    found = [thing("VPC", id_) for id_ in "abcde"]

    assert len(planned.near_misses(found, verbose=True)) == 5
    assert planned.near_misses(found, verbose=False)[3:] == ["left alone: 2 more; -v lists them"]
    assert len(planned.near_misses(found[:3], verbose=False)) == 3


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (1, "NAT gateway", "1 NAT gateway"),
        (2, "IAM policy", "2 IAM policies"),
        (2, "copy of a disk", "2 copies of a disk"),
        (2, "log group of an API", "2 log groups of an API"),
        (1, "S3 objects", "S3 objects"),
        (2, "S3 objects", "2 S3 objects"),
        (2, "egress-only internet gateway", "2 egress-only internet gateways"),
        (3, "DynamoDB table", "3 DynamoDB tables"),
        (2, "Elastic IP address", "2 Elastic IP addresses"),
        (2, "log delivery", "2 log deliveries"),
    ],
)
def test_counted(count: int, kind: str, told: str) -> None:
    """In English."""
    assert planned.counted(count, kind) == told


def test_left() -> None:
    """What costs most comes first, other Regions are named, what is free is counted, and no name is cut."""
    tables = [leftover("DynamoDB table", f"T{n}") for n in range(12)]
    far = leftover("Elastic IP", "13.229.4.5", "eu-west-1")
    run = ended(
        leftovers=[leftover("VPC", "v"), *tables, far, leftover("NAT gateway", "nat"), leftover("REST API", "r")]
    )
    head, *told = left.lines(run, verbose=False)

    assert head == "left (USD a month; -v lists all of it)"
    assert told[0] == "    43.10  1 NAT gateway: nat (nat-id)"
    assert told[1] == "     3.65  1 Elastic IP in eu-west-1: 13.229.4.5 (13.229.4.5-id)"
    assert told[2].startswith("     0.29  12 DynamoDB tables: T0 (T0-id), ")
    assert "T11 (T11-id)" in " ".join(line.strip() for line in told)
    assert told[-2:] == ["  unknown  1 REST API: r (r-id)", "     free  1 VPC"]
    assert max(map(len, told)) < COLUMNS


def only_steps(count: int, **audit: Any) -> Run:
    """Return a run in which the audit did not list what a step left."""
    run = ended(**audit)
    run.outcomes[13] = Outcome(BY_NUMBER[13], [], left=[thing("network interface", str(n)) for n in range(count)])
    return run


def test_left_by_steps_only() -> None:
    """All of it if there is no audit, or if it is little; else how much more there is."""
    vpc = [leftover("VPC", id_) for id_ in "vwxy"]

    assert left.lines(only_steps(5, audited=False), verbose=False)[4].startswith("left: network interface carbuyer-4")
    assert left.lines(only_steps(3, leftovers=vpc), verbose=False)[-1].startswith("left: network interface carbuyer-2")
    assert left.lines(only_steps(5, leftovers=vpc), verbose=False)[-1] == (
        "left: 5 more that hang on these; -v lists them"
    )
    assert len(left.lines(only_steps(5, leftovers=vpc), verbose=True)) == 9


def test_nothing_left() -> None:
    """Then there is no table."""
    assert left.lines(ended(), verbose=False) == []


def test_one_thing_is_told_once() -> None:
    """What a step knows by its name and the audit by its id is one thing."""
    run = ended(leftovers=[Leftover("key pair", "key-1", "carbuyer-keypair", "ap-southeast-1", "", "")])
    pair = Resource("key pair", "carbuyer-keypair", "carbuyer-keypair", "ap-southeast-1", why="")
    run.outcomes[16] = Outcome(BY_NUMBER[16], [], left=[pair])

    assert run.standing.count == 1


def test_other_of_the_same_name() -> None:
    """Two instances may have one name: what the audit does not list is told."""
    run = ended(leftovers=[Leftover("EC2 instance", "i-1", "carbuyer-x", "ap-southeast-1", "", "")])
    other = Resource("EC2 instance", "i-2", "carbuyer-x", "ap-southeast-1", why="")
    run.outcomes[3] = Outcome(BY_NUMBER[3], [], left=[other])

    assert run.standing.count == 2
