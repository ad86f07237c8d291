"""Elastic Load Balancing: load balancers that leave their network interfaces behind for a while, target groups."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.sandbox.rules import ec2_interfaces
from carbuyer_cleanup.sandbox.rules.paging import paged
from carbuyer_cleanup.sandbox.rules.throttle import seconds_to_wait
from carbuyer_cleanup.sandbox.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.sandbox.world import Params, Request, World

MODEL = "botocore's model of Elastic Load Balancing"
IN_USE = "Target group '{TargetGroupArn}' is currently in use by a listener or a rule"


def _elb(world: World, request: Request) -> Any:
    return world.backend("elbv2", request.account, request.region)


def _ec2(world: World, request: Request) -> Any:
    return world.backend("ec2", request.account, request.region)


def _listeners(world: World, request: Request) -> dict[str, Any]:
    balancers = _elb(world, request).load_balancers.values()
    return {arn: listener for balancer in balancers for arn, listener in balancer.listeners.items()}


def _rules(world: World, request: Request) -> dict[str, Any]:
    listeners = _listeners(world, request).values()
    return {rule.arn: rule for listener in listeners for rule in listener.rules.values()}


# --- Network interfaces of load balancers ----------------------------------------------------------------------


def _interfaces(world: World, request: Request, arn: str) -> dict[str, Any]:
    """Return the load balancer's interfaces by subnet."""
    return world.recall("elbv2-interfaces", request.account, request.region, arn)


def _settle(world: World, request: Request, arn: str) -> None:
    """Let the load balancer have one interface in each of its subnets, in its security groups."""
    balancer, ec2 = _elb(world, request).load_balancers[arn], _ec2(world, request)
    balancer.scheme = balancer.scheme or "internet-facing"
    interfaces = _interfaces(world, request, arn)
    wanted = {subnet.id for subnet in balancer.subnets}
    for subnet in interfaces.keys() - wanted:
        ec2_interfaces.delete(world, request, interfaces.pop(subnet))
    for subnet in wanted - interfaces.keys():
        interfaces[subnet] = _make_interface(ec2, subnet, balancer)
    for interface in interfaces.values():
        groups = [ec2.get_security_group_from_id(id_) for id_ in balancer.security_groups or ()]
        interface._group_set = groups or interface._group_set  # noqa: SLF001 - moto has no public name for it


def _make_interface(ec2: Any, subnet: str, balancer: Any) -> Any:
    is_public = balancer.scheme == "internet-facing"
    interface = ec2.create_network_interface(ec2.get_subnet(subnet), None, public_ip_auto_assign=is_public)
    description = "ELB " + balancer.arn.partition(":loadbalancer/")[2]
    return ec2_interfaces.hand_over(interface, description, "amazon-elb")


def _settle_new(world: World, request: Request, answer: Params) -> Params:
    for shown in answer["LoadBalancers"]:
        _settle(world, request, shown["LoadBalancerArn"])
        shown["Scheme"] = shown.get("Scheme") or "internet-facing"
    return answer


def _settle_again(world: World, request: Request, answer: Params) -> Params:
    _settle(world, request, request.params["LoadBalancerArn"])
    return answer


def _linger(world: World, request: Request, arn: str) -> None:
    """Leave the interfaces where they are for a while, then unattached, then delete them."""
    attached, available = world.quirks.load_balancer_interfaces_attached, world.quirks.load_balancer_interfaces_available
    for interface in _interfaces(world, request, arn).values():
        world.later(attached, partial(ec2_interfaces.detach, interface))
        world.later(attached + available, partial(ec2_interfaces.delete, world, request, interface))
    _interfaces(world, request, arn).clear()


# --- Deleting load balancers -----------------------------------------------------------------------------------

BALANCER_ARN = re.compile(r"arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:loadbalancer/\w+/[\w-]+/[0-9a-f]+")


def _is_no_arn(world: World, request: Request) -> bool:
    del world
    return not BALANCER_ARN.fullmatch(request.params["LoadBalancerArn"])


def _is_protected(world: World, request: Request) -> bool:
    balancer = _elb(world, request).load_balancers.get(request.params["LoadBalancerArn"])
    return bool(balancer) and str(balancer.attrs["deletion_protection.enabled"]).lower() == "true"


def _delete_balancer(world: World, request: Request) -> Params:
    """Delete it with its listeners and rules; one that isn't there is a success."""
    elb, arn = _elb(world, request), request.params["LoadBalancerArn"]
    balancer = elb.load_balancers.get(arn)
    if balancer is None:
        return {}
    until = world.clock.now() + world.quirks.target_group_in_use
    _draining(world, request).update(dict.fromkeys(_targets(balancer, elb), until))
    _forget_tags(elb, balancer)
    del elb.load_balancers[arn]
    _linger(world, request, arn)
    return {}


