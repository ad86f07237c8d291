"""Creating NAT gateways, also in ways that moto 5.2.5 lacks: with several addresses, and regional.

A regional gateway is in a VPC, but in no subnet. It has its own route table and, unless it was given addresses, some
that AWS allocates and only AWS can release.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules.ec2_common import NAT_GATEWAY, ROUTE_TABLE, backend, remove
from strict_moto.rules.ec2_interfaces import hand_over
from strict_moto.world import Instead

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.world import Params, Request, World

GUIDE = "VPC user guide, vpc-nat-gateway and nat-gateways-regional"
FAILS = "eipalloc-of-somebody-else"  # a gateway with it shows as failed, and disappears by itself
REGIONAL, SERVICE = "regional", "rnat"  # botocore's model: AvailabilityMode, ServiceManaged


def _create(world: World, request: Request) -> Params:
    nat = _maker(request.params)(world, request)
    return {"NatGateway": {"NatGatewayId": nat.id, "VpcId": nat.vpc_id, "State": nat.state}}


def _maker(asked: Params) -> Callable[[World, Request], Any]:
    if asked.get("AllocationId") == FAILS:
        return _failing
    return _regional if asked.get("AvailabilityMode") == REGIONAL else _zonal


def _failing(world: World, request: Request) -> Any:
    """Create a gateway that fails: it has no interface, shows an address it never got, and disappears in an hour."""
    ec2 = backend(world, request)
    nat = ec2.create_nat_gateway(request.params["SubnetId"], None, _tags(request))
    ec2.enis.pop(nat._eni.id)  # noqa: SLF001 - moto has no public name for it
    nat._eni, nat.state = None, "failed"  # noqa: SLF001 - likewise
    nat.address_set = [{"allocationId": FAILS, "publicIp": "192.0.2.1", "status": "failed"}]
    world.later(world.quirks.nat_gateway_listed, partial(remove, world, request, NAT_GATEWAY, nat.id))
    return nat


def _tags(request: Request) -> dict[str, str]:
    specs = request.params.get("TagSpecifications", ())
    return {tag["Key"]: tag["Value"] for spec in specs for tag in spec["Tags"]}


def _zonal(world: World, request: Request) -> Any:
    """Create a gateway in a subnet; AWS manages its interface, which has no security groups."""
    ec2, asked = backend(world, request), request.params
    nat = ec2.create_nat_gateway(
        asked["SubnetId"], asked.get("AllocationId"), _tags(request), asked.get("ConnectivityType", "public")
    )
    interface = nat._eni  # noqa: SLF001 - moto has no public name for it
    hand_over(interface, f"Interface for NAT Gateway {nat.id}", "amazon-aws", "nat_gateway")
    interface._group_set = []  # noqa: SLF001 - likewise
    for id_ in asked.get("SecondaryAllocationIds", ()):
        (address,) = ec2.address_by_allocation([id_])
        address.eni, address.association_id = interface, _association()
        nat.address_set.append(_shown(address) | {"networkInterfaceId": interface.id})
    return nat


def _regional(world: World, request: Request) -> Any:
    """Create a gateway in no subnet: moto creates it in one, from which it is removed."""
    ec2, vpc, asked = backend(world, request), request.params["VpcId"], request.params
    given = [id_ for zone in asked.get("AvailabilityZoneAddresses", ()) for id_ in zone["AllocationIds"]]
    subnet = next(subnet.id for shelf in ec2.subnets.values() for subnet in shelf.values() if subnet.vpc_id == vpc)
    nat = ec2.create_nat_gateway(subnet, None, _tags(request))
    ec2.enis.pop(nat._eni.id)  # noqa: SLF001 - moto has no public name for it
    nat._eni, nat.subnet_id, nat.availability_mode = None, None, REGIONAL  # noqa: SLF001 - likewise
    nat.route_table_id = ec2.create_route_table(vpc).id
    addresses = ec2.address_by_allocation(given) if given else [_allocated(ec2)]
    nat.address_set = [_associated(address) for address in addresses]
    return nat


def _allocated(ec2: Any) -> Any:
    address = ec2.allocate_address("vpc")
    address.service_managed = SERVICE
    return address


def _associated(address: Any) -> Params:
    address.association_id = _association()
    return _shown(address)


def _shown(address: Any) -> Params:
    return {
        "allocationId": address.allocation_id,
        "publicIp": address.public_ip,
        "associationId": address.association_id,
    }


def _association() -> str:
    return f"eipassoc-{uuid.uuid4().hex[:17]}"


def let_go(world: World, request: Request, nat: Any) -> None:
    """Free a regional gateway's addresses, of which AWS releases its own later, and delete its route table."""
    if getattr(nat, "availability_mode", "") != REGIONAL:
        return
    remove(world, request, ROUTE_TABLE, nat.route_table_id)
    ec2, had = backend(world, request), [one["allocationId"] for one in nat.address_set]
    for address in [one for one in ec2.addresses if one.allocation_id in had]:
        address.association_id = None
        if hasattr(address, "service_managed"):
            world.later(world.quirks.managed_address_kept, partial(_release, ec2, address))


def _release(ec2: Any, address: Any) -> None:
    ec2.addresses.remove(address)


RULES = (
    Instead(
        "ec2:CreateNatGateway",
        _create,
        GUIDE + ", nat-gateway-troubleshooting; that addresses linger: a public cost report of 2026-01",
    ),
)
