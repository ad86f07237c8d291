"""API Gateway, REST (v1) and HTTP (v2): fixed rates, links that block, links that disappear."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.rules.throttle import each_second, limited
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.world import Params, Request, World

LIMITS = "API Gateway developer guide, limits: fixed control-plane quotas per account"
MODEL = "botocore's model of API Gateway: errors of the call"
MOTO = "moto 5.2.5 raises a Python KeyError, or says 202, instead"

NAMES_A_STAGE = re.compile("/apiStages/[^/]+")

BAD, GONE = "BadRequestException", "NotFoundException"


def _v1(world: World, request: Request) -> Any:
    return world.backend("apigateway", request.account, request.region)


def _v2(world: World, request: Request) -> Any:
    return world.backend("apigatewayv2", request.account, request.region)


# --- What doesn't exist ----------------------------------------------------------------------------------------


def _missing(store: str, parameter: str, backend: Callable[[World, Request], Any] = _v1) -> Any:
    """Return a condition: what ``parameter`` names is not in moto's ``store``."""

    def when(world: World, request: Request) -> Params | None:
        missing = request.params[parameter] not in getattr(backend(world, request), store)
        return {"account": request.account} if missing else None

    return when


def _not_a_member(world: World, request: Request) -> bool:
    keys = _v1(world, request).usage_plan_keys.get(request.params["usagePlanId"], {})
    return request.params["keyId"] not in keys


NOT_FOUND = tuple(
    Rule(call, when, GONE, message, MOTO, 404)
    for call, when, message in (
        (
            "apigateway:DeleteRestApi",
            _missing("apis", "restApiId"),
            "Invalid API identifier specified {account}:{restApiId}",
        ),
        ("apigateway:DeleteUsagePlan", _missing("usage_plans", "usagePlanId"), "Invalid Usage Plan ID specified"),
        ("apigateway:DeleteUsagePlanKey", _not_a_member, "Invalid API Key identifier specified"),
        ("apigateway:GetUsagePlanKeys", _missing("usage_plans", "usagePlanId"), "Invalid Usage Plan ID specified"),
        ("apigateway:DeleteVpcLink", _missing("vpc_links", "vpcLinkId"), "Invalid Vpc Link identifier specified"),
        (
            "apigatewayv2:DeleteApi",
            _missing("apis", "ApiId", _v2),
            "Invalid API identifier specified {account}:{ApiId}",
        ),
        ("apigatewayv2:DeleteVpcLink", _missing("vpc_links", "VpcLinkId", _v2), "VpcLink not found"),
        (
            "apigatewayv2:DeleteDomainName",
            _missing("domain_names", "DomainName", _v2),
            "Invalid domain name identifier specified",
        ),
    )
)


# --- Links that block ------------------------------------------------------------------------------------------


def _mappings(world: World, request: Request) -> Iterator[tuple[str, str, str]]:
    """Yield the domain, API and stage ("" for any) of every mapping, v1 and v2."""
    for domain, mappings in _v1(world, request).base_path_mappings.items():
        yield from ((domain, mapping.rest_api_id, mapping.stage or "") for mapping in mappings.values())
    for mapping in _v2(world, request).api_mappings.values():
        yield mapping.domain_name, mapping.api_id, mapping.stage


def _api_is_mapped(world: World, request: Request) -> bool:
    return any(api == request.params["restApiId"] for _, api, _ in _mappings(world, request))


def _stage_is_mapped(world: World, request: Request) -> Params | None:
    wanted = (
        request.params.get("restApiId", request.params.get("ApiId")),
        request.params.get("stageName", request.params.get("StageName")),
    )
    domains = sorted({domain for domain, *target in _mappings(world, request) if tuple(target) == wanted})
    return {"domains": ", ".join(domains), "stage": wanted[1]} if domains else None


def _plan_has_stages(world: World, request: Request) -> Params | None:
    plan = _v1(world, request).usage_plans.get(request.params["usagePlanId"])
    return {"link": "{apiId}:{stage}".format(**plan.api_stages[0])} if plan and plan.api_stages else None


def _removals(request: Request) -> Iterator[Params]:
    for patch in request.params.get("patchOperations", ()):
        if patch.get("op") == "remove" and patch.get("path", "").startswith("/apiStages"):
            yield patch


def _path_names_the_stage(world: World, request: Request) -> Params | None:
    del world
    wrong = (patch["path"] for patch in _removals(request) if NAMES_A_STAGE.fullmatch(patch["path"]))
    return next(({"path": path} for path in wrong), None)


def _stage_is_not_in_plan(world: World, request: Request) -> bool:
    plan = _v1(world, request).usage_plans.get(request.params["usagePlanId"])
    links = {"{apiId}:{stage}".format(**link) for link in plan.api_stages} if plan else set()
    return any(patch.get("value") not in links for patch in _removals(request) if patch["path"] == "/apiStages")


STAGE_MAPPED = (
    "Deleting stage {stage} failed. "
    "Please remove all base path mappings related to the stage in your domains: {domains}"
)

BLOCKED = (
    Rule(
        "apigateway:DeleteRestApi",
        _api_is_mapped,
        BAD,
        "Deleting RestApi failed. Please remove all base path mappings related to the RestApi in your domains.",
        "three logs in public repositories; " + MODEL,
    ),
    Rule("apigateway:DeleteStage", _stage_is_mapped, BAD, STAGE_MAPPED, "terraform-provider-aws#12756"),
    Rule("apigatewayv2:DeleteStage", _stage_is_mapped, BAD, STAGE_MAPPED, "a log in a public repository; not modelled"),
    Rule(
        "apigateway:DeleteUsagePlan",
        _plan_has_stages,
        BAD,
        "Cannot delete Usage Plan {usagePlanId} because there are API Stages associated with it, including {link}",
        "aws-sdk-js#3841, serverless#4006",
    ),
    Rule(
        "apigateway:UpdateUsagePlan",
        _path_names_the_stage,
        BAD,
        "Invalid patch path '{path}' specified for op 'remove'. Must be one of: [/apiStages, /description, /name]",
        "boto3#2629",
    ),
    Rule("apigateway:UpdateUsagePlan", _stage_is_not_in_plan, BAD, "Invalid API Stage specified", "boto3#2629"),
)


