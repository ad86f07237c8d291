"""CloudFront distributions on a flat-rate pricing plan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.distribution import KIND
from tests.kinds.distributions import OTHER, create, ids

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def test_pricing_plan(account: Account) -> None:
    """One on a flat-rate plan is disabled; then the step ends at once, and says what to do."""
    distribution = account.build("distribution").ids["fcj-cloudfront-carbuyer"]
    account.sandbox.world.recall("pricing-plans", account.aws.account)[distribution] = ("PRO",)
    with pytest.raises(Blocked, match=r"flat-rate pricing plan.*cancel the plan"):
        account.take_down(KIND)
    assert account.calls("cloudfront:DeleteDistribution") == 1
    shown = account.client("cloudfront").get_distribution(Id=distribution)["Distribution"]
    assert not shown["DistributionConfig"]["Enabled"]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (("PRO",), "it is on the pricing plan PRO (USD 15 a month), which continues after it is disabled: cancel it"),
        (("FREE",), "it is on the pricing plan FREE (USD 0 a month)"),
        (("ULTRA",), "it is on the pricing plan ULTRA (at a price this suite doesn't know)"),
        (("PRO", datetime(2026, 12, 1, tzinfo=UTC)), "PRO (USD 15 a month) is cancelled and ends on 2026-12-01"),
    ],
)
def test_pricing_plan_is_told_beforehand(account: Account, plan: tuple[Any, ...], said: str) -> None:
    """The plan says what it costs and what must come first, before anything is disabled; others' plans are theirs."""
    distribution = account.build("distribution").ids["fcj-cloudfront-carbuyer"]
    other = create(account, OTHER, name="mycarbuyer-x")
    account.sandbox.world.recall("pricing-plans", account.aws.account).update({distribution: plan, other: plan})

    found = {resource.id: resource.line for resource in account.find(KIND)}

    assert said in found[distribution]
    assert "plan" not in found[other]
    assert account.calls("cloudfront:UpdateDistribution") == 0


def test_pricing_plan_not_known(account: Account) -> None:
    """That the plans can't be listed is told, and keeps nothing from being deleted."""
    account.build("distribution")
    account.deny("pricing-plan-manager:ListSubscriptions")

    (found,) = account.find(KIND)

    assert "whether it is on a pricing plan could not be looked up (AccessDeniedException)" in found.line
    account.take_down(KIND)
    assert ids(account) == []
