"""The pictures of money and VPC, and the resources that they and the tables are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.claims import FOREIGN
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.kinds import elastic_ip, instance, internet_gateway, nat_gateway, network_interface, subnet, vpc
from carbuyer_cleanup.kinds.occupancy import Holder
from carbuyer_cleanup.plugin.blocking import blockers
from carbuyer_cleanup.report import money, network
from carbuyer_cleanup.report.things import Thing, things
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Outcome
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from tests.html_page import Page, ended

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run

REGION = "ap-southeast-1"
HOSTILE = "</title><script>alert(1)</script>\u202e"


def one(kind: str, id_: str, name: str = "", place: str = "", **facts: Any) -> Resource:
    """Return a resource of the workshop."""
    return Resource(kind, id_, name, REGION, why="the manifest names it", place=place, **facts)


VPC = one("VPC", "vpc-1", "carbuyer-fcj-vpc")
GATEWAY = one("internet gateway", "igw-1", "carbuyer-fcj-igw", "vpc-1")
SUBNET = one("subnet", "subnet-1", "carbuyer-fcj-subnet-public1", "vpc-1")
NAT = one("NAT gateway", "nat-1", "carbuyer-nat-gateway", "subnet-1")
PASSING = one("network interface", "eni-1", "ELB app/carbuyer-alb/1", "subnet-1")
STRANGER = one(
    "network interface", "eni-2", "Primary network interface", "subnet-1", whose=FOREIGN,
    details={"vpc": "vpc-1", "holder": Holder("EC2 instance", "i-2", "somebody-elses")},
)  # fmt: skip
ADDRESS = one("Elastic IP", "eipalloc-2", "192.0.2.7")


def blocked(task: Task = Task.TEARDOWN, **found: Any) -> Run:
    """Return a run in which the NAT gateway went, and an instance of somebody else's kept the VPC."""
    run = ended(task, **found)
    went = Deletion(
        nat_gateway.KIND,
        {NAT.id: NAT},
        asked=100.0,
        started=100.0,
        ended=190.0,
        requests=[(100.0, 101.0)],
        gone={NAT.id: 190.0},
    )
    deletions = {
        nat_gateway.KIND: went,
        network_interface.KIND: Deletion(
            network_interface.KIND, {PASSING.id: PASSING}, left_alone={STRANGER.id: STRANGER}
        ),
        internet_gateway.KIND: Deletion(internet_gateway.KIND, {GATEWAY.id: GATEWAY}),
        subnet.KIND: Deletion(subnet.KIND, {SUBNET.id: SUBNET}),
        vpc.KIND: Deletion(vpc.KIND, {VPC.id: VPC}),
        elastic_ip.KIND: Deletion(elastic_ip.KIND, left_alone={ADDRESS.id: ADDRESS}),
        instance.KIND: Deletion(instance.KIND),
    }
    run.teardown.deletions, run.aws.clock = deletions, Clock()
    run.outcomes |= {
        4: Outcome(BY_NUMBER[4], [went]),
        13: Outcome(BY_NUMBER[13], [deletions[vpc.KIND]], left=[GATEWAY, SUBNET, VPC]),
    }
    return run


def test_each_resource_is_there_once() -> None:
    """What a step and the audit found is one; what is left comes first, the dearest on top, and then what went."""
    idle = Leftover("Elastic IP", "eipalloc-2", "192.0.2.7", REGION, "", "it is attached to nothing")
    same = Leftover("VPC", "vpc-1", "carbuyer-fcj-vpc", REGION, "", "the manifest names it")
    found = things(blocked(leftovers=[same, idle]))

    assert [(thing.leftover.name, thing.fate) for thing in found] == [
        ("192.0.2.7", "left"), ("carbuyer-fcj-igw", "left"), ("carbuyer-fcj-subnet-public1", "left"),
        ("carbuyer-fcj-vpc", "left"), ("carbuyer-nat-gateway", "gone"), ("ELB app/carbuyer-alb/1", "gone"),
    ]  # fmt: skip
    assert [thing.gone_after for thing in found if thing.fate == "gone"] == [90.0, None]


def test_plan_leaves_nothing_behind() -> None:
    """With ``--plan`` what is there would be deleted, and nothing is left over."""
    run = ended(Task.PLAN, audited=False)
    run.outcomes[4] = Outcome(BY_NUMBER[4], [], left=[NAT])

    assert [thing.fate for thing in things(run)] == ["planned"]


