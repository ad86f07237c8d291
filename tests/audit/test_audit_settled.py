"""When a list is believed: what must be read twice is, however long the first look took, and no failure is final."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.verdict import Verdict
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.result import Sweep
    from tests.audit.accounts_audited import Account

LONG = 2 * sweeper.PATIENCE
CLASS = 5  # accounts on one clock
POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'


def always(call: str, change: Any) -> After:
    """Return a rule that changes each answer of a call, by its number."""
    numbers = itertools.count(1)
    return After(call, lambda _world, _asked, answer: change(next(numbers), answer), "made up")


def in_a_class(account: Account) -> list[Sweep]:
    """Sweep so many accounts at once."""

    async def all_of_them() -> list[Sweep]:
        return await asyncio.gather(*(sweeper.sweep(account.aws) for _ in range(CLASS)))

    return account.run(all_of_them())  # type: ignore[no-any-return]


def test_second_look_in_a_slow_class(account: Account) -> None:
    """Where the first look at all lists takes longer than the patience, what must be read twice is all the same."""
    account.only("IAM policy", "instance profile", "virtual MFA device")

    def slowly(_number: int, answer: Any) -> Any:
        account.sandbox.clock.advance(LONG)
        return answer

    account.sandbox.use((always("iam:List*", slowly), *RULES))

    assert {result.verdict for result in in_a_class(account)} == {Verdict.CLEAN}
    assert account.aws.counts["iam:ListPolicies", "aws-global"] == 2 * CLASS
    assert account.aws.counts["iam:ListInstanceProfiles", "aws-global"] == 2 * CLASS


def test_leftover_of_a_slow_class(account: Account) -> None:
    """What only the second look shows is found there, too."""
    account.only("IAM policy")
    account.client("iam").create_policy(PolicyName="carbuyer-p", PolicyDocument=POLICY)

    def late(number: int, answer: Any) -> Any:
        account.sandbox.clock.advance(LONG)
        return answer | {"Policies": []} if number == 1 else answer

    account.sandbox.use((always("iam:ListPolicies", late), *RULES))

    assert [found.name for found in account.sweep().leftovers] == ["carbuyer-p"]


@pytest.mark.parametrize("kind", [FaultKind.DENY, FaultKind.NOWHERE, FaultKind.OFF])
def test_failed_once(account: Account, kind: FaultKind) -> None:
    """A look that failed is tried again, and what it then shows counts."""
    account.only("VPC")
    account.in_one_region()
    account.sandbox.faults = Faults((Fault(kind, calls="ec2:DescribeVpcs", times=1),))

    assert account.sweep().verdict is Verdict.CLEAN


@pytest.mark.exhaustive
def test_failed_while_the_audit_goes_on(account: Account) -> None:
    """As long as something else is waited for, a look that failed is tried again, ever more seldom."""
    account.only("EC2 instance", "VPC")
    account.in_one_region()
    account.build("instance")
    account.sandbox.quirks.__dict__["instance_shutting_down"] = 300
    ec2 = account.client("ec2")
    ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    ec2.terminate_instances(InstanceIds=ids)
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DescribeVpcs", times=5),))

    result = account.sweep()

    assert result.unseen == []
    assert {found.type for found in result.leftovers} == {"VPC"}
    assert result.calls["ec2:DescribeInstances", "ap-southeast-1"] > 10
    assert 6 <= result.calls["ec2:DescribeVpcs", "ap-southeast-1"] < 10


def test_failed_for_ever(account: Account) -> None:
    """It is told once, after a second try."""
    account.only("VPC", "IAM policy")
    account.in_one_region()
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DescribeVpcs"),))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["VPC"]
    assert result.calls["ec2:DescribeVpcs", "ap-southeast-1"] == 2


def test_second_look_that_fails_is_told(account: Account) -> None:
    """One look is not enough where a list lags: if there is no second one, nobody has seen it."""
    account.only("IAM policy")
    asked = itertools.count()
    denied = Rule("iam:ListPolicies", lambda *_: next(asked) > 0, "AccessDenied", "not you", "made up", 403)
    account.sandbox.use((denied, *RULES))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["IAM policy"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY
