"""Taking one kind down, whatever the kind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.engine import Loop, Teardown
from carbuyer_cleanup.plan import BY_NUMBER
from carbuyer_cleanup.resource import Kind, Resource
from carbuyer_cleanup.takedown import Takedown

if TYPE_CHECKING:
    from accounts import Account

    from carbuyer_cleanup.aws import Aws

THING = Resource("VPC", "vpc-1", "carbuyer-x", "ap-southeast-1", why="its name starts with carbuyer-")


def test_lists_that_lag(account: Account) -> None:
    """What was deleted a moment ago, and is listed as it was, is not deleted a second time: that may be an error."""
    deleted: list[float] = []

    async def find(aws: Aws) -> list[Resource]:
        return [] if deleted and aws.clock.now() - deleted[0] > 8 else [THING]

    async def delete(aws: Aws, _things: list[Resource]) -> None:
        deleted.append(aws.clock.now())

    account.take_down(Kind("VPC", find, delete))

    assert len(deleted) == 1


def test_what_no_plan_named(account: Account) -> None:
    """What appears after the plan was made is told and left alone: nobody has seen it there."""
    late, deleted = replace(THING, id="vpc-2"), list[str]()

    async def find(_aws: Aws) -> list[Resource]:
        return [THING, late] if takedown.planned is not None and not deleted else [late] if deleted else [THING]

    async def delete(_aws: Aws, things: list[Resource]) -> None:
        deleted.extend(thing.id for thing in things)

    takedown = Takedown(Kind("VPC", find, delete))
    with asyncio.Runner(loop_factory=account.sandbox.clock.new_event_loop) as runner:
        runner.run(takedown.survey(account.aws))
        runner.run(takedown.run(account.aws))

    assert deleted == ["vpc-1"]
    assert takedown.left_alone["vpc-2"].why.startswith("it was not there when the plan was made")


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