def _targets(balancer: Any, elb: Any) -> set[str]:
    """Return the target groups that the load balancer's rules send to."""
    rules = [rule for listener in balancer.listeners.values() for rule in listener.rules.values()]
    actions = [action for rule in rules for action in rule.actions]
    return {arn for action in actions for arn in elb._get_target_group_arns_from(action.data)}  # noqa: SLF001 - no other


def _forget_tags(elb: Any, balancer: Any) -> None:
    arns = [balancer.arn, *balancer.listeners, *(arn for one in balancer.listeners.values() for arn in one.rules)]
    for arn in arns:
        elb.tagging_service.delete_all_tags_for_resource(arn)


BALANCERS = (
    *(
        After(f"elbv2:{operation}", act, "VPC user guide, requester-managed interfaces; hashicorp/terraform#1036")
        for operation, act in (
            ("CreateLoadBalancer", _settle_new),
            ("SetSecurityGroups", _settle_again),
            ("SetSubnets", _settle_again),
        )
    ),
    Rule(
        "elbv2:DeleteLoadBalancer",
        _is_no_arn,
        "ValidationError",
        "'{LoadBalancerArn}' is not a valid load balancer ARN",
        "observed; text unverified",
    ),
    Rule(
        "elbv2:DeleteLoadBalancer",
        _is_protected,
        "OperationNotPermitted",
        "Load balancer '{LoadBalancerArn}' cannot be deleted because deletion protection is enabled",
        "ALB user guide, load-balancer-delete",
    ),
    Instead(
        "elbv2:DeleteLoadBalancer",
        _delete_balancer,
        MODEL + "; hashicorp/terraform-provider-aws#40 and alantech/iasql#654: its interfaces stay for minutes, "
        "at last without attachment",
    ),
)


# --- Target groups ---------------------------------------------------------------------------------------------


def _draining(world: World, request: Request) -> dict[str, float]:
    """Return until when each target group is still in use by a load balancer that is gone."""
    return world.recall("elbv2-draining", request.account, request.region)


def _users(world: World, request: Request, target_group: str) -> list[str]:
    elb = _elb(world, request)
    return [arn for arn, balancer in elb.load_balancers.items() if target_group in _targets(balancer, elb)]


def _is_in_use(world: World, request: Request) -> bool:
    arn = request.params["TargetGroupArn"]
    return bool(_users(world, request, arn)) or world.clock.now() < _draining(world, request).get(arn, 0)


def _delete_target_group(world: World, request: Request) -> Params:
    elb, arn = _elb(world, request), request.params["TargetGroupArn"]
    elb.target_groups.pop(arn, None)
    elb.tagging_service.delete_all_tags_for_resource(arn)
    return {}


def _show_users(world: World, request: Request, answer: Params) -> Params:
    for shown in answer["TargetGroups"]:
        shown["LoadBalancerArns"] = _users(world, request, shown["TargetGroupArn"])
    return answer


def _deregister(world: World, request: Request) -> Params:
    targets = _elb(world, request).target_groups[request.params["TargetGroupArn"]].targets
    for target in request.params["Targets"]:
        targets.pop(target["Id"], None)
    return {}


def _no_target_group(world: World, request: Request) -> bool:
    return request.params["TargetGroupArn"] not in _elb(world, request).target_groups


TARGET_GROUPS = (
    Rule(
        "elbv2:DeleteTargetGroup",
        _is_in_use,
        "ResourceInUse",
        IN_USE,
        "Terraform, target_group.go: also for up to 2 minutes after the load balancer is deleted",
    ),
    Instead("elbv2:DeleteTargetGroup", _delete_target_group, MODEL + ": knows no TargetGroupNotFound here"),
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
    """Tell whether the request names a load balancer that isn't there; moto looks at the first one only."""
    known = {getattr(one, attribute) for one in _elb(world, request).load_balancers.values()}
    return not known.issuperset(request.params.get(parameter, ()))


def _unknown_listener(world: World, request: Request) -> bool:
    return not _listeners(world, request).keys() >= set(request.params.get("ListenerArns", ()))


def _missing(world: World, request: Request) -> Iterator[tuple[str, str]]:
    """Yield the error and its text for each ARN that tags are asked of and that isn't there."""
    elb = _elb(world, request)
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
    Rule(
        "elbv2:DescribeTags", _tags_of_the_missing, "LoadBalancerNotFound", "One or more are not found", MODEL
    ),
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
            lambda item, key=key: item[key],
            size="PageSize",
            token="Marker",  # noqa: S106 - no password
            next_token="NextMarker",  # noqa: S106 - likewise
            default=400,
            most=lambda _: 400,
            source=MODEL + ": Marker; moto 5.2.5 answers in one page",
        )
        for operation, (items, key) in LISTS.items()
        if operation not in PAGED_BY_MOTO
    ),
)

RULES = (*RATES, *BALANCERS, *TARGET_GROUPS, *OTHERS, *PAGES)
