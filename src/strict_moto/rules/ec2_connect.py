"""EC2 Instance Connect endpoints, which moto 5.2.5 lacks: an interface in a subnet, slow to create and to delete."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules import ec2_interfaces
from strict_moto.rules.ec2_common import backend
from strict_moto.world import Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

TERRAFORM = "Terraform, ec2_instance_connect_endpoint.go: waits 10 minutes for each"
TYPE = "ec2_instance_connect_endpoint"  # botocore's model: NetworkInterfaceType
ROADMAP = "aws-cloudformation/cloudformation-coverage-roadmap#2000"


def _endpoints(world: World, request: Request) -> dict[str, Params]:
    return world.recall("ec2-connect-endpoints", request.account, request.region)


def _create(world: World, request: Request) -> Params:
    ec2, id_ = backend(world, request), f"eice-{uuid.uuid4().hex[:17]}"
    subnet, groups = ec2.get_subnet(request.params["SubnetId"]), request.params.get("SecurityGroupIds") or ()
    interface = ec2.create_network_interface(subnet, None, group_ids=list(groups))
    ec2_interfaces.hand_over(interface, f"EC2 Instance Connect Endpoint {id_}", "amazon-aws", TYPE)
    tags = [tag for spec in request.params.get("TagSpecifications", ()) for tag in spec["Tags"]]
    shown = {
        "OwnerId": request.account,
        "InstanceConnectEndpointId": id_,
        "State": "create-in-progress",
        "NetworkInterfaceIds": [interface.id],
        "VpcId": subnet.vpc_id,
        "SubnetId": subnet.id,
        "SecurityGroupIds": [group.id for group in interface.group_set],
        "Tags": tags,
    }
    _endpoints(world, request)[id_] = shown
    world.later(world.quirks.connect_endpoint_creating, partial(shown.update, State="create-complete"))
    return {"InstanceConnectEndpoint": dict(shown)}


def _describe(world: World, request: Request) -> Params:
    return {"InstanceConnectEndpoints": [dict(endpoint) for endpoint in _endpoints(world, request).values()]}


def _named(world: World, request: Request) -> Params | None:
    found: Params | None = _endpoints(world, request).get(request.params["InstanceConnectEndpointId"])
    return found


def _is_unknown(world: World, request: Request) -> bool:
    return _named(world, request) is None


def _is_being_made(world: World, request: Request) -> bool:
    endpoint = _named(world, request)
    return endpoint is not None and endpoint["State"] == "create-in-progress"


def _delete(world: World, request: Request) -> Params:
    endpoint: Any = _named(world, request)
    if endpoint["State"] != "delete-in-progress":
        endpoint["State"] = "delete-in-progress"
        world.later(world.quirks.connect_endpoint_deleting, partial(_gone, world, request, endpoint))
    return {"InstanceConnectEndpoint": dict(endpoint)}


def _gone(world: World, request: Request, endpoint: Params) -> None:
    for id_ in endpoint["NetworkInterfaceIds"]:
        ec2_interfaces.delete(world, request, backend(world, request).enis[id_])
    del _endpoints(world, request)[endpoint["InstanceConnectEndpointId"]]


RULES = (
    Instead("ec2:CreateInstanceConnectEndpoint", _create, TERRAFORM),
    Instead("ec2:DescribeInstanceConnectEndpoints", _describe, "botocore's model of EC2"),
    Rule(
        "ec2:DeleteInstanceConnectEndpoint",
        _is_unknown,
        "InvalidInstanceConnectEndpointId.NotFound",
        "The EC2 Instance Connect Endpoint '{InstanceConnectEndpointId}' does not exist.",
        "EC2 API reference, error codes; Terraform's errors.go",
    ),
    Rule(
        "ec2:DeleteInstanceConnectEndpoint",
        _is_being_made,
        "IncorrectState",
        "The EC2 Instance Connect Endpoint is not in a state in which it can be deleted.",
        ROADMAP + "; code and text unverified",
    ),
    Instead("ec2:DeleteInstanceConnectEndpoint", _delete, TERRAFORM),
)
