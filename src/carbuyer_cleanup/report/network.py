"""The picture of the workshop's VPC: what was in it and its subnets, what became of it, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from carbuyer_cleanup.kinds import network_interface
from carbuyer_cleanup.plugin.blocking import served
from carbuyer_cleanup.report import TEMPLATES, things
from carbuyer_cleanup.verdict import FATE_SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.report.things import Thing
    from carbuyer_cleanup.verdict import Fate

WORDS: Mapping[Fate, str] = {
    "gone": "gone", "left": "still there", "planned": "would be deleted", "doubtful": "perhaps the workshop's",
    "blocks": "not the workshop's, and blocks it",
}  # fmt: skip
OURS = {"gone", "left", "planned"}
DOORS = {"internet gateway", "egress-only internet gateway", "load balancer", "VPC endpoint", "interface endpoint"}
LINE, HEAD, FOOT, GAP = 18, 26, 8, 10  # pixels


class Node(NamedTuple):
    """One resource in the picture."""

    label: str
    fate: Fate

    @property
    def sign(self) -> str:
        """What became of it, for those who can't see colours."""
        return FATE_SIGNS[self.fate]

    @property
    def in_words(self) -> str:
        """What it is and what became of it, in words."""
        return f"{self.label}: {WORDS[self.fate]}"


class Box(NamedTuple):
    """A part of the VPC: a subnet, or what is in no subnet.

    It stands in one of two columns, ``top`` pixels below the VPC's own top, and is as high as its neighbour. On a
    phone, which has room for one column only, it stands ``stacked`` pixels below the top.
    """

    title: str
    nodes: list[Node]
    column: int = 0
    top: int = 0
    height: int = 0
    stacked: int = 0

    @property
    def least(self) -> int:
        """The least height that it needs, in pixels."""
        return HEAD + FOOT + LINE * len(self.nodes)


@dataclass(frozen=True)
class Network:
    """A VPC, its boxes, and its height in pixels: in two columns, and ``stacked`` in one."""

    vpc: Node
    boxes: tuple[Box, ...]
    height: int
    stacked: int
    number: int

    @property
    def nodes(self) -> list[Node]:
        """Everything that is drawn, the VPC first."""
        return [self.vpc, *(node for box in self.boxes for node in box.nodes)]

    @property
    def summary(self) -> str:
        """How much of it is gone, and what blocks the rest, in a sentence or two."""
        ours = [node for node in self.nodes if node.fate in OURS]
        blocking = [node.label for node in self.nodes if node.fate == "blocks"]
        gone, planned = (sum(node.fate == fate for node in ours) for fate in ("gone", "planned"))
        in_words = f"{gone} of {len(ours)} resources of the workshop are gone."
        in_words = f"{planned} resources of the workshop would be deleted." if planned else in_words
        return f"{in_words} In the way, but not the workshop's: {', '.join(blocking)}." if blocking else in_words


def networks(run: Run, found: Sequence[Thing]) -> list[Network]:
    """Return the workshop's VPCs, with what was found in them."""
    places = {thing.place for thing in found}
    vpcs = [one for one in found if one.leftover.type == "VPC" and (one.step or one.leftover.id in places)]
    return [_network(run, vpc, found, number) for number, vpc in enumerate(vpcs)]


def _network(run: Run, vpc: Thing, found: Sequence[Thing], number: int) -> Network:
    inside = [thing for thing in found if thing.place == vpc.leftover.id]
    subnets = sorted((thing for thing in inside if thing.leftover.type == "subnet"), key=lambda one: one.leftover.name)
    direct = [thing for thing in inside if thing.leftover.type != "subnet" and not _is_passing(thing)]
    doors = [_node(thing) for thing in direct if thing.leftover.type in DOORS]
    rules = [_node(thing) for thing in direct if thing.leftover.type not in DOORS]
    boxes = [Box("Ways in and out", doors), Box("Routes and rules", rules)]
    boxes += [_subnet(run, subnet, found) for subnet in subnets]
    boxes = [box for box in boxes if box.nodes]
    placed, height = _placed(boxes)
    return Network(_node(vpc), tuple(placed), height, HEAD + GAP + sum(box.least + GAP for box in boxes), number)


def _subnet(run: Run, subnet: Thing, found: Sequence[Thing]) -> Box:
    ours = [_node(thing) for thing in found if thing.place == subnet.leftover.id and not _is_passing(thing)]
    return Box("Subnet", [_node(subnet), *ours, *_others(run, subnet.leftover.id)])


def _others(run: Run, place: str) -> list[Node]:
    """Return what is in a subnet but is not, or not certainly, the workshop's."""
    deletions = run.teardown.deletions
    enis = deletions[network_interface.KIND].left_alone.values()
    blocking = served(eni for eni in enis if eni.place == place)
    doubtful = [r for t in deletions.values() for r in t.doubtful.values() if r.place == place and r.id not in blocking]
    return [
        *(Node(_label(held), "blocks") for held in blocking.values()),
        *(Node(_label(things.as_leftover(r)), "doubtful") for r in doubtful),
    ]


def _is_passing(thing: Thing) -> bool:
    """Return whether it is an interface that came and went with the resource that it served."""
    return thing.leftover.type == "network interface" and thing.fate == "gone"


def _node(thing: Thing) -> Node:
    """Return the resource with its type and name: the tables have the ids."""
    one = thing.leftover
    return Node(f"{one.type} {one.name or one.id}", thing.fate)


def _label(leftover: Leftover) -> str:
    """Return its type, its name, and the id by which its owner finds it."""
    return f"{leftover.type} {leftover.label}"


def _placed(boxes: Sequence[Box]) -> tuple[list[Box], int]:
    """Return the boxes placed in two columns, and the height at which their last row ends."""
    placed, top, stacked = list[Box](), HEAD + GAP, HEAD + GAP
    for first in range(0, len(boxes), 2):
        row = boxes[first : first + 2]
        height = max(box.least for box in row)
        for column, box in enumerate(row):
            placed.append(box._replace(column=column, top=top, height=height, stacked=stacked))
            stacked += box.least + GAP
        top += height + GAP
    return placed, top


def picture(run: Run, found: Sequence[Thing]) -> Markup | None:
    """Return the picture as HTML, or None if no step found a VPC."""
    drawn = networks(run, found)
    template = TEMPLATES.get_template("network.jinja")
    return Markup(template.render(networks=drawn, signs=FATE_SIGNS)) if drawn else None  # noqa: S704 - escaped