def test_plan_says_what_would_go() -> None:
    """Nothing is gone, and nothing was to go yet."""
    run = blocked(Task.PLAN, audited=False)
    run.teardown.deletions = {kind: replace(one, found={}) for kind, one in run.teardown.deletions.items()}
    [drawn] = network.networks(run, things(run))

    assert drawn.summary.startswith(
        "3 resources of the workshop would be deleted. In the way, but not the workshop's: "
    )


def test_stopped_run_tells_what_was_waited_for() -> None:
    """Without an outcome of the step, what was not seen to go is still there."""
    run = ended(audited=False)
    run.outcomes = {}
    run.teardown.deletions = {nat_gateway.KIND: Deletion(nat_gateway.KIND, {NAT.id: NAT}, waiting={NAT.id: ""})}

    assert [thing.fate for thing in things(run)] == ["left"]


def test_money_before_and_now() -> None:
    """By type, the dearest first; what is free is left out, and what has no known price is named."""
    types = ("NAT gateway", "EC2 instance", "EC2 instance", "VPC", "log group")
    leftovers = [Leftover(type_, str(number), "", REGION, "", "") for number, type_ in enumerate(types)]
    drawn = money.money([Thing(left, "left" if number == 1 else "gone") for number, left in enumerate(leftovers)])

    assert drawn is not None
    assert [(cost.count, cost.type, cost.in_words) for cost in drawn.costs] == [
        (1, "NAT gateway", "43.10 → 0.00"), (2, "EC2 instance", "20.44 → 10.22"),
    ]  # fmt: skip
    assert drawn.summary.startswith("About USD 63.54 a month before, about USD 10.22 now (estimate of ")
    assert drawn.summary.endswith("The cost of log group is not known.")
    assert money.picture([Thing(leftovers[3], "left")]) is None


def test_vpc_shows_what_blocks_it() -> None:
    """Each subnet is a box with what stood in it; what isn't the workshop's and is in the way is named, and marked."""
    run = blocked()
    [drawn] = network.networks(run, things(run))

    assert [(box.title, [(node.sign, node.label) for node in box.nodes]) for box in drawn.boxes] == [
        ("Ways in and out", [("✗", "internet gateway carbuyer-fcj-igw")]),
        ("Subnet", [
            ("✗", "subnet carbuyer-fcj-subnet-public1"), ("✓", "NAT gateway carbuyer-nat-gateway"),
            ("■", "EC2 instance somebody-elses (i-2)"),
        ]),
    ]  # fmt: skip
    assert drawn.summary.endswith("In the way, but not the workshop's: EC2 instance somebody-elses (i-2).")
    assert [(held.type, held.id) for held in blockers(run)] == [("EC2 instance", "i-2")]


def test_vpc_on_a_phone() -> None:
    """The same boxes stand below each other in one column; a reader of the page meets one of the two pictures."""
    run = blocked()
    [drawn] = network.networks(run, things(run))
    page = Page(str(network.picture(run, things(run))))

    ends = [box.stacked + box.least for box in drawn.boxes]
    assert all(end < box.stacked for end, box in zip(ends, drawn.boxes[1:], strict=False))
    assert ends[-1] < drawn.stacked
    assert [svg["class"] for svg in page.attributes("svg") if "role" in svg] == ["wide", "narrow"]
    assert page.words.count("■ BLOCKS: EC2 instance somebody-elses (i-2)") == 2


def test_interface_of_unknown_holder_is_named_itself() -> None:
    """Where AWS tells no id of what an interface serves, the console shows the interface."""
    run = blocked()
    eni = replace(STRANGER, details={"vpc": "vpc-1", "holder": Holder("load balancer", "", "others-alb")})
    run.teardown.deletions[network_interface.KIND].left_alone = {eni.id: eni}

    assert [(held.type, held.id, held.name) for held in blockers(run)] == [("load balancer", "eni-2", "others-alb")]


@pytest.mark.parametrize("task", [Task.TEARDOWN, Task.VERIFY])
def test_pictures_obey_no_name(task: Task) -> None:
    """Markup in a name is shown as text, in picture and description."""
    run = blocked(task)
    evil = replace(SUBNET, name=HOSTILE)
    run.outcomes[13].left = [evil, VPC]
    run.teardown.deletions[subnet.KIND].found = {}
    page = Page(str(network.picture(run, things(run))))

    assert page.attributes("script") == []
    assert "subnet </title><script>alert(1)</script>\ufffd" in page.words
