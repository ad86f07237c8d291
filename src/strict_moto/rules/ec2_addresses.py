"""The deletion of NAT gateways, and the Elastic IP addresses that they and instances hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from strict_moto.rules import ec2_nat_modes
from strict_moto.rules.ec2_common import MODEL, NAT_GATEWAY, backend, find, must_exist, remove
from strict_moto.rules.ec2_interfaces import delete
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

NO_PERMISSION = "You do not have permission to access the specified resource."


# --- NAT gateways ----------------------------------------------------------------------------------------------


def _delete_nat_gateway(world: World, request: Request) -> Params:
    nat, quirks = find(world, request, NAT_GATEWAY), world.quirks
    if nat.state not in {"deleting", "deleted"}:
        nat.state = "deleting"
        _note_lag(world, request, nat)
        world.later(quirks.nat_gateway_deleting, lambda: _is_deleted(world, request, nat))
        gone = quirks.nat_gateway_deleting + quirks.nat_gateway_listed
        world.later(gone, lambda: remove(world, request, NAT_GATEWAY, nat.id))
    return {"NatGatewayId": nat.id}


def _is_deleted(world: World, request: Request, nat: Any) -> None:
    if nat._eni:  # noqa: SLF001 - moto has no public name for it
        delete(world, request, nat._eni)  # noqa: SLF001 - likewise
    ec2_nat_modes.let_go(world, request, nat)
    nat.state, nat.delete_time = "deleted", datetime.now(tz=UTC)
    if not world.quirks.nat_gateway_addresses_listed:
        nat.address_set = []


def _unknown_nat_gateway(world: World, request: Request) -> Params | None:
    known = backend(world, request).nat_gateways
    unknown = [id_ for id_ in request.params.get("NatGatewayIds", ()) if id_ not in known]
    return {"NatGatewayId": unknown[0]} if unknown else None


NAT_GATEWAYS = (
    must_exist("ec2:DeleteNatGateway", NAT_GATEWAY),
    Instead(
        "ec2:DeleteNatGateway",
        _delete_nat_gateway,
        "VPC user guide: deleting for a few minutes, then listed as deleted for about an hour; "
        "gruntwork-io/cloud-nuke#248: deleting it again is no error",
    ),
    Rule(
        "ec2:DescribeNatGateways",
        _unknown_nat_gateway,
        NAT_GATEWAY.missing,
        NAT_GATEWAY.message,
        MODEL + ": the waiter NatGatewayDeleted takes it for success",
    ),
)


# --- Elastic IP addresses --------------------------------------------------------------------------------------


def _lags(world: World, request: Request) -> dict[str, float]:
    """Return the time until which each former address of a NAT gateway is still refused."""
    return world.recall("ec2-address-lag", request.account, request.region)


def _note_lag(world: World, request: Request, nat: Any) -> None:
    until = world.now() + world.quirks.nat_gateway_deleting + world.quirks.address_lag
    _lags(world, request).update({a["allocationId"]: until for a in nat.address_set if "allocationId" in a})


def _address(world: World, request: Request) -> Any | None:
    """Return the address that the request names by its allocation, its association or its IP."""
    keys = {"AllocationId": "allocation_id", "AssociationId": "association_id", "PublicIp": "public_ip"}
    named = [(attribute, request.params[key]) for key, attribute in keys.items() if key in request.params]
    addresses = backend(world, request).addresses
    return next((a for a in addresses if named and all(getattr(a, name) == value for name, value in named)), None)


def _is_held_by_service(world: World, request: Request) -> bool:
    address = _address(world, request)
    if address is None:
        return False
    managed = getattr(address, "service_managed", None) or (address.eni and address.eni.requester_managed)
    return bool(managed) or world.now() < _lags(world, request).get(address.allocation_id, 0)


def _is_held_by_customer(world: World, request: Request) -> Params | None:
    """Return whether an interface outside the default VPC has the address; inside, releasing disassociates it."""
    address = _address(world, request)
    if address is None or address.eni is None:
        return None
    vpc = backend(world, request).vpcs[address.eni.vpc_id]
    return None if vpc.is_default else {"ip": address.public_ip}


def _forget_tags(world: World, request: Request, answer: Params) -> Params:
    backend(world, request).tags.pop(request.params.get("AllocationId"), None)
    return answer


ADDRESSES = (
    *(
        Rule(
            call,
            _is_held_by_service,
            "AuthFailure",
            NO_PERMISSION,
            "eformat/sno-for-100#5, and #9: also for seconds after the NAT gateway shows as deleted; "
            "kubernetes/kops#1604; coreos/grafiti#89",
        )
        for call in ("ec2:ReleaseAddress", "ec2:DisassociateAddress")
    ),
    Rule(
        "ec2:ReleaseAddress",
        _is_held_by_customer,
        "InvalidIPAddress.InUse",
        "Address {ip} is in use.",
        MODEL,
    ),
    After("ec2:ReleaseAddress", _forget_tags, "moto 5.2.5 keeps the tags of what is gone"),
)

RULES = (*NAT_GATEWAYS, *ADDRESSES)