# --- Links that disappear --------------------------------------------------------------------------------------


def _drop_stage_links(world: World, request: Request, answer: Params) -> Params:
    """Remove the deleted API or stage from every usage plan, as AWS does by itself (moto leaves it dangling)."""
    api, stage = request.params["restApiId"], request.params.get("stageName")
    plans = _v1(world, request).usage_plans

    def drop() -> None:
        for plan in plans.values():
            plan.api_stages = [
                link for link in plan.api_stages if link["apiId"] != api or stage not in (None, link["stage"])
            ]

    world.later(world.quirks.usage_plan_link_lag, drop)
    world.catch_up()
    return answer


def _drop_key_links(world: World, request: Request, answer: Params) -> Params:
    for keys in _v1(world, request).usage_plan_keys.values():
        keys.pop(request.params["apiKey"], None)
    return answer


def _drop_mappings(world: World, request: Request, answer: Params) -> Params:
    _v1(world, request).base_path_mappings.pop(request.params["domainName"], None)
    return answer


def _room_for_mappings(world: World, request: Request, answer: Params) -> Params:
    _v1(world, request).base_path_mappings.setdefault(request.params["domainName"], {})
    return answer


def _list_v2_domains(world: World, request: Request, answer: Params) -> Params:
    """Add the domains that were created through v2: they are the same resources."""
    listed = {domain["domainName"] for domain in answer["items"]}
    missing = [name for name in _v2(world, request).domain_names if name not in listed]
    more = [{"domainName": name, "endpointConfiguration": {"types": ["REGIONAL"]}} for name in missing]
    return answer | {"items": [*answer["items"], *more]}


def _delete_v2_domain(world: World, request: Request) -> Params:
    backend, name = _v2(world, request), request.params["DomainName"]
    del backend.domain_names[name]
    backend.api_mappings = {key: one for key, one in backend.api_mappings.items() if one.domain_name != name}
    return {}


FALL_AWAY = (
    After("apigateway:DeleteRestApi", _drop_stage_links, "terraform-provider-aws#14100, a maintainer"),
    After("apigateway:DeleteStage", _drop_stage_links, "terraform-provider-aws#14100, a maintainer"),
    After("apigateway:DeleteApiKey", _drop_key_links, MOTO),
    After("apigateway:DeleteDomainName", _drop_mappings, MOTO),
    After("apigateway:CreateDomainName", _room_for_mappings, "moto 5.2.5: KeyError on a domain without mappings"),
    After("apigateway:GetDomainNames", _list_v2_domains, "Service Authorization Reference: one ARN for both versions"),
    Instead("apigatewayv2:DeleteDomainName", _delete_v2_domain, "moto 5.2.5: dictionary changed during iteration"),
)


# --- Tags ------------------------------------------------------------------------------------------------------


def _tagged(world: World, request: Request) -> Any:
    """Return moto's object behind an ARN such as ``arn:aws:apigateway:<region>::/usageplans/<id>``."""
    backend = _v1(world, request)
    kind, _, path = request.params["resourceArn"].partition("::/")[2].partition("/")
    name, _, stage = path.partition("/stages/")
    stores = {"restapis": backend.apis, "apikeys": backend.keys, "usageplans": backend.usage_plans}
    found = stores.get(kind, {}).get(name)
    found = found.stages.get(stage) if found and stage else found
    if found is None:
        raise Refusal(GONE, "Invalid resource identifier specified", 404)
    return found


def _tag(world: World, request: Request) -> Params:
    target = _tagged(world, request)
    target.tags = {**(target.tags or {}), **request.params["tags"]}
    return {}


def _untag(world: World, request: Request) -> Params:
    target = _tagged(world, request)
    target.tags = {key: value for key, value in (target.tags or {}).items() if key not in request.params["tagKeys"]}
    return {}


TAGS = tuple(
    Instead(f"apigateway:{operation}", act, "moto 5.2.5 knows tags of stages only")
    for operation, act in (
        ("TagResource", _tag),
        ("UntagResource", _untag),
        ("GetTags", lambda world, request: {"tags": _tagged(world, request).tags or {}}),
    )
)


# --- Rates -----------------------------------------------------------------------------------------------------

RATES = (
    limited("apigateway:DeleteRestApi", lambda quirks: (1, 1 / quirks.rest_api_delete_every), source=LIMITS),
    limited("apigateway:UpdateUsagePlan", lambda quirks: (1, 1 / quirks.usage_plan_update_every), source=LIMITS),
    limited("apigateway:DeleteDomainName", lambda _: (1, 1 / 30), source=LIMITS),
    limited("apigatewayv2:DeleteVpcLink", lambda _: (1, 1 / 30), source=LIMITS),
    limited("apigateway:DeleteApiKey", each_second(5), source=LIMITS),
    limited("apigateway:*", lambda quirks: quirks.control_rate, bucket="apigateway", source=LIMITS),
    limited("apigatewayv2:*", lambda quirks: quirks.control_rate, bucket="apigateway", source=LIMITS),
)

RULES = tuple(chain(RATES, NOT_FOUND, BLOCKED, FALL_AWAY, TAGS))
