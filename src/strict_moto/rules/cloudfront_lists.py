"""CloudFront's lists and tags: a deleted distribution is listed for a while after its tags are gone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of CloudFront: errors of the call"
LAG = "terraform-provider-aws#3034: CloudFront's answers are eventually consistent"


def _backend(world: World, request: Request) -> Any:
    return world.backend("cloudfront", request.account, "aws")


def _deleted(world: World, request: Request) -> dict[Any, Any]:
    """Return the time until which each deleted distribution is listed, by its id."""
    return world.recall("deleted-distributions", request.account)


def _note_deleted(world: World, request: Request, answer: Params) -> Params:
    _deleted(world, request)[request.params["Id"]] = world.now() + world.quirks.distribution_still_listed
    return answer


def _list(world: World, request: Request, answer: Params) -> Params:
    """Add each distribution's ETag, which moto leaves out, and keep listing deleted ones for a while."""
    listed, deleted = answer["DistributionList"], _deleted(world, request)
    live = {one["Id"]: one | {"ETag": _version(world, request, one)} for one in listed.get("Items", ())}
    before = world.recall("listed-distributions", request.account)
    before.update(live)
    late = [one for id_, one in before.items() if world.now() < deleted.get(id_, 0) and id_ not in live]
    items = [*live.values(), *late]
    return {**answer, "DistributionList": listed | {"Items": items, "Quantity": len(items)} if items else listed}


def _version(world: World, request: Request, summary: Params) -> str:
    return str(_backend(world, request).distributions[summary["Id"]].etag)


def _no_such_resource(world: World, request: Request) -> bool:
    backend = _backend(world, request)
    taggable = chain(backend.distributions.values(), backend.functions.values(), backend.key_value_stores.values())
    return all(thing.arn != request.params["Resource"] for thing in taggable)


def _no_identities(world: World, request: Request) -> Params:
    del world, request
    return {"CloudFrontOriginAccessIdentityList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0}}


def _list_plans(world: World, request: Request) -> Params:
    """List the plans in ``recall("pricing-plans", account)``: each distribution's tier, and its end if cancelled."""
    plans = world.recall("pricing-plans", request.account)
    return {"subscriptionSummaries": [_plan(request.account, id_, *plan) for id_, plan in plans.items()]}


def _plan(account: str, distribution: str, tier: str, ends: datetime | None = None) -> Params:
    change = {"scheduledChange": {"changeType": "CANCELLATION", "effectiveDate": ends}} if ends else {}
    since = datetime(2026, 1, 5, tzinfo=UTC)
    return {
        "arn": f"arn:aws:pricingplanmanager::{account}:subscription/{distribution}",
        "planFamily": "CloudFront",
        "planTier": tier,
        "status": "ACTIVE",
        "resourceArns": [
            f"arn:aws:cloudfront::{account}:distribution/{distribution}",
            f"arn:aws:wafv2:us-east-1:{account}:global/webacl/CreatedByCloudFront-0a1b2c3d/{distribution}",
        ],
        "createdAt": since,
        "updatedAt": since,
        "eTag": distribution,
        **change,
    }


RULES = (
    Instead(
        "pricing-plan-manager:ListSubscriptions", _list_plans, "PricingPlanManager API reference, ListSubscriptions"
    ),
    *(
        Rule(
            f"cloudfront:{operation}",
            _no_such_resource,
            "NoSuchResource",
            "The specified resource does not exist.",
            MODEL,
            404,
        )
        for operation in ("ListTagsForResource", "TagResource", "UntagResource")
    ),
    Instead(
        "cloudfront:ListCloudFrontOriginAccessIdentities",
        _no_identities,
        "moto 5.2.5 can neither create nor list any",
    ),
    After("cloudfront:DeleteDistribution", _note_deleted, LAG),
    After("cloudfront:ListDistributions", _list, f"botocore's model: DistributionSummary.ETag; {LAG}"),
)
