"""Network interfaces: who manages them, and when they can be deleted or detached."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from strict_moto.rules.ec2_common import (
    INTERFACE,
    alive,
    backend,
    dissociate,
    find,
    leave,
    leaving,
    must_exist,
)
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

UNVERIFIED = "; text unverified"


def hand_over(interface: Any, description: str, owner: str, type_: str = "interface") -> Any:
    """Return an interface after making it AWS's own: attached, and not for the customer to detach or delete."""
    interface.description, interface.interface_type = description, type_
    interface.requester_managed, interface.requester_id = True, owner
    interface.status, interface.attachment_id = "in-use", f"ela-attach-{uuid.uuid4().hex[:17]}"
    # what moto reads of an interface's instance
    interface.instance = SimpleNamespace(id=None, owner_id=owner, security_groups=[])
    return interface


def detach(interface: Any) -> None:
    """Detach an interface: it becomes ``available``."""
    interface.status, interface.instance, interface.attachment_id = "available", None, None


def delete(world: World, request: Request, interface: Any) -> None:
    """Delete an interface: its groups, subnet and address are free at once."""
    dissociate(backend(world, request), interface)
    leave(world, request, INTERFACE, interface.id, world.quirks.interface_flicker)


def _is_in_use(world: World, request: Request) -> bool:
    interface = find(world, request, INTERFACE)
    if interface and interface.status == "in-use":
        message = f"Network interface '{interface.id}' is currently in use."
        raise Refusal(world.quirks.interface_in_use_code, message)
    return False


def _is_managed(world: World, request: Request) -> bool:
    return bool(find(world, request, INTERFACE).requester_managed)


def _delete(world: World, request: Request) -> Params:
    delete(world, request, find(world, request, INTERFACE))
    return {}


def _attachment(world: World, request: Request) -> Any | None:
    wanted = request.params["AttachmentId"]
    return next((i for i in alive(world, request, INTERFACE) if i.attachment_id == wanted), None)


def _is_services(world: World, request: Request) -> bool:
    interface = _attachment(world, request)
    return bool(interface and interface.requester_managed)


def _is_primary(world: World, request: Request) -> bool:
    interface = _attachment(world, request)
    return bool(interface and not interface.requester_managed and interface.device_index == 0)


def _flicker(world: World, request: Request, answer: Params) -> Params:
    """Show deleted interfaces only in every other answer."""
    seen = world.recall("ec2-flicker", request.account, request.region)
    seen["hidden"] = not seen.get("hidden")
    gone = leaving(world, request) if seen["hidden"] else ()
    interfaces = [i for i in answer["NetworkInterfaces"] if i["NetworkInterfaceId"] not in gone]
    return {**answer, "NetworkInterfaces": interfaces}


def _replace_groups(world: World, request: Request, answer: Params) -> Params:
    """Replace the old groups; moto keeps those that the instance was launched with."""
    interface = find(world, request, INTERFACE)
    if interface and interface.instance and request.params.get("Groups"):
        interface.instance.security_groups = list(interface._group_set)  # noqa: SLF001 - no public name
    return answer


def _replace_instance_groups(world: World, request: Request, answer: Params) -> Params:
    """Change the groups of the instance's primary interface too; moto leaves it in the old ones."""
    if request.params.get("Groups"):
        instance = backend(world, request).get_instance(request.params["InstanceId"])
        instance.nics[0]._group_set = list(instance.security_groups)  # noqa: SLF001 - no public name
    return answer


RULES = (
    must_exist("ec2:DeleteNetworkInterface", INTERFACE),
    Rule(
        "ec2:DeleteNetworkInterface",
        _is_in_use,
        "InvalidParameterValue",
        "Network interface '{NetworkInterfaceId}' is currently in use.",
        "Terraform, vpc_network_interface.go" + UNVERIFIED,
    ),
    Rule(
        "ec2:DeleteNetworkInterface",
        _is_managed,
        "OperationNotPermitted",
        "The network interface '{NetworkInterfaceId}' is managed by its requester.",
        "VPC user guide, requester-managed network interfaces" + UNVERIFIED,
    ),
    Instead("ec2:DeleteNetworkInterface", _delete, "Terraform sees it come and go for up to 3 minutes"),
    Rule(
        "ec2:DetachNetworkInterface",
        _is_services,
        "OperationNotPermitted",
        "You are not allowed to manage 'ela-attach' attachments.",
        "Terraform, resource_aws_lb.go",
    ),
    Rule(
        "ec2:DetachNetworkInterface",
        _is_primary,
        "OperationNotPermitted",
        "The network interface at device index 0 cannot be detached.",
        "EC2 user guide: a primary network interface cannot be detached",
    ),
    After("ec2:DescribeNetworkInterfaces", _flicker, "Terraform: eventually consistent for up to 3 minutes"),
    After("ec2:ModifyNetworkInterfaceAttribute", _replace_groups, "moto 5.2.5 adds instead of replacing"),
    After("ec2:ModifyInstanceAttribute", _replace_instance_groups, "moto 5.2.5 adds instead of replacing"),
)
