"""CloudFront: versions by ETag, minutes of InProgress, and what can't be deleted when."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of CloudFront: errors of the call"
TERRAFORM = "Terraform retries for 2 to 3 minutes after Deployed"
PLAN_GUIDE = "CloudFront developer guide, HowToDeleteDistribution (2025); three logs in public repositories"

PRECONDITION = "The request failed because it didn't meet the preconditions in one or more request-header fields."
FOR_EVER = float("inf")


def _backend(world: World, request: Request) -> Any:
    return world.backend("cloudfront", request.account, "aws")


def _distribution(world: World, request: Request) -> Any:
    return _backend(world, request).distributions.get(request.params["Id"])


def _control(world: World, request: Request) -> Any:
    return _backend(world, request).origin_access_controls.get(request.params["Id"])


def _new_etag(thing: Any) -> str:
    from moto.cloudfront.models import random_id  # noqa: PLC0415 - moto costs a second to import

    thing.etag = random_id()
    return str(thing.etag)


# --- Versions --------------------------------------------------------------------------------------------------


def _no_version(world: World, request: Request) -> bool:
    del world
    return not request.params.get("IfMatch")


def _old_version(world: World, request: Request) -> bool:
    thing = _distribution(world, request) or _control(world, request)
    return thing is not None and request.params.get("IfMatch") != thing.etag


def _another_caller_reference(world: World, request: Request) -> bool:
    distribution = _distribution(world, request)
    sent = request.params["DistributionConfig"].get("CallerReference")
    return distribution is not None and sent != distribution.distribution_config.caller_reference


def _no_control(world: World, request: Request) -> bool:
    return _control(world, request) is None


VERSIONED = ("UpdateDistribution", "DeleteDistribution", "UpdateOriginAccessControl", "DeleteOriginAccessControl")

VERSIONS = (
    Rule(
        "cloudfront:DeleteOriginAccessControl",
        _no_control,
        "NoSuchOriginAccessControl",
        "The specified origin access control does not exist.",
        "moto 5.2.5 raises a Python KeyError",
        404,
    ),
    *(
        Rule(
            f"cloudfront:{operation}",
            _no_version,
            "InvalidIfMatchVersion",
            "The If-Match version is missing or not valid for the resource.",
            MODEL,
        )
        for operation in VERSIONED
    ),
    *(
        Rule(
            f"cloudfront:{operation}",
            _old_version,
            "PreconditionFailed",
            PRECONDITION,
            MODEL,
            412,
        )
        for operation in VERSIONED
    ),
    Rule(
        "cloudfront:UpdateDistribution",
        _another_caller_reference,
        "IllegalUpdate",
        "The update contains modifications that are not allowed.",
        MODEL,
    ),
)


# --- What can't be deleted, or not yet -------------------------------------------------------------------------


def _is_enabled(world: World, request: Request) -> bool:
    distribution = _distribution(world, request)
    return distribution is not None and _truth(distribution.distribution_config.Enabled)


def _truth(value: Any) -> bool:
    return str(value).lower() == "true"  # moto keeps what it read from XML


def _on_pricing_plan(world: World, request: Request) -> bool:
    return bool(world.recall("pricing-plans", request.account).get(request.params["Id"]))


def _is_deploying(world: World, request: Request) -> bool:
    """Refuse until a while after Deployed, with whichever of two codes the quirks choose."""
    if world.now() >= getattr(_distribution(world, request), "deletable_at", 0):
        return False
    code = world.quirks.distribution_lag_code
    raise Refusal(code, *TOO_EARLY[code])


def _control_in_use(world: World, request: Request) -> bool:
    used = (
        origin.origin_access_control_id
        for distribution in _backend(world, request).distributions.values()
        for origin in distribution.distribution_config.Origins["Items"]
    )
    return request.params["Id"] in used


NOT_DISABLED = "The distribution you are trying to delete has not been disabled."
TOO_EARLY = {"DistributionNotDisabled": (NOT_DISABLED, 409), "PreconditionFailed": (PRECONDITION, 412)}

BLOCKED = (
    Rule(
        "cloudfront:DeleteDistribution",
        _on_pricing_plan,
        "PreconditionFailed",
        "You can't delete this distribution while it's subscribed to a pricing plan. After you cancel the pricing "
        "plan, you can delete the distribution at the end of monthly billing cycle.",
        PLAN_GUIDE,
        412,
    ),
    Rule("cloudfront:DeleteDistribution", _is_enabled, "DistributionNotDisabled", NOT_DISABLED, MODEL, 409),
    Rule("cloudfront:DeleteDistribution", _is_deploying, "DistributionNotDisabled", NOT_DISABLED, TERRAFORM, 409),
    Rule(
        "cloudfront:DeleteOriginAccessControl",
        _control_in_use,
        "OriginAccessControlInUse",
        "Cannot delete the origin access control because it's in use by one or more distributions.",
        MODEL,
        409,
    ),
)


# --- Deployment ------------------------------------------------------------------------------------------------


def _deploy(world: World, request: Request, answer: Params) -> Params:
    """Start the minutes of InProgress that follow every change, and keep the settings that moto drops."""
    shown = answer["Distribution"]
    distribution = _backend(world, request).distributions[shown["Id"]]
    _keep_controls(distribution, request, shown)
    _keep_functions(distribution, request)
    _note_edge_functions(world, request, shown["ARN"])
    distribution.advance = lambda: None  # moto would say Deployed at the first look
    distribution.status = shown["Status"] = "InProgress"
    etag = _new_etag(distribution)
    duration = world.quirks.distribution_deploying
    distribution.deletable_at = world.now() + duration + world.quirks.distribution_lag

    def deployed() -> None:
        if distribution.etag == etag:  # else a later change is being deployed
            distribution.status = "Deployed"

    world.later(duration, deployed)
    return {**answer, "ETag": etag}


def _keep_controls(distribution: Any, request: Request, shown: Params) -> None:
    """Give moto's origins the access control in the request, which moto drops."""
    wanted = {one["Id"]: one.get("OriginAccessControlId", "") for one in _sent_origins(request)}
    for origin in distribution.distribution_config.Origins["Items"]:
        origin.origin_access_control_id = wanted.get(origin.id, "")
    for origin in shown["DistributionConfig"]["Origins"]["Items"]:
        origin["OriginAccessControlId"] = wanted.get(origin["Id"], "")


