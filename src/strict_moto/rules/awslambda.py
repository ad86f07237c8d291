"""Lambda's calls; what functions hold inside a VPC is in :mod:`.lambda_interfaces`."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from strict_moto import codes
from strict_moto.rules.lambda_interfaces import RULES as INTERFACES
from strict_moto.rules.lambda_interfaces import function_name
from strict_moto.rules.paging import at_most, paged
from strict_moto.rules.throttle import limited
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of Lambda"
RATE = "Lambda developer guide, quotas: 15 control-plane requests a second, GetFunction and Invoke apart"

CONTROL_PLANE = (
    "CreateFunction",
    "DeleteEventSourceMapping",
    "DeleteFunction",
    "GetFunctionConfiguration",
    "ListAliases",
    "ListEventSourceMappings",
    "ListFunctions",
    "ListTags",
    "ListVersionsByFunction",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
)


def _function(world: World, request: Request) -> Any:
    backend = world.backend("lambda", request.account, request.region)
    wanted = function_name(request)
    return next((one for one in backend.list_functions() if one.function_name == wanted), None)


# --- An update takes a moment ----------------------------------------------------------------------------------


def _updates(world: World, request: Request) -> dict[str, float]:
    """Return the time until which each function is being updated."""
    return world.recall("lambda-updates", request.account, request.region)


def _is_updating(world: World, request: Request, name: str) -> bool:
    return world.now() < _updates(world, request).get(name, 0)


def _update_in_progress(world: World, request: Request) -> Params | None:
    function = _function(world, request)
    updating = function and _is_updating(world, request, function.function_name)
    return {"arn": function.function_arn} if updating else None


def _note_update(world: World, request: Request, answer: Params) -> Params:
    _updates(world, request)[answer["FunctionName"]] = world.now() + world.quirks.function_updating
    return {**answer, "LastUpdateStatus": "InProgress"}


def _show_update(world: World, request: Request, answer: Params) -> Params:
    configuration = answer.get("Configuration", answer)
    if _is_updating(world, request, configuration["FunctionName"]):
        configuration["LastUpdateStatus"] = "InProgress"
    return answer


UPDATES = (
    After("lambda:GetFunction", codes.tell, "Lambda API reference, GetFunction"),
    *(
        Rule(
            f"lambda:{operation}",
            _update_in_progress,
            "ResourceConflictException",
            "The operation cannot be performed at this time. An update is in progress for resource: {arn}",
            MODEL,
            409,
        )
        for operation in ("DeleteFunction", "UpdateFunctionConfiguration", "UpdateFunctionCode")
    ),
    *(
        After(f"lambda:{operation}", _note_update, MODEL + ": LastUpdateStatus")
        for operation in ("UpdateFunctionConfiguration", "UpdateFunctionCode")
    ),
    *(
        After(f"lambda:{operation}", _show_update, MODEL + ": LastUpdateStatus")
        for operation in ("GetFunction", "GetFunctionConfiguration")
    ),
)


# --- Lambda@Edge -----------------------------------------------------------------------------------------------


def _is_replicated(world: World, request: Request) -> Params | None:
    function = _function(world, request)
    until = world.recall("edge-functions", request.account).get(function.function_arn, 0) if function else 0
    return {"arn": function.function_arn} if world.now() < until else None


EDGE = Rule(
    "lambda:DeleteFunction",
    _is_replicated,
    "InvalidParameterValueException",
    "Lambda was unable to delete {arn} because it is a replicated function. "
    "Please see our documentation for Deleting Lambda@Edge Functions and Replicas.",
    "CloudFront developer guide, lambda-edge-delete-replicas; five logs in public repositories",
)


# --- Event source mappings -------------------------------------------------------------------------------------


def _event_sources(world: World, request: Request) -> dict[str, Any]:
    backend = world.backend("lambda", request.account, request.region)
    sources: dict[str, Any] = backend._event_source_mappings  # noqa: SLF001 - moto has no public name for it
    return sources


def _no_event_source(world: World, request: Request) -> bool:
    return request.params["UUID"] not in _event_sources(world, request)


def _event_source_is_deleting(world: World, request: Request) -> bool:
    source = _event_sources(world, request).get(request.params["UUID"])
    return getattr(source, "state", None) == "Deleting"


def _delete_event_source(world: World, request: Request) -> Params:
    sources, key = _event_sources(world, request), request.params["UUID"]
    sources[key].state = "Deleting"
    world.later(world.quirks.event_source_deleting, lambda: sources.pop(key, None))
    return {**sources[key].get_configuration(), "State": "Deleting"}


def _show_deleting(world: World, request: Request, answer: Params) -> Params:
    sources = _event_sources(world, request)
    for shown in answer.get("EventSourceMappings", [answer]):
        if getattr(sources[shown["UUID"]], "state", None) == "Deleting":
            shown["State"] = "Deleting"
    return answer


EVENT_SOURCES = (
    Rule(
        "lambda:DeleteEventSourceMapping",
        _no_event_source,
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
        "moto 5.2.5 answers 404 without a code",
        404,
    ),
    Rule(
        "lambda:DeleteEventSourceMapping",
        _event_source_is_deleting,
        "ResourceInUseException",
        "Cannot delete the event source mapping because it is in use.",
        MODEL + "; text unverified",
    ),
    Instead("lambda:DeleteEventSourceMapping", _delete_event_source, MODEL + ": Deleting, for several seconds"),
    After("lambda:GetEventSourceMapping", _show_deleting, MODEL),
    After("lambda:ListEventSourceMappings", _show_deleting, MODEL),
)


# --- Lists -----------------------------------------------------------------------------------------------------


def _without_state(world: World, request: Request, answer: Params) -> Params:
    del world, request
    absent = {"State", "LastUpdateStatus"}
    functions = [{key: one[key] for key in one if key not in absent} for one in answer["Functions"]]
    return {**answer, "Functions": functions}


LISTS = (
    After("lambda:ListFunctions", _without_state, MODEL + ": ListFunctions returns a subset of the fields"),
    *(
        paged(
            f"lambda:{operation}",
            items,
            itemgetter(key),
            size="MaxItems",
            start="Marker",
            resume="NextMarker",
            default=most,
            most=at_most(most),
            source=MODEL + ": at most 50 (mappings: 100) in each response, even if MaxItems is higher",
        )
        for operation, items, key, most in (
            ("ListFunctions", "Functions", "FunctionArn", 50),
            ("ListVersionsByFunction", "Versions", "FunctionArn", 50),
            ("ListAliases", "Aliases", "AliasArn", 50),
            ("ListEventSourceMappings", "EventSourceMappings", "UUID", 100),
        )
    ),
)

RATES = tuple(
    limited(f"lambda:{operation}", lambda quirks: quirks.lambda_rate, bucket="lambda", source=RATE)
    for operation in CONTROL_PLANE
)

RULES = tuple(chain(RATES, UPDATES, (EDGE,), EVENT_SOURCES, LISTS, INTERFACES))
