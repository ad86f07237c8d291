"""Lambda in a VPC: the network interfaces that functions share, and how slowly they disappear.

They hold their security groups and subnets long after the function. Lambda deletes them with the function's own
execution role: without it, they stay forever (Lambda developer guide, foundation-networking).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules.ec2_interfaces import delete, detach, hand_over
from strict_moto.world import After

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

GUIDE = "Lambda developer guide, foundation-networking"
VPC_ID = "moto 5.2.5 says vpc-123abc for every VPC"

AVAILABLE = 60  # seconds for which a detached interface can still be seen

Place = tuple[str, frozenset[str]]  # a subnet and the security groups: functions with the same ones share an interface


@dataclass
class _Interface:
    """An interface, the functions that use it, and the time until which it outlives the last of them."""

    interface: Any
    users: set[str] = field(default_factory=set)
    held_until: float = 0


def function_name(request: Request) -> str:
    """Return the function's bare name: Lambda takes names and ARNs."""
    named: str = request.params["FunctionName"]
    return named.partition(":function:")[2].partition(":")[0] or named


def _ec2(world: World, request: Request) -> Any:
    return world.backend("ec2", request.account, request.region)


def _shared(world: World, request: Request) -> dict[Place, _Interface]:
    return world.recall("lambda-interfaces", request.account, request.region)


def _places(configuration: Params) -> Iterator[Place]:
    network = configuration.get("VpcConfig") or {}
    groups = frozenset(network.get("SecurityGroupIds") or ())
    return ((subnet, groups) for subnet in network.get("SubnetIds") or ())


def _make(world: World, request: Request, place: Place, function: str) -> _Interface:
    ec2, (subnet, groups) = _ec2(world, request), place
    interface = ec2.create_network_interface(ec2.get_subnet(subnet), None, group_ids=sorted(groups))
    return _Interface(hand_over(interface, f"AWS Lambda VPC ENI-{function}-{uuid.uuid4()}", "amazon-aws", "lambda"))


def _role_exists(world: World, request: Request, arn: str) -> bool:
    roles = world.backend("iam", request.account, "aws").roles.values()
    return any(role.arn == arn for role in roles)


def _release(world: World, request: Request, place: Place) -> None:
    """Detach an interface that nothing uses any more."""
    shared = _shared(world, request).get(place)
    if shared and not shared.users and world.now() >= shared.held_until:
        del _shared(world, request)[place]
        detach(shared.interface)
        shared.interface.requester_managed = False  # the customer can delete it now, and must if the role is gone


def _remove(world: World, request: Request, interface: Any, role: str) -> None:
    """Delete a detached interface, if Lambda can still assume the function's role."""
    here = interface.id in _ec2(world, request).enis
    if here and interface.status == "available" and _role_exists(world, request, role):
        delete(world, request, interface)


def _join(world: World, request: Request, function: str, places: set[Place]) -> None:
    shared = _shared(world, request)
    for place in places:
        if place not in shared:
            shared[place] = _make(world, request, place, function)
        shared[place].users.add(function)


def _leave(world: World, request: Request, function: str, keeps: set[Place], seconds: float) -> None:
    """Remove the function from all places but those it ``keeps``; the interfaces follow ``seconds`` later."""
    role = _roles(world, request).get(function, "")
    for place, shared in _shared(world, request).items():
        if function in shared.users and place not in keeps:
            shared.users.discard(function)
            shared.held_until = world.now() + seconds
            world.later(seconds, partial(_release, world, request, place))
            world.later(seconds + AVAILABLE, partial(_remove, world, request, shared.interface, role))


def _roles(world: World, request: Request) -> dict[str, str]:
    """Return the execution role of each function that ever existed, by the function's name."""
    return world.recall("lambda-roles", request.account, request.region)


def _attach(world: World, request: Request, answer: Params) -> Params:
    name = answer["FunctionName"]
    _roles(world, request)[name] = answer["Role"]
    places = set(_places(answer))
    _join(world, request, name, places)
    _leave(world, request, name, places, world.quirks.function_interfaces_detached)
    return answer


def _delete(world: World, request: Request, answer: Params) -> Params:
    if "Qualifier" not in request.params:
        _leave(world, request, function_name(request), set(), world.quirks.function_interfaces_deleted)
    return answer


def _right_vpc(world: World, request: Request, answer: Params) -> Params:
    """Show the VPC that the subnets are really in."""
    ec2 = _ec2(world, request)
    for configuration in answer.get("Functions", [answer.get("Configuration", answer)]):
        network = configuration.get("VpcConfig") or {}
        if network.get("SubnetIds"):
            network["VpcId"] = ec2.get_subnet(network["SubnetIds"][0]).vpc_id
    return answer


RULES = (
    *(
        After(f"lambda:{operation}", _right_vpc, VPC_ID)
        for operation in (
            "CreateFunction",
            "GetFunction",
            "GetFunctionConfiguration",
            "ListFunctions",
            "UpdateFunctionConfiguration",
        )
    ),
    After("lambda:CreateFunction", _attach, GUIDE),
    After("lambda:UpdateFunctionConfiguration", _attach, GUIDE),
    After("lambda:DeleteFunction", _delete, GUIDE + "; Terraform waits 45 minutes, 99 of 100 go in 35"),
)