def _keep_functions(distribution: Any, request: Request) -> None:
    """Give moto's default behavior the edge functions in the request, which moto drops."""
    sent = _sent(request)["DefaultCacheBehavior"].get("LambdaFunctionAssociations")
    distribution.distribution_config.DefaultCacheBehavior.lambda_function_associations = sent or {"Quantity": 0}


def _sent(request: Request) -> Params:
    """Return the configuration in the request, which comes with or without tags."""
    sent: Params = (
        request.params.get("DistributionConfig") or request.params["DistributionConfigWithTags"]["DistributionConfig"]
    )
    return sent


def _sent_origins(request: Request) -> list[Params]:
    origins: list[Params] = _sent(request)["Origins"]["Items"]
    return origins


def _functions(config: Params) -> Iterator[str]:
    """Yield the ARNs, without versions, of a configuration's Lambda@Edge functions."""
    for behavior in (config["DefaultCacheBehavior"], *(config.get("CacheBehaviors") or {}).get("Items", ())):
        for one in (behavior.get("LambdaFunctionAssociations") or {}).get("Items", ()):
            yield one["LambdaFunctionARN"].rpartition(":")[0]


def _note_edge_functions(world: World, request: Request, arn: str) -> None:
    """Remember how long each edge function has replicas: for hours after its last distribution."""
    used = world.recall("edge-distributions", request.account)
    before, now = used.get(arn, set()), set(_functions(_sent(request)))
    used[arn] = now
    _mark_replicas(world, request, before - now, world.now() + world.quirks.edge_replicas)
    _mark_replicas(world, request, now, FOR_EVER)


def _mark_replicas(world: World, request: Request, functions: set[str], until: float) -> None:
    world.recall("edge-functions", request.account).update(dict.fromkeys(functions, until))


def _forget(world: World, request: Request, answer: Params) -> Params:
    """Drop the tags of a deleted distribution (moto keeps them), and let its edge functions' replicas expire."""
    arn = f"arn:aws:cloudfront::{request.account}:distribution/{request.params['Id']}"
    _backend(world, request).tagger.delete_all_tags_for_resource(arn)
    gone = world.recall("edge-distributions", request.account).pop(arn, set())
    _mark_replicas(world, request, gone, world.now() + world.quirks.edge_replicas)
    return answer


def _changed_control(world: World, request: Request, answer: Params) -> Params:
    return {**answer, "ETag": _new_etag(_control(world, request))}


DEPLOYMENT = (
    *(
        After(f"cloudfront:{operation}", _deploy, "CloudFront developer guide: 3 to 15 minutes after every change")
        for operation in ("CreateDistribution", "CreateDistributionWithTags", "UpdateDistribution")
    ),
    After("cloudfront:DeleteDistribution", _forget, "CloudFront developer guide, lambda-edge-delete-replicas"),
    After("cloudfront:UpdateOriginAccessControl", _changed_control, MODEL),
)

RULES = tuple(chain(VERSIONS, BLOCKED, DEPLOYMENT))
