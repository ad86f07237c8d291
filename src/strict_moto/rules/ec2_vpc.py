"""A VPC and its parts: nothing can be deleted while something else is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.rules.ec2_common import (
    DEPENDENCY,
    GROUP,
    INTERFACE,
    INTERNET_GATEWAY,
    MODEL,
    NAT_GATEWAY,
    NETWORK_ACL,
    PEERING_CONNECTION,
    ROUTE_TABLE,
    SUBNET,
    VPC,
    alive,
    backend,
    deletion,
    find,
    leave,
    remove,
)
from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from strict_moto.world import Params, Request, World

TERRAFORM = "Terraform's delete functions; AWS's text in public logs"
HAS_DEPENDENCIES = "The {kind} '{{{parameter}}}' has dependencies and cannot be deleted."


def _blocked(call: str, kind: str, parameter: str, when: Callable[[World, Request], bool]) -> Rule:
    message = HAS_DEPENDENCIES.format(kind=kind, parameter=parameter)
    return Rule(call, when, DEPENDENCY, message, TERRAFORM)


# --- VPC -------------------------------------------------------------------------------------------------------


def _standing_in(world: World, request: Request) -> Iterable[bool]:
    """Yield, for each resource, whether it is in the VPC that the request names and blocks its deletion."""
    vpc, ec2 = request.params["VpcId"], backend(world, request)
    yield from (one.vpc_id == vpc for one in alive(world, request, SUBNET))
    yield from (one.vpc_id == vpc and not one.main_association_id for one in alive(world, request, ROUTE_TABLE))
    yield from (one.vpc_id == vpc and one.name != "default" for one in alive(world, request, GROUP))
    yield from (one.vpc_id == vpc and not one.default for one in alive(world, request, NETWORK_ACL))
    yield from (one.vpc_id == vpc for one in alive(world, request, INTERFACE))
    yield from (one.vpc_id == vpc and one.state != "deleted" for one in alive(world, request, NAT_GATEWAY))
    yield from (bool(one.vpc) and one.vpc.id == vpc for one in alive(world, request, INTERNET_GATEWAY))
    yield from (one.vpc_id == vpc for one in ec2.egress_only_internet_gateways.values())
    yield from (one.vpc_id == vpc for one in ec2.vpc_end_points.values())
    yield from (vpc in _attached(one) for one in ec2.vpn_gateways.values())
    yield from (vpc in _joined(one) for one in ec2.vpc_pcxs.values())


def _attached(vpn_gateway: Any) -> set[str]:
    return {vpc for vpc, attachment in vpn_gateway.attachments.items() if attachment.state == "attached"}


def _joined(peering: Any) -> set[str]:
    return {peering.vpc.id, peering.peer_vpc.id} if peering.status["Code"] == "active" else set()


def _holds_something(world: World, request: Request) -> bool:
    return any(_standing_in(world, request))


def _take_defaults_along(world: World, request: Request, vpc: Any) -> None:
    """Delete what AWS created with the VPC, main route table, network ACL and group, and its flow logs."""
    for kind in (ROUTE_TABLE, NETWORK_ACL, GROUP):
        for thing in alive(world, request, kind):
            if thing.vpc_id == vpc.id:
                leave(world, request, kind, thing.id, world.quirks.vpc_read_lag)
    if vpc.dhcp_options:
        vpc.dhcp_options.vpc = None
    flow_logs = backend(world, request).flow_logs
    for id_ in [id_ for id_, log in flow_logs.items() if log.resource_id == vpc.id]:
        del flow_logs[id_]


VPCS = (
    *deletion("ec2:DeleteVpc", VPC, _take_defaults_along),
    _blocked("ec2:DeleteVpc", "vpc", "VpcId", _holds_something),
)


# --- Subnets ---------------------------------------------------------------------------------------------------


def _has_interfaces(world: World, request: Request) -> bool:
    return any(one.subnet_id == request.params["SubnetId"] for one in alive(world, request, INTERFACE))


def _drop_associations(world: World, request: Request, subnet: Any) -> None:
    """Remove the subnet from its route table and its network ACL, where moto leaves it."""
    for table in alive(world, request, ROUTE_TABLE):
        kept = {id_: target for id_, target in table._associations.items() if target != subnet.id}  # noqa: SLF001
        table._associations = kept  # noqa: SLF001 - moto has no public name for it
    for acl in alive(world, request, NETWORK_ACL):
        kept_ones = {id_: one for id_, one in acl._associations.items() if one.subnet_id != subnet.id}  # noqa: SLF001
        acl._associations = kept_ones  # noqa: SLF001 - likewise


SUBNETS = (
    *deletion("ec2:DeleteSubnet", SUBNET, _drop_associations),
    _blocked("ec2:DeleteSubnet", "subnet", "SubnetId", _has_interfaces),
)


# --- Route tables ----------------------------------------------------------------------------------------------


def _is_main_or_associated(world: World, request: Request) -> bool:
    return bool(find(world, request, ROUTE_TABLE).associations)


def _leave_endpoints(world: World, request: Request, table: Any) -> None:
    for endpoint in backend(world, request).vpc_end_points.values():
        endpoint.route_table_ids = [id_ for id_ in endpoint.route_table_ids or () if id_ != table.id]


def _is_main_association(world: World, request: Request) -> bool:
    wanted = request.params["AssociationId"]
    return any(table.main_association_id == wanted for table in alive(world, request, ROUTE_TABLE))


def _targets(world: World, request: Request, vpc: str) -> dict[str, set[str]]:
    """Return the ids of working targets, by the field of a route that names them."""
    ec2 = backend(world, request)
    return {
        "NatGatewayId": {one.id for one in alive(world, request, NAT_GATEWAY) if one.state != "deleted"},
        "GatewayId": {
            "local",
            *ec2.vpc_end_points,
            *(one.id for one in ec2.vpn_gateways.values() if vpc in _attached(one)),
            *(one.id for one in alive(world, request, INTERNET_GATEWAY) if one.vpc and one.vpc.id == vpc),
        },
        "NetworkInterfaceId": {one.id for one in alive(world, request, INTERFACE)},
        "InstanceId": {one.id for one in ec2.all_instances() if one.state != "terminated"},
        "EgressOnlyInternetGatewayId": set(ec2.egress_only_internet_gateways),
        "VpcPeeringConnectionId": {id_ for id_, one in ec2.vpc_pcxs.items() if vpc in _joined(one)},
    }


def _show_blackholes(world: World, request: Request, answer: Params) -> Params:
    for table in answer["RouteTables"]:
        targets = _targets(world, request, table["VpcId"])
        for route in table.get("Routes", ()):
            if any(route[key] not in there for key, there in targets.items() if route.get(key)):
                route["State"] = "blackhole"
    return answer


ROUTE_TABLES = (
    *deletion("ec2:DeleteRouteTable", ROUTE_TABLE, _leave_endpoints),
    _blocked("ec2:DeleteRouteTable", "routeTable", "RouteTableId", _is_main_or_associated),
    Rule(
        "ec2:DisassociateRouteTable",
        _is_main_association,
        "InvalidParameterValue",
        "cannot disassociate the main route table association {AssociationId}",
        MODEL + "; text unverified",
    ),
    After("ec2:DescribeRouteTables", _show_blackholes, "VPC user guide, vpc-nat-gateway: blackhole"),
)


# --- Internet gateways -----------------------------------------------------------------------------------------


def _has_public_addresses(world: World, request: Request) -> bool:
    """Return whether a public address is mapped in the VPC that the gateway is attached to."""
    gateway, vpc = find(world, request, INTERNET_GATEWAY), request.params["VpcId"]
    attached = gateway and gateway.vpc and gateway.vpc.id == vpc
    return bool(attached) and any(one.vpc_id == vpc and one.public_ip for one in alive(world, request, INTERFACE))


def _is_attached(world: World, request: Request) -> bool:
    return bool(find(world, request, INTERNET_GATEWAY).vpc)


def _has_another(world: World, request: Request) -> bool:
    vpc = request.params["VpcId"]
    return any(one.vpc and one.vpc.id == vpc for one in alive(world, request, INTERNET_GATEWAY))


INTERNET_GATEWAYS = (
    Rule(
        "ec2:AttachInternetGateway",
        _has_another,
        "InvalidParameterValue",
        "Network {VpcId} already has an internet gateway attached",
        "VPC user guide: one internet gateway per VPC; text unverified",
    ),
    Rule(
        "ec2:DetachInternetGateway",
        _has_public_addresses,
        DEPENDENCY,
        "Network {VpcId} has some mapped public address(es). "
        "Please unmap those public address(es) before detaching the gateway.",
        TERRAFORM,
    ),
    *deletion("ec2:DeleteInternetGateway", INTERNET_GATEWAY),
    _blocked("ec2:DeleteInternetGateway", "internetGateway", "InternetGatewayId", _is_attached),
)


# --- Network ACLs ----------------------------------------------------------------------------------------------


def _is_default_acl(world: World, request: Request) -> bool:
    return bool(find(world, request, NETWORK_ACL).default)


def _is_associated(world: World, request: Request) -> bool:
    return bool(find(world, request, NETWORK_ACL).associations)


def _unknown_acl(world: World, request: Request) -> Params | None:
    known = {one.id for one in alive(world, request, NETWORK_ACL)}
    missing = [id_ for id_ in request.params.get("NetworkAclIds", ()) if id_ not in known]
    return {"NetworkAclId": missing[0]} if missing else None


NETWORK_ACLS = (
    *deletion("ec2:DeleteNetworkAcl", NETWORK_ACL),
    Rule(
        "ec2:DeleteNetworkAcl",
        _is_default_acl,
        "InvalidParameterValue",
        "cannot delete default network ACL {NetworkAclId}",
        MODEL + "; text unverified",
    ),
    _blocked("ec2:DeleteNetworkAcl", "networkAcl", "NetworkAclId", _is_associated),
    Rule(
        "ec2:DescribeNetworkAcls",
        _unknown_acl,
        NETWORK_ACL.missing,
        NETWORK_ACL.message,
        MODEL + "; moto 5.2.5 says that a route table is missing",
    ),
)


# --- Peering connections ---------------------------------------------------------------------------------------


def _is_over(world: World, request: Request) -> Params | None:
    peering = backend(world, request).vpc_pcxs.get(request.params["VpcPeeringConnectionId"])
    state = peering.status["Code"] if peering else "none"
    return {"state": state} if state in {"failed", "rejected", "expired", "deleted"} else None


def _forget_peering(world: World, request: Request, answer: Params) -> Params:
    id_ = request.params["VpcPeeringConnectionId"]
    world.later(world.quirks.peering_listed, lambda: remove(world, request, PEERING_CONNECTION, id_))
    return answer


PEERING = (
    Rule(
        "ec2:DeleteVpcPeeringConnection",
        _is_over,
        "InvalidStateTransition",
        "Invalid state transition for {VpcPeeringConnectionId}, attempted to transition from {state} to deleting",
        MODEL + "; Terraform, resource_aws_vpc_peering_connection.go",
    ),
    After("ec2:DeleteVpcPeeringConnection", _forget_peering, MODEL + ": visible as deleted for a while"),
)

RULES = (*VPCS, *SUBNETS, *ROUTE_TABLES, *INTERNET_GATEWAYS, *NETWORK_ACLS, *PEERING)
