"""CloudWatch Logs: deletion protection, the two forms of an ARN, and groups that come back."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.rules.throttle import each_second, limited
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of CloudWatch Logs"
NUKE = "aws-nuke, cloudwatchlogs-loggroup"
GONE, NO_GROUP = "ResourceNotFoundException", "The specified log group does not exist."
FUNCTION_GROUP = "/aws/lambda/"


def _backend(world: World, request: Request) -> Any:
    return world.backend("logs", request.account, request.region)


def _group(world: World, request: Request) -> Any:
    return _backend(world, request).groups.get(request.params["logGroupName"])


# --- Deletion protection ---------------------------------------------------------------------------------------


def _is_protected(world: World, request: Request) -> bool:
    return bool(getattr(_group(world, request), "deletion_protection", False))


def _protect(world: World, request: Request) -> Params:
    name = request.params["logGroupIdentifier"].partition(":log-group:")[2].removesuffix(":*")
    group = _backend(world, request).groups.get(name or request.params["logGroupIdentifier"])
    if group is None:
        raise Refusal(GONE, NO_GROUP)
    group.deletion_protection = request.params["deletionProtectionEnabled"]
    _note_change(world, request, group.name)
    return {}


def _protect_from_birth(world: World, request: Request, answer: Params) -> Params:
    group = _group(world, request)
    group.deletion_protection = request.params.get("deletionProtectionEnabled", False)
    return answer


def _describe(world: World, request: Request, answer: Params) -> Params:
    """Show the protection, and apply the name pattern, which moto ignores."""
    groups = _backend(world, request).groups
    pattern = request.params.get("logGroupNamePattern", "")
    shown = [one for one in answer.get("logGroups", ()) if pattern in one["logGroupName"]]
    for one in shown:
        one["deletionProtectionEnabled"] = getattr(groups[one["logGroupName"]], "deletion_protection", False)
    return {**answer, "logGroups": shown}


def _prefix_and_pattern(world: World, request: Request) -> bool:
    del world
    return {"logGroupNamePrefix", "logGroupNamePattern"} <= request.params.keys()


# --- A change settles, a group comes back ----------------------------------------------------------------------


def _note_change(world: World, request: Request, name: str) -> None:
    changes = world.recall("log-group-changes", request.account, request.region)
    changes[name] = world.now() + world.quirks.log_group_settling


def _retention_changed(world: World, request: Request, answer: Params) -> Params:
    _note_change(world, request, request.params["logGroupName"])
    return answer


def _is_changing(world: World, request: Request) -> bool:
    changes = world.recall("log-group-changes", request.account, request.region)
    return bool(world.now() < changes.get(request.params["logGroupName"], 0))


def _after_delete(world: World, request: Request, answer: Params) -> Params:
    """Forget the group's tags (moto keeps them for the next group of that name), and let a late invocation write."""
    backend, name = _backend(world, request), request.params["logGroupName"]
    arn = f"arn:aws:logs:{request.region}:{request.account}:log-group:{name}"
    backend.tagger.delete_all_tags_for_resource(arn)
    if world.quirks.late_invocation and name.startswith(FUNCTION_GROUP):
        _write_once_more(world, request, name)
    return answer


def _write_once_more(world: World, request: Request, name: str) -> None:
    written = world.recall("late-invocations", request.account, request.region)
    if name not in written:
        written[name] = True
        backend = _backend(world, request)
        world.later(world.quirks.late_invocation, lambda: backend.ensure_log_group(name))


# --- The two forms of an ARN -----------------------------------------------------------------------------------


def _arn_with_star(world: World, request: Request) -> bool:
    del world
    return bool(request.params["resourceArn"].endswith(":*"))


def _no_such_group(world: World, request: Request) -> bool:
    name = request.params["resourceArn"].partition(":log-group:")[2]
    return bool(name) and name not in _backend(world, request).groups


RATES = tuple(
    limited(
        f"logs:{operation}",
        each_second(rate),
        source=NUKE + ": 10 a second, ListTagsForResource 5",
        code="ThrottlingException",
        status=400,
    )
    for operation, rate in (("DeleteLogGroup", 10), ("DescribeLogGroups", 10), ("ListTagsForResource", 5))
)

REFUSALS = (
    Rule(
        "logs:DeleteLogGroup",
        _is_protected,
        "ValidationException",
        "Log group {logGroupName} is protected against deletion. Disable deletion protection first.",
        MODEL + ": the only error of the call that fits; text unverified",
    ),
    Rule(
        "logs:DeleteLogGroup",
        _is_changing,
        "OperationAbortedException",
        "A conflicting operation is currently in progress against this resource. Please try again.",
        MODEL + "; text unverified",
    ),
    Rule(
        "logs:DescribeLogGroups",
        _prefix_and_pattern,
        "InvalidParameterException",
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        MODEL + "; text unverified",
    ),
    *(
        Rule(
            f"logs:{operation}",
            _arn_with_star,
            "InvalidParameterException",
            "The ARN of a log group must not end with :*",
            MODEL + ", " + NUKE + "; text unverified",
        )
        for operation in ("ListTagsForResource", "TagResource", "UntagResource")
    ),
    Rule(
        "logs:ListTagsForResource",
        _no_such_group,
        GONE,
        NO_GROUP,
        "moto 5.2.5 answers with no tags",
    ),
)

ACTIONS = (
    Instead("logs:PutLogGroupDeletionProtection", _protect, "not implemented in moto 5.2.5"),
    After("logs:CreateLogGroup", _protect_from_birth, MODEL),
    After("logs:DescribeLogGroups", _describe, MODEL),
    After("logs:PutRetentionPolicy", _retention_changed, MODEL),
    After("logs:DeleteLogGroup", _after_delete, NUKE + ": a late invocation recreates the group"),
)

RULES = tuple(chain(RATES, REFUSALS, ACTIONS))
