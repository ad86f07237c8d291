"""Taking one kind down, whatever the kind."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import AwsError, NotUnderstood
from carbuyer_cleanup.kinds import vpc
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Loop, Teardown
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from strict_moto.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.teardown.engine import Outcome
    from tests.kinds.accounts import Account

THING = Resource("VPC", "vpc-1", "carbuyer-x", "ap-southeast-1", why="its name starts with carbuyer-")


def test_lists_that_lag(account: Account) -> None:
    """What was deleted a moment ago, and is listed as it was, is not deleted a second time: that may be an error."""
    deleted: list[float] = []

    async def find(aws: Aws) -> list[Resource]:
        return [] if deleted and aws.clock.now() - deleted[0] > 8 else [THING]

    async def delete(aws: Aws, _things: list[Resource]) -> None:
        deleted.append(aws.clock.now())

    account.take_down(replace(vpc.KIND, find=find, delete=delete))

    assert len(deleted) == 1


def test_times_are_kept(account: Account) -> None:
    """When a deletion was asked for, once for each new state, and when it was first seen that all was gone."""
    began, deleted = account.aws.clock.now(), list[float]()

    async def find(aws: Aws) -> list[Resource]:
        since = aws.clock.now() - deleted[0] if deleted else -1.0
        return [] if since > 60 else [replace(THING, state="deleting" if since > 0 else "available")]

    async def delete(aws: Aws, _things: list[Resource]) -> None:
        deleted.append(aws.clock.now())

    deletion = Deletion(replace(vpc.KIND, find=find, delete=delete))
    with asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner:
        runner.run(deletion.run(account.aws))

    assert [round(start - began) for start, _ in deletion.requests] == [0, round(deleted[1] - began)]
    assert len(deleted) > len(deletion.requests)
    assert 60 < deletion.gone["vpc-1"] - began < 90


def planned(find: Callable[[Aws], Awaitable[list[Resource]]], deleted: list[str]) -> Deletion:
    """Return a deletion that finds as it is told, and notes what it deletes."""

    async def delete(_aws: Aws, things: list[Resource]) -> None:
        deleted.extend(thing.id for thing in things)

    return Deletion(replace(vpc.KIND, find=find, delete=delete))


def survey_and_run(account: Account, deletion: Deletion) -> None:
    """Make the plan, and delete."""
    with asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner:
        runner.run(deletion.survey(account.aws))
        runner.run(deletion.run(account.aws))


def test_what_no_plan_named(account: Account) -> None:
    """What appears after the plan was made is told and left alone: nobody has seen it there."""
    late, deleted = replace(THING, id="vpc-2"), list[str]()

    async def find(_aws: Aws) -> list[Resource]:
        return [THING, late] if deletion.planned is not None and not deleted else [late] if deleted else [THING]

    deletion = planned(find, deleted)
    survey_and_run(account, deletion)

    assert deleted == ["vpc-1"]
    assert deletion.left_alone["vpc-2"].why.startswith("it was not there when the plan was made")


def test_nothing_was_confirmed(account: Account) -> None:
    """What follows stays, too, if the plan was of nothing and so nobody was asked."""
    late, deleted = replace(THING, id="vpc-2", follows=True), list[str]()

    async def find(_aws: Aws) -> list[Resource]:
        return [late] if deletion.only_planned else []

    async def delete(_aws: Aws, things: list[Resource]) -> None:
        deleted.extend(thing.id for thing in things)

    deletion = Deletion(replace(vpc.KIND, find=find, delete=delete))
    with asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner:
        runner.run(deletion.survey(account.aws))
        deletion.only_planned = True
        runner.run(deletion.run(account.aws))

    assert deleted == []
    assert list(deletion.left_alone) == ["vpc-2"]


def test_proof_grows_old(account: Account) -> None:
    """The look that ended a step proves nothing once somebody may have made it anew: AWS is asked again."""
    step, loop = BY_NUMBER[16], Loop(account.sandbox.clock)
    teardown = Teardown(account.aws, loop)
    account.build("key_pair")
    teardown.start([step])
    assert teardown.finish(step).result().error is None
    account.build("key_pair")
    account.wait(120)
    outcome = teardown.look(step).result()
    loop.close()
    assert [left.name for left in outcome.left] == ["carbuyer-keypair"]


def test_what_follows_from_deletions(account: Account) -> None:
    """What AWS itself makes after the plan goes with the rest: no plan can name it."""
    late, deleted = replace(THING, id="vpc-2", follows=True), list[str]()

    async def find(_aws: Aws) -> list[Resource]:
        return [one for one in (THING, late) if one.id not in deleted and (deleted or one is THING)]

    deletion = planned(find, deleted)
    survey_and_run(account, deletion)

    assert deleted == ["vpc-1", "vpc-2"]


def test_plan_that_could_not_be_made(account: Account) -> None:
    """What was not understood when the plan was made is not deleted, though it is understood later."""
    asked, deleted = list[int](), list[Resource]()
    not_understood = NotUnderstood("VPC", "ec2:DescribeVpcs", "it has no VpcId", "vpc.py:1")

    async def find(_aws: Aws) -> list[Resource]:
        asked.append(1)
        if len(asked) == 1:
            raise not_understood
        return [THING]

    async def delete(_aws: Aws, things: list[Resource]) -> None:
        deleted.extend(things)

    deletion = Deletion(replace(vpc.KIND, find=find, delete=delete))
    with asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner:
        assert runner.run(deletion.survey(account.aws)) == []
        with pytest.raises(NotUnderstood):
            runner.run(deletion.run(account.aws))

    assert deleted == []


def test_arn_of_another_account(account: Account) -> None:
    """Whatever kind finds it, and whatever list it came from: an ARN of another account is not ours to delete."""

    async def find(_aws: Aws) -> list[Resource]:
        return [replace(THING, arn="arn:aws:ec2:ap-southeast-1:999988887777:vpc/vpc-1")]

    async def delete(_aws: Aws, _things: list[Resource]) -> None:
        raise AssertionError

    with pytest.raises(AwsError, match="as account 999988887777's"):
        account.take_down(replace(vpc.KIND, find=find, delete=delete))
    assert account.aws.is_elsewhere


def test_run_that_only_looks(account: Account) -> None:
    """A plan, and a verify, send nothing that changes anything, whoever asks for it."""
    account.aws.read_only = True

    with (
        asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner,
        pytest.raises(RuntimeError, match="A run that only looks was about to send ec2:DeleteVpc"),
    ):
        runner.run(account.aws.call("ec2:DeleteVpc", VpcId="vpc-1"))
    assert account.writes() == []


def surveyed(account: Account, *numbers: int) -> dict[int, Outcome]:
    """Plan some steps, take them down, and return what became of each."""
    steps = [BY_NUMBER[number] for number in numbers]
    with closing(Loop(account.sandbox.clock)) as loop:
        teardown = Teardown(account.aws, loop)
        teardown.survey(steps).result()
        teardown.start(steps)
        return {step.number: teardown.finish(step).result() for step in steps}


def test_what_must_be_seen_before(account: Account) -> None:
    """A target group of another name is known by its VPC alone: that stays if nobody could look for target groups."""
    account.build("vpc")
    account.deny("elbv2:DescribeTargetGroups")
    outcomes = surveyed(account, 2, 12, 13)
    assert "elbv2:DescribeTargetGroups" in str(outcomes[2].error)
    assert str(outcomes[13].error).startswith("blocked by step 2 (target groups): its target group could not be looked")
    assert [resource.kind for resource in outcomes[13].left] == ["VPC"]


def test_nobody_knows_the_caller_any_more(account: Account) -> None:
    """Keys that were deleted while the plan is made are no single kind's trouble: no plan, no deletion."""
    account.build("key_pair")
    off = [Fault(FaultKind.OFF, calls=call) for call in ("ec2:DescribeKeyPairs", "sts:GetCallerIdentity")]
    account.sandbox.faults = Faults(tuple(off))
    with pytest.raises(AwsError, match="sts:GetCallerIdentity"):
        surveyed(account, 16)
    assert "ec2:DeleteKeyPair" not in account.writes()
