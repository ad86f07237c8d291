"""The workshop with all that consoles and AWS leave beside it: more states of a part at once than a mess can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.states import STATES

if TYPE_CHECKING:
    from strict_moto.builder import Builder

BESIDE = {
    "vpc_endpoint": ("and GuardDuty's", "and one of Instance Connect"),
    "role": ("with a console's policy",),
    "user": ("in a group",),
    "distribution": ("guarded and logged",),
    "function": ("test event shared",),
    "instance": ("of a Spot request",),
    "nat_gateway": (
        "with a reverse DNS record",
        "and a regional one",
        "and one with more addresses",
        "and a private one",
        "and one that failed",
    ),
    "load_balancer": ("guarded",),
}


def leave_beside(builder: Builder) -> None:
    """Leave the workshop in all of these states."""
    for part, states in BESIDE.items():
        for state in states:
            STATES[part][state](builder)
