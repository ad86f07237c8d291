"""What holds for every kind outside EC2 and Elastic Load Balancing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from carbuyer_cleanup.errors import AwsError, CleanupError
from carbuyer_cleanup.kinds import (
    api_key,
    base_path_mapping,
    bucket,
    distribution,
    function,
    http_api,
    instance_profile,
    log_group,
    origin_access_control,
    policy,
    rest_api,
    role,
    shared_event,
    table,
    usage_plan,
    user,
)

if TYPE_CHECKING:
    from accounts import Account

    from carbuyer_cleanup.resource import Kind


class Case(NamedTuple):
    """A kind, the part of the estate that has it, and the call that deletes it, if nothing else must go before."""

    kind: Kind
    part: str
    deletes: str = ""


CASES = (
    Case(base_path_mapping.KIND, "rest_api"),
    Case(rest_api.KIND, "rest_api", "apigateway:DeleteRestApi"),
    Case(http_api.KIND, "rest_api"),
    Case(usage_plan.KIND, "usage_plan"),
    Case(api_key.KIND, "usage_plan", "apigateway:DeleteApiKey"),
    Case(log_group.OF_API, "rest_api", "logs:DeleteLogGroup"),
    Case(function.KIND, "function", "lambda:DeleteFunction"),
    Case(log_group.OF_FUNCTION, "function", "logs:DeleteLogGroup"),
    Case(shared_event.KIND, "function"),
    Case(distribution.KIND, "distribution", "cloudfront:UpdateDistribution"),
    Case(origin_access_control.KIND, "distribution"),
    Case(bucket.OBJECTS, "bucket", "s3:DeleteObjects"),
    Case(bucket.KIND, "bucket", "s3:DeleteBucket"),
    Case(table.KIND, "table", "dynamodb:DeleteTable"),
    Case(instance_profile.KIND, "role", "iam:DeleteInstanceProfile"),
    Case(role.KIND, "role", "iam:DeleteRole"),
    Case(user.KIND, "user", "iam:DeleteUser"),
    Case(policy.KIND, "role"),
)
DELETING = tuple(case for case in CASES if case.deletes)
# A bucket that can't be looked into is there for all that: it counts as full.
LOOKING = tuple(case for case in CASES if case.kind is not bucket.OBJECTS)


def idents(cases: tuple[Case, ...]) -> list[str]:
    """Return what pytest calls the cases."""
    return [case.kind.name for case in cases]


@pytest.mark.parametrize("case", CASES, ids=idents(CASES))
def test_nothing_there(account: Account, case: Case) -> None:
    """In an account without the workshop nothing is found, and nothing is changed."""
    taken = account.take_down(case.kind)
    assert (taken.found, account.writes()) == ({}, [])


@pytest.mark.parametrize("case", DELETING, ids=idents(DELETING))
def test_denied(account: Account, case: Case) -> None:
    """What AWS forbids fails at once, and the error names the call."""
    account.build(case.part)
    account.deny(case.deletes)
    with pytest.raises(CleanupError, match=case.deletes):
        account.take_down(case.kind)
    assert account.sandbox.clock.now() < 2 * 86400  # the day since the estate was built, and no deadline


# What only adds to the plan: that it could not be looked up is told there, and prevents nothing.
OPTIONAL = {"pricing-plan-manager:ListSubscriptions"}


@pytest.mark.parametrize("case", LOOKING, ids=idents(LOOKING))
def test_could_not_look(account: Account, case: Case) -> None:
    """Whichever of its looks fails, that is an error, never nothing there."""
    account.build(case.part)
    start = len(account.sandbox.log)
    account.find(case.kind)
    for call in {entry.call for entry in account.sandbox.log[start:]} - OPTIONAL:
        account.wait(60)
        account.deny(call)
        with pytest.raises(AwsError, match=call):
            account.find(case.kind)
