"""CloudWatch Logs deliveries: neither end of one can be deleted before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.world import Rule

if TYPE_CHECKING:
    from strict_moto.world import Request, World

SOURCE = "CloudWatch Logs API reference, DeleteDeliverySource; text unverified"


def _backend(world: World, request: Request) -> Any:
    return world.backend("logs", request.account, request.region)


def _source_in_use(world: World, request: Request) -> bool:
    deliveries = _backend(world, request).deliveries.values()
    return any(delivery.delivery_source_name == request.params["name"] for delivery in deliveries)


def _destination_in_use(world: World, request: Request) -> bool:
    logs = _backend(world, request)
    destination = logs.delivery_destinations.get(request.params["name"])
    used = {delivery.delivery_destination_arn for delivery in logs.deliveries.values()}
    return destination is not None and destination.arn in used


RULES = tuple(
    Rule(f"logs:{operation}", when, "ConflictException", "The resource is used by a delivery.", SOURCE)
    for operation, when in (
        ("DeleteDeliverySource", _source_in_use),
        ("DeleteDeliveryDestination", _destination_in_use),
    )
)
