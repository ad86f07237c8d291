"""Load balancers, whose network interfaces outlive them for a while."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules import ec2_interfaces
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of Elastic Load Balancing"


def backend(world: World, request: Request) -> Any:
    """Return moto's Elastic Load Balancing backend for the request's account and Region."""
    return world.backend("elbv2", request.account, request.region)


def _ec2(world: World, request: Request) -> Any:
    return world.backend("ec2", request.account, request.region)


def draining(world: World, request: Request) -> dict[str, float]:
    """Return the time until which each target group is still in use by a deleted load balancer."""
    return world.recall("elbv2-draining", request.account, request.region)


# --- Network interfaces of load balancers ----------------------------------------------------------------------


def _interfaces(world: World, request: Request, arn: str) -> dict[str, Any]:
    """Return the load balancer's interfaces by subnet."""
    return world.recall("elbv2-interfaces", request.account, request.region, arn)


def _settle(world: World, request: Request, arn: str) -> None:
    """Give the load balancer one interface in each of its subnets, with its security groups."""
    balancer, ec2 = backend(world, request).load_balancers[arn], _ec2(world, request)
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
    """Leave the interfaces attached for a while, then detach them, then delete them."""
    unattached = world.quirks.load_balancer_interfaces_attached
    gone = unattached + world.quirks.load_balancer_interfaces_available
    for interface in _interfaces(world, request, arn).values():
        world.later(unattached, partial(ec2_interfaces.detach, interface))
        world.later(gone, partial(ec2_interfaces.delete, world, request, interface))
    _interfaces(world, request, arn).clear()


# --- Deleting load balancers -----------------------------------------------------------------------------------

BALANCER_ARN = re.compile(r"arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:loadbalancer/\w+/[\w-]+/[0-9a-f]+")


def _is_no_arn(world: World, request: Request) -> bool:
    del world
    return not BALANCER_ARN.fullmatch(request.params["LoadBalancerArn"])


def _is_protected(world: World, request: Request) -> bool:
    balancer = backend(world, request).load_balancers.get(request.params["LoadBalancerArn"])
    return bool(balancer) and str(balancer.attrs["deletion_protection.enabled"]).lower() == "true"


def _delete_balancer(world: World, request: Request) -> Params:
    """Delete it with its listeners and rules; an unknown one is a success."""
    elb, arn = backend(world, request), request.params["LoadBalancerArn"]
    balancer = elb.load_balancers.get(arn)
    if balancer is None:
        return {}
    until = world.now() + world.quirks.target_group_in_use
    draining(world, request).update(dict.fromkeys(targets(balancer, elb), until))
    _forget_tags(elb, balancer)
    del elb.load_balancers[arn]
    _linger(world, request, arn)
    return {}


def targets(balancer: Any, elb: Any) -> set[str]:
    """Return the ARNs of the target groups that the load balancer's rules forward to."""
    rules = [rule for listener in balancer.listeners.values() for rule in listener.rules.values()]
    actions = [action for rule in rules for action in rule.actions]
    return {arn for action in actions for arn in elb._get_target_group_arns_from(action.data)}  # noqa: SLF001 - moto has no public name


def _forget_tags(elb: Any, balancer: Any) -> None:
    arns = [balancer.arn, *balancer.listeners, *(arn for one in balancer.listeners.values() for arn in one.rules)]
    for arn in arns:
        elb.tagging_service.delete_all_tags_for_resource(arn)


RULES = (
    *(
        After(
            f"elbv2:{operation}",
            act,
            "VPC user guide, requester-managed interfaces; hashicorp/terraform-provider-aws#1036",
        )
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
        "general knowledge; text unverified",
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
        "finally without attachment",
    ),
)
