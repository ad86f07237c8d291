"""VPC endpoints: gateways, which are routes, and interfaces, which are network interfaces and slow to delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.rules import ec2_interfaces
from strict_moto.rules.ec2_common import backend
from strict_moto.world import After, Instead

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World


GUARDDUTY = ".guardduty-data"
GUARD = "GuardDutyManagedSecurityGroup-"  # followed by the VPC's id


def _create(world: World, request: Request, answer: Params) -> Params:
    endpoint = backend(world, request).vpc_end_points[answer["VpcEndpoint"]["VpcEndpointId"]]
    _settle(world, request, endpoint)
    return {"VpcEndpoint": {**answer["VpcEndpoint"], "VpcEndpointType": endpoint.vpc_endpoint_type}}


def _settle(world: World, request: Request, endpoint: Any) -> None:
    """Give the endpoint its type, and its interfaces their groups and the marks of AWS's own."""
    ec2 = backend(world, request)
    endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
    groups = [ec2.get_security_group_from_id(id_) for id_ in endpoint.security_group_ids]
    for id_ in endpoint.network_interface_ids:
        interface = ec2.enis[id_]
        ec2_interfaces.hand_over(interface, f"VPC Endpoint Interface {endpoint.id}", "amazon-aws", "vpc_endpoint")
        interface._group_set = groups or interface._group_set  # noqa: SLF001 - moto has no public name for it


def _delete(world: World, request: Request) -> Params:
    """Delete each endpoint that can be deleted, and list the others in an answer that is a success."""
    results = (_delete_one(world, request, id_) for id_ in request.params["VpcEndpointIds"])
    return {"Unsuccessful": [failure for failure in results if failure]}


def _delete_one(world: World, request: Request, id_: str) -> Params | None:
    endpoint = backend(world, request).vpc_end_points.get(id_)
    if endpoint is None:
        return _failure(id_, "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{id_}' does not exist")
    if getattr(endpoint, "requester_managed", False):
        message = "Operation is not allowed for requester-managed VPC endpoints for the service "
        return _failure(id_, "InvalidParameter", f"{message}{endpoint.service_name}.")
    if endpoint.state != "deleting":
        endpoint.state = "deleting"
        _remove_routes(world, request, id_)
        world.later(_duration(world, endpoint), lambda: _gone(world, request, endpoint))
        if endpoint.service_name.endswith(GUARDDUTY):
            world.later(world.quirks.guardduty_remaking, lambda: _make_anew(world, request, endpoint))
    return None


def _make_anew(world: World, request: Request, endpoint: Any) -> None:
    """Recreate GuardDuty's endpoint, and its group if needed, as long as it watches instances in the VPC."""
    ec2 = backend(world, request)
    watched = [one for one in ec2.all_instances() if one.vpc_id == endpoint.vpc_id and one.state in WATCHED]
    if watched and endpoint.vpc_id in ec2.vpcs:
        name = f"{GUARD}{endpoint.vpc_id}"
        group = next((g for g in ec2.groups[endpoint.vpc_id].values() if g.name == name), None)
        group = group or ec2.create_security_group(name, "Managed by GuardDuty", endpoint.vpc_id)
        made = ec2.create_vpc_endpoint(
            endpoint.vpc_id, endpoint.service_name, "Interface", None, [],
            subnet_ids=endpoint.subnet_ids, security_group_ids=[group.id], tags={"GuardDutyManaged": "true"},
        )  # fmt: skip
        _settle(world, request, made)


def _failure(id_: str, code: str, message: str) -> Params:
    return {"ResourceId": id_, "Error": {"Code": code, "Message": message}}


def _duration(world: World, endpoint: Any) -> float:
    is_gateway = endpoint.vpc_endpoint_type == "Gateway"
    return world.quirks.gateway_endpoint_deleting if is_gateway else world.quirks.interface_endpoint_deleting


def _remove_routes(world: World, request: Request, id_: str) -> None:
    for table in backend(world, request).route_tables.values():
        through = [route.id for route in table.routes if route.gateway_id == id_]
        for route in through:
            del table._routes[route]  # noqa: SLF001 - moto has no public name for it


def _gone(world: World, request: Request, endpoint: Any) -> None:
    ec2 = backend(world, request)
    for id_ in endpoint.network_interface_ids:
        ec2_interfaces.delete(world, request, ec2.enis[id_])
    del ec2.vpc_end_points[endpoint.id]
    ec2.tags.pop(endpoint.id, None)


WATCHED = frozenset({"pending", "running"})

RULES = (
    After("ec2:CreateVpcEndpoint", _create, "VPC user guide; moto 5.2.5 has plain interfaces in the default group"),
    Instead(
        "ec2:DeleteVpcEndpoints",
        _delete,
        "botocore's model of EC2: Unsuccessful; gruntwork-io/cloud-nuke waits 5 minutes for interfaces, "
        "Terraform 10; both then find the endpoint not listed; GuardDuty's: hashicorp/terraform-provider-aws#46953",
    ),
)
