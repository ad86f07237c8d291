"""At a deadline: what holds the resources is told if it can be read, and that it can't be if not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds import vpc
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Overdue

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from tests.kinds.accounts import Account


async def find(_aws: Aws) -> list[Resource]:
    """Find the same thing for ever."""
    return [Resource("VPC", "vpc-1", "", "eu-west-3", "a test's own")]


async def delete(_aws: Aws, _resources: list[Resource]) -> None:
    """Do nothing about it."""


async def holders(_aws: Aws, _resources: list[Resource]) -> list[str]:
    """Fail."""
    raise AttributeError("'NoneType' object has no attribute 'get'")  # noqa: EM101 - as Python says it


def test_holders_that_make_no_sense(account: Account) -> None:
    """The deadline is told all the same."""
    with pytest.raises(Overdue, match=r"still there after 10 minutes. Held by: not known: .* was not understood"):
        account.take_down(replace(vpc.KIND, find=find, delete=delete, holders=holders), wait_for=600)
