"""What holds for every kind, step by step of the plan: a kind that is added is tried here without a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import AwsError, CleanupError
from carbuyer_cleanup.kinds import bucket
from carbuyer_cleanup.teardown.plan import BY_NUMBER, COMES_AFTER, ORDER, STEPS, WAITS_FOR
from strict_moto.states import STATES
from tests.beside import BESIDE
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind, Resource
    from carbuyer_cleanup.teardown.plan import Step
    from tests.kinds.accounts import Account

# The parts of the estate that have what a step deletes.
PARTS = {
    1: ("load_balancer",),
    2: ("target_group",),
    3: ("instance",),
    4: ("nat_gateway",),
    5: ("nat_gateway",),
    6: ("usage_plan",),
    7: ("function",),
    8: ("distribution",),
    9: ("bucket",),
    10: ("table",),
    11: ("security_group", "vpc_endpoint"),
    12: ("vpc_endpoint",),
    13: ("vpc",),
    14: ("role",),
    15: ("user", "role"),
    16: ("key_pair",),
}
# What none of these has, or what goes with something else of its step: the kind's own test makes it.
ELSEWHERE = frozenset(
    {"EBS volume", "copy of a disk", "base path mapping", "HTTP API", "network interface", "network ACL",
     "security group in the VPC", "virtual MFA device"}
)  # fmt: skip
# What only adds to the plan: that it could not be looked up is told there, and prevents nothing.
OPTIONAL = {"pricing-plan-manager:ListSubscriptions"}

by_step = pytest.mark.parametrize("step", one_in(5, STEPS), ids=lambda step: step.title)


def stock(account: Account, step: Step) -> None:
    """Build what a step deletes, with what consoles leave beside it."""
    builder = account.build(*PARTS[step.number])
    for part in PARTS[step.number]:
        for state in BESIDE.get(part, ()):
            STATES[part][state](builder)


def before(step: Step) -> list[Kind]:
    """Return the kinds of other steps that a step's kinds come after, in an order in which they can go."""
    found: set[Kind] = set()
    ahead = list(step.kinds)
    while ahead:
        kind = ahead.pop()
        ahead += {*WAITS_FOR[kind], *COMES_AFTER[kind]} - found
        found |= {*WAITS_FOR[kind], *COMES_AFTER[kind]}
    return [kind for kind in ORDER if kind in found - {*step.kinds}]


def writes(kind: Kind) -> list[str]:
    """Return the calls by which a kind changes anything."""
    return [call for grant in kind.grants for call in grant.calls if call not in kind.calls or kind.calls[call].writes]


def find(account: Account, kind: Kind) -> list[Resource]:
    """Return what a kind finds without any answer that was given before."""
    account.aws.forget_answers(account.sandbox.clock.now())
    return account.find(kind)


def ours(account: Account, kind: Kind) -> list[Resource]:
    """Return what a kind finds of the workshop's."""
    return [resource for resource in find(account, kind) if resource.ours]


def test_every_step_has_its_part() -> None:
    """No step is left out."""
    assert PARTS.keys() == BY_NUMBER.keys()


def test_nothing_there(account: Account) -> None:
    """In an account without the workshop nothing is found, and nothing is changed."""
    assert {kind.name: taken.found for kind in ORDER if (taken := account.take_down(kind)).found} == {}
    assert account.writes() == []


@by_step
def test_denied_then_deleted(account: Account, step: Step) -> None:
    """What AWS forbids fails at once, and the error names the call; allowed, it goes, and is not found again."""
    stock(account, step)
    account.take_down_each(*before(step))
    there = [kind for kind in step.kinds if ours(account, kind)]
    for kind in there:
        began = account.sandbox.clock.now()
        account.deny(*writes(kind))
        with pytest.raises(CleanupError, match="|".join(writes(kind))):
            account.take_down(kind)
        assert account.sandbox.clock.now() - began < 60 * kind.deadline
        account.deny()
        account.take_down(kind)
        assert ours(account, kind) == []
    assert {kind.name for kind in step.kinds if kind not in there} == ELSEWHERE & {kind.name for kind in step.kinds}


@by_step
def test_could_not_look(account: Account, step: Step) -> None:
    """Whichever of its looks fails, that is an error, never nothing there."""
    stock(account, step)
    made = [(kind, call) for kind in step.kinds for call in sorted(looks(account, kind))]
    for kind, call in made:
        account.deny(call)
        with pytest.raises(AwsError, match=call):
            find(account, kind)


def looks(account: Account, kind: Kind) -> set[str]:
    """Return the calls that finding a kind makes and whose failure is one of the kind.

    A bucket that can't be looked into is there for all that: it counts as full.
    """
    start = len(account.sandbox.log)
    find(account, kind)
    made = {entry.call for entry in account.sandbox.log[start:]} - OPTIONAL
    return {call for call in made if kind is not bucket.OBJECTS or not call.endswith(("Versions", "Uploads"))}
