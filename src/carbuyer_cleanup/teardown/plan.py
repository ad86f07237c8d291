"""The plan: the sixteen steps of the workshop's cleanup page, and what each kind of resource waits for."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from carbuyer_cleanup.catalog import KINDS, NAMED

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind


@dataclass(frozen=True)
class Step:
    """One step of the page: its number on the page, its title, and the kinds of resource that it deletes."""

    number: int
    title: str
    kinds: tuple[Kind, ...]


TITLES = (
    "load balancer",
    "target groups",
    "EC2 instances",
    "NAT gateway",
    "Elastic IP",
    "API Gateway",
    "Lambda function",
    "CloudFront distribution",
    "S3 bucket",
    "DynamoDB tables",
    "security groups",
    "VPC endpoints",
    "VPC",
    "IAM roles",
    "IAM user",
    "key pair",
)

# What must be gone before what.
WAITS_FOR = {kind: tuple(NAMED[name] for name in kind.waits_for) for kind in KINDS}
# What comes after what, whether that was deleted or not: the later one blocks nothing, and may be deleted without it.
COMES_AFTER = {kind: tuple(NAMED[name] for name in kind.comes_after) for kind in KINDS}
# What the plan must have looked at before what may be deleted.
AFTER_SEEING = {kind: tuple(NAMED[name] for name in kind.after_seeing) for kind in KINDS}


def order() -> list[Kind]:
    """Return all kinds, each after those that it waits for.

    Raises:
        graphlib.CycleError: two kinds wait for each other.
    """
    return list(TopologicalSorter({kind: WAITS_FOR[kind] + COMES_AFTER[kind] for kind in KINDS}).static_order())


ORDER = order()
STEPS = tuple(
    Step(number, title, tuple(kind for kind in ORDER if kind.step == number)) for number, title in enumerate(TITLES, 1)
)
STEP_OF = {kind: step for step in STEPS for kind in step.kinds}
BY_NUMBER = {step.number: step for step in STEPS}


def waits_for(step: Step) -> list[Step]:
    """Return the other steps that this one waits for, in the page's order."""
    before = {STEP_OF[other] for kind in step.kinds for other in WAITS_FOR[kind]} - {step}
    return sorted(before, key=lambda other: other.number)
