"""CloudFront's flat-rate pricing plans: a distribution on one costs money, and can't be deleted, until the plan ends.

PricingPlanManager user guide, "Plan Management"; CloudFront developer guide, HowToDeleteDistribution. A plan is the
account owner's contract: we report it before anything is disabled, and never cancel it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import AwsError

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

CALL = "pricing-plan-manager:ListSubscriptions"
CANCELLATION = "CANCELLATION"
# USD a month: https://aws.amazon.com/cloudfront/pricing/
PLANS = {"FREE": 0, "PRO": 15, "BUSINESS": 200, "PREMIUM": 1000}
NO_PLANS = frozenset({"aws-cn", "aws-us-gov"})  # partitions that don't have the service


async def with_plans(aws: Aws, found: list[Resource]) -> list[Resource]:
    """Return distributions with a notice about what their pricing plans mean.

    If the plans can't be listed, the notice says so; that is no reason not to delete anything.
    """
    if aws.partition in NO_PLANS or not any(one.ours or one.doubtful for one in found):
        return found
    try:
        plans = await aws.pages(CALL, "subscriptionSummaries")
    except AwsError as error:
        return [_with(one, f"whether it is on a pricing plan could not be looked up ({error.code})") for one in found]
    return [_with(one, _said(plan)) if (plan := _plan_of(one, plans)) else one for one in found]


def _with(resource: Resource, words: str) -> Resource:
    return replace(resource, notice=words) if resource.ours or resource.doubtful else resource


def _plan_of(resource: Resource, plans: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((plan for plan in plans if resource.arn in (plan["resourceArns"])), None)


def _said(plan: dict[str, Any]) -> str:
    """Return what the plan costs, and what must happen to it before AWS deletes the distribution."""
    tier, change = str(plan["planTier"]), plan["scheduledChange"]
    price = f"USD {PLANS[tier]} a month" if tier in PLANS else "at a price this suite doesn't know"
    if change["changeType"] == CANCELLATION:
        day = change.get("effectiveDate")
        when = f"on {day:%Y-%m-%d}" if day else "with its billing month"
        return f"its pricing plan {tier} ({price}) is cancelled and ends {when}: AWS deletes it only after that"
    return (
        f"it is on the pricing plan {tier} ({price}), which continues after it is disabled: cancel it in the "
        "CloudFront console (Distributions, Manage plan); AWS deletes it only when the plan has ended"
    )
