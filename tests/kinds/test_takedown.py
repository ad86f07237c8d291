"""Taking one kind down, whatever the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.resource import Kind, Resource

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
