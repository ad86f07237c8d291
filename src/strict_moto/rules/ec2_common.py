"""What EC2's rules share: where moto keeps each kind of resource, and how resources are deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strict_moto.world import Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of EC2"
DEPENDENCY = "DependencyViolation"


@dataclass(frozen=True)
class Ec2Type:
    """A kind of resource: how a request names one, the dictionaries where moto keeps it, AWS's error if it is missing.

    Args:
        by_name: finds the id if a request can use another name, in another parameter.
    """

    parameter: str
    shelves: Callable[[Any], Iterable[dict[str, Any]]]
    missing: str
    message: str
    by_name: Callable[[Any, Params], str | None] | None = None

    def wanted(self, ec2: Any, params: Params) -> str | None:
        """Return the id of the resource that a request names, or None."""
        found = self.by_name(ec2, params) if self.by_name else None
        return found or params.get(self.parameter)


def _group_of_default_vpc(ec2: Any, params: Params) -> str | None:
    """Return a group's id by its name, which works only in the default VPC; if there is no such group, the name."""
    name, vpc = params.get("GroupName"), ec2.get_default_vpc()
    groups = ec2.groups[vpc.id].values() if name and vpc else ()
    return next((group.id for group in groups if group.name == name), name)


VPC = Ec2Type("VpcId", lambda ec2: [ec2.vpcs], "InvalidVpcID.NotFound", "The vpc ID '{VpcId}' does not exist")
SUBNET = Ec2Type(
    "SubnetId",
    lambda ec2: ec2.subnets.values(),
    "InvalidSubnetID.NotFound",
    "The subnet ID '{SubnetId}' does not exist",
)
GROUP = Ec2Type(
    "GroupId",
    lambda ec2: ec2.groups.values(),
    "InvalidGroup.NotFound",
    "The security group '{GroupId}' does not exist",
    _group_of_default_vpc,
)
ROUTE_TABLE = Ec2Type(
    "RouteTableId",
    lambda ec2: [ec2.route_tables],
    "InvalidRouteTableID.NotFound",
    "The routeTable ID '{RouteTableId}' does not exist",
)
NETWORK_ACL = Ec2Type(
    "NetworkAclId",
    lambda ec2: [ec2.network_acls],
    "InvalidNetworkAclID.NotFound",
    "The networkAcl ID '{NetworkAclId}' does not exist",
)
INTERNET_GATEWAY = Ec2Type(
    "InternetGatewayId",
    lambda ec2: [ec2.internet_gateways],
    "InvalidInternetGatewayID.NotFound",
    "The internetGateway ID '{InternetGatewayId}' does not exist",
)
INTERFACE = Ec2Type(
    "NetworkInterfaceId",
    lambda ec2: [ec2.enis],
    "InvalidNetworkInterfaceID.NotFound",
    "The networkInterface ID '{NetworkInterfaceId}' does not exist",
)
NAT_GATEWAY = Ec2Type(
    "NatGatewayId",
    lambda ec2: [ec2.nat_gateways],
    "NatGatewayNotFound",
    "NatGateway {NatGatewayId} was not found",
)
VOLUME = Ec2Type(
    "VolumeId",
    lambda ec2: [ec2.volumes],
    "InvalidVolume.NotFound",
    "The volume '{VolumeId}' does not exist.",
)
PEERING_CONNECTION = Ec2Type(
    "VpcPeeringConnectionId",
    lambda ec2: [ec2.vpc_pcxs],
    "InvalidVpcPeeringConnectionID.NotFound",
    "The vpcPeeringConnection ID '{VpcPeeringConnectionId}' does not exist",
)


def backend(world: World, request: Request) -> Any:
    """Return moto's EC2 backend for the request's account and Region."""
    return world.backend("ec2", request.account, request.region)


def alive(world: World, request: Request, kind: Ec2Type) -> list[Any]:
    """Return the resources of a kind, without deleted ones that are still described."""
    gone = leaving(world, request)
    shelves = kind.shelves(backend(world, request))
    return [thing for shelf in shelves for id_, thing in shelf.items() if id_ not in gone]


def find(world: World, request: Request, kind: Ec2Type) -> Any:
    """Return the resource that the request names, or None if it doesn't exist or is deleted."""
    wanted = kind.wanted(backend(world, request), request.params)
    return next((thing for thing in alive(world, request, kind) if thing.id == wanted), None)


def leaving(world: World, request: Request) -> dict[str, bool]:
    """Return the ids of deleted resources that are still described, as keys."""
    return world.recall("ec2-leaving", request.account, request.region)


def leave(world: World, request: Request, kind: Ec2Type, id_: str, seconds: float) -> None:
    """Delete a resource: it no longer counts, but is described for ``seconds`` more."""
    leaving(world, request)[id_] = True
    world.later(seconds, lambda: remove(world, request, kind, id_))


def remove(world: World, request: Request, kind: Ec2Type, id_: str) -> None:
    """Remove a resource from moto, with its tags."""
    ec2 = backend(world, request)
    for shelf in kind.shelves(ec2):
        shelf.pop(id_, None)
    ec2.tags.pop(id_, None)
    leaving(world, request).pop(id_, None)


def dissociate(ec2: Any, interface: Any) -> None:
    """Disassociate the Elastic IP address of a network interface, if it has one."""
    for address in ec2.addresses:
        if address.eni is interface:
            address.eni = address.instance = address.association_id = None
    interface.public_ip = None


def must_exist(call: str, kind: Ec2Type) -> Rule:
    """Return a rule that refuses ``call`` for a resource that doesn't exist, or no longer does."""

    def is_missing(world: World, request: Request) -> Params | None:
        wanted = kind.wanted(backend(world, request), request.params)
        return {kind.parameter: wanted} if find(world, request, kind) is None else None

    return Rule(call, is_missing, kind.missing, kind.message, MODEL + "; Terraform's errors.go")


def deletion(
    call: str, kind: Ec2Type, also: Callable[[World, Request, Any], None] | None = None
) -> tuple[Rule, Instead]:
    """Return rules that delete as EC2 does: at once, with ``also``, but the resource is described a moment longer."""

    def act(world: World, request: Request) -> Params:
        thing = find(world, request, kind)
        if also:
            also(world, request, thing)
        leave(world, request, kind, thing.id, world.quirks.vpc_read_lag)
        return {}

    return must_exist(call, kind), Instead(call, act, "Terraform waits up to 2 minutes until it is no longer described")
