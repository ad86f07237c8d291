"""Elastic Load Balancing: target groups, listeners, rules, pages, rates; balancers are in :mod:`.elbv2_balancers`."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from strict_moto.rules import elbv2_balancers
from strict_moto.rules.elbv2_balancers import MODEL, backend, draining, targets
from strict_moto.rules.paging import at_most, paged
from strict_moto.rules.throttle import seconds_to_wait
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

IN_USE = "Target group '{TargetGroupArn}' is currently in use by a listener or a rule"


def _listeners(world: World, request: Request) -> dict[str, Any]:
    balancers = backend(world, request).load_balancers.values()
    return {arn: listener for balancer in balancers for arn, listener in balancer.listeners.items()}


def _rules(world: World, request: Request) -> dict[str, Any]:
    listeners = _listeners(world, request).values()
    return {rule.arn: rule for listener in listeners for rule in listener.rules.values()}


# --- Target groups ---------------------------------------------------------------------------------------------


def _users(world: World, request: Request, target_group: str) -> list[str]:
    elb = backend(world, request)
    return [arn for arn, balancer in elb.load_balancers.items() if target_group in targets(balancer, elb)]


def _is_in_use(world: World, request: Request) -> bool:
    arn = request.params["TargetGroupArn"]
    return bool(_users(world, request, arn)) or world.now() < draining(world, request).get(arn, 0)


def _delete_target_group(world: World, request: Request) -> Params:
    elb, arn = backend(world, request), request.params["TargetGroupArn"]
    elb.target_groups.pop(arn, None)
    elb.tagging_service.delete_all_tags_for_resource(arn)
    return {}


def _show_users(world: World, request: Request, answer: Params) -> Params:
    for shown in answer["TargetGroups"]:
        shown["LoadBalancerArns"] = _users(world, request, shown["TargetGroupArn"])
    return answer


def _deregister(world: World, request: Request) -> Params:
    group = backend(world, request).target_groups[request.params["TargetGroupArn"]]
    for target in request.params["Targets"]:
        group.targets.pop(target["Id"], None)
    return {}


def _no_target_group(world: World, request: Request) -> bool:
    return request.params["TargetGroupArn"] not in backend(world, request).target_groups


TARGET_GROUPS = (
    Rule(
        "elbv2:DeleteTargetGroup",
        _is_in_use,
        "ResourceInUse",
        IN_USE,
        "Terraform, target_group.go: also for up to 2 minutes after the load balancer is deleted",
    ),
    Instead("elbv2:DeleteTargetGroup", _delete_target_group, MODEL + ": has no TargetGroupNotFound here"),
    After("elbv2:DescribeTargetGroups", _show_users, "moto 5.2.5 keeps dead load balancers, once for each rule"),
    Rule(
        "elbv2:DeregisterTargets",
        _no_target_group,
        "TargetGroupNotFound",
        "One or more target groups not found",
        MODEL,
    ),
    Instead("elbv2:DeregisterTargets", _deregister, MODEL + ": unknown targets are a success"),
)


# --- Listeners, rules, tags ------------------------------------------------------------------------------------


def _is_unknown_rule(world: World, request: Request) -> bool:
    return request.params["RuleArn"] not in _rules(world, request)


def _is_default_rule(world: World, request: Request) -> bool:
    return bool(_rules(world, request)[request.params["RuleArn"]].is_default)


def _unknown(world: World, request: Request, parameter: str, attribute: str) -> bool:
    """Return whether the request names an unknown load balancer; moto checks only the first."""
    known = {getattr(one, attribute) for one in backend(world, request).load_balancers.values()}
    return not known.issuperset(request.params.get(parameter, ()))


def _unknown_listener(world: World, request: Request) -> bool:
    return not _listeners(world, request).keys() >= set(request.params.get("ListenerArns", ()))


def _missing(world: World, request: Request) -> Iterator[tuple[str, str]]:
    """Yield the error code and text for each unknown ARN in the request."""
    elb = backend(world, request)
    there = {
        ":loadbalancer/": (elb.load_balancers, "LoadBalancerNotFound", "load balancers"),
        ":targetgroup/": (elb.target_groups, "TargetGroupNotFound", "target groups"),
        ":listener/": (_listeners(world, request), "ListenerNotFound", "listeners"),
        ":listener-rule/": (_rules(world, request), "RuleNotFound", "rules"),
    }
    for arn in request.params["ResourceArns"]:
        for part, (known, code, name) in there.items():
            if part in arn and arn not in known:
                yield code, f"One or more {name} not found"


def _tags_of_the_missing(world: World, request: Request) -> bool:
    for code, message in _missing(world, request):
        raise Refusal(code, message)
    return False


def _too_many(world: World, request: Request, parameter: str) -> bool:
    del world
    return len(request.params.get(parameter, ())) > 20  # noqa: PLR2004 - the most that AWS takes


OTHERS = (
    Rule("elbv2:DeleteRule", _is_unknown_rule, "RuleNotFound", "One or more rules not found", MODEL),
    Rule(
        "elbv2:DeleteRule",
        _is_default_rule,
        "OperationNotPermitted",
        "Default rule '{RuleArn}' cannot be deleted",
        MODEL + "; moto 5.2.5 fails",
    ),
    *(
        Rule(
            "elbv2:DescribeLoadBalancers",
            partial(_unknown, parameter=parameter, attribute=attribute),
            "LoadBalancerNotFound",
            "One or more load balancers not found",
            MODEL,
        )
        for parameter, attribute in (("LoadBalancerArns", "arn"), ("Names", "name"))
    ),
    Rule("elbv2:DescribeListeners", _unknown_listener, "ListenerNotFound", "One or more listeners not found", MODEL),
    *(
        Rule(
            f"elbv2:{operation}",
            partial(_too_many, parameter=parameter),
            "ValidationError",
            "Up to 20 ARNs can be named at once",
            MODEL + "; text unverified",
        )
        for operation, parameter in (("DescribeTags", "ResourceArns"), ("DescribeLoadBalancers", "LoadBalancerArns"))
    ),
    Rule("elbv2:DescribeTags", _tags_of_the_missing, "LoadBalancerNotFound", "One or more are not found", MODEL),
)


# --- Pages and rates -------------------------------------------------------------------------------------------

LISTS = {
    "DescribeListeners": ("Listeners", "ListenerArn"),
    "DescribeLoadBalancers": ("LoadBalancers", "LoadBalancerArn"),
    "DescribeRules": ("Rules", "RuleArn"),
    "DescribeTargetGroups": ("TargetGroups", "TargetGroupArn"),
}
PAGED_BY_MOTO = frozenset({"DescribeLoadBalancers", "DescribeRules"})
READING = (*LISTS, "DescribeTags", "DescribeTargetHealth", "DescribeLoadBalancerAttributes")
CHANGING = (
    *("DeleteListener", "DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup"),
    *("DeregisterTargets", "ModifyLoadBalancerAttributes"),
)


def _size_is_wrong(world: World, request: Request) -> bool:
    del world
    return not 1 <= int(request.params.get("PageSize", 1)) <= 400  # noqa: PLR2004 - the most that AWS takes


def _too_fast(world: World, request: Request) -> bool:
    quirks, is_reading = world.quirks, request.operation in READING
    rate = quirks.elb_describe_rate if is_reading else quirks.elb_change_rate
    if seconds_to_wait(world, request, "elbv2 " + ("reading" if is_reading else "changing"), rate):
        raise Refusal(quirks.elb_throttle_code, "Rate exceeded")
    return False


RATES = tuple(
    Rule(
        f"elbv2:{operation}",
        _too_fast,
        "Throttling",
        "Rate exceeded",
        "Elastic Load Balancing user guide, elb-api-throttling: a bucket for all that reads, one for what changes",
    )
    for operation in (*READING, *CHANGING)
)
PAGES = (
    *(
        Rule(
            f"elbv2:{operation}",
            _size_is_wrong,
            "ValidationError",
            "1 validation error detected: Value '{PageSize}' at 'pageSize' failed to satisfy constraint",
            MODEL + ": PageSize is 1 to 400",
        )
        for operation in LISTS
    ),
    *(
        paged(
            f"elbv2:{operation}",
            items,
            itemgetter(key),
            size="PageSize",
            start="Marker",
            resume="NextMarker",
            default=400,
            most=at_most(400),
            source=MODEL + ": Marker; moto 5.2.5 answers in one page",
        )
        for operation, (items, key) in LISTS.items()
        if operation not in PAGED_BY_MOTO
    ),
)

RULES = (*RATES, *elbv2_balancers.RULES, *TARGET_GROUPS, *OTHERS, *PAGES)
