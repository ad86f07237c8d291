"""How CloudFront's logs are delivered: what the console's Logging tab creates in CloudWatch Logs, always in us-east-1.

A source names the distribution by its ARN; a delivery joins it to a destination, which the console also names after the
distribution. All outlive it, and deliveries are deleted first: AWS deletes neither end of a delivery
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDeliverySource.html). The bucket or log
group at the other end is not touched: somebody has chosen it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import part
from carbuyer_cleanup.kinds import distribution
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

MEMORY = "distribution"  # the journal's topic for the ARNs of deleted distributions
DELIVERY, SOURCE, DESTINATION = "log delivery", "log delivery source", "log delivery destination"
DELETE = {  # the call for each, and its parameter
    DELIVERY: ("logs:DeleteDelivery", "id"),
    SOURCE: ("logs:DeleteDeliverySource", "name"),
    DESTINATION: ("logs:DeleteDeliveryDestination", "name"),
}


async def find(aws: Aws) -> list[Resource]:
    """Find the deliveries of our distributions' logs; ask AWS only if there is, or was, such a distribution."""
    region = aws.home
    ours = {d.arn: f"the {d}" for d in await distribution.find(aws) if d.ours}
    ours |= {arn: memory.because for arn, memory in aws.journal.remembered(MEMORY, "global").items() if arn not in ours}
    if not ours:
        return []
    sources, deliveries, destinations = await asyncio.gather(
        aws.pages("logs:DescribeDeliverySources", "deliverySources", region=region),
        aws.pages("logs:DescribeDeliveries", "deliveries", region=region),
        aws.pages("logs:DescribeDeliveryDestinations", "deliveryDestinations", region=region),
    )
    because = {s["name"]: why for s in sources for arn in s.get("resourceArns", ()) if (why := ours.get(arn))}
    others = {d["deliveryDestinationArn"] for d in deliveries if d["deliverySourceName"] not in because}
    free = [destination for destination in destinations if destination["arn"] not in others]
    found = related(_judged_delivery(aws, one, because) for one in deliveries)
    found += related(_judged_end(aws, SOURCE, one, because.get(one["name"], "")) for one in sources)
    return found + related(_judged_end(aws, DESTINATION, one, _named_after(one, ours)) for one in free)


def _judged_delivery(aws: Aws, delivery: dict[str, Any], because: Mapping[str, str]) -> Resource | None:
    why = because.get(delivery["deliverySourceName"])
    claim = part(f"it delivers the logs of {why}") if why else None
    return _resource(aws, DELIVERY, delivery["id"], claim)


def _judged_end(aws: Aws, kind: str, end: dict[str, Any], why: str) -> Resource | None:
    return _resource(aws, kind, end["name"], part(f"it is for the logs of {why}") if why else None)


def _resource(aws: Aws, kind: str, id_: str, inferred: Inference | None) -> Resource | None:
    claim = aws.workshop.claim("", id_=id_, inferred=inferred) if inferred else None
    return judged(aws, kind, id_, claim, region=aws.home)


def _named_after(destination: dict[str, Any], ours: Mapping[str, str]) -> str:
    """Return whose a destination is by its name: ``CF-<id of the distribution>-…``."""
    ids = {arn.rpartition("/")[2]: why for arn, why in ours.items()}
    return next((why for id_, why in ids.items() if destination["name"].startswith(f"CF-{id_}-")), "")


async def delete(aws: Aws, found: list[Resource]) -> None:
    """Delete the deliveries, and their ends at the next turn."""
    await _delete(aws, [one for one in found if one.kind == DELIVERY] or found)


@each
async def _delete(aws: Aws, one: Resource) -> None:
    call, parameter = DELETE[one.kind]
    await aws.call(call, region=one.region, **{parameter: one.id})


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        DELIVERY: Definition(listed("logs:DescribeDeliveries", "deliveries", "id")),
        SOURCE: Definition(
            listed("logs:DescribeDeliverySources", "deliverySources", "name"), by_aws="status statusReason"
        ),
        DESTINATION: Definition(listed("logs:DescribeDeliveryDestinations", "deliveryDestinations", "name")),
    }


KIND = Kind(
    "log delivery",
    find,
    delete,
    step=8,
    also="deliveries of its logs",
    deadline=5,  # nothing is known to hold one
    waits_for=("CloudFront distribution",),  # else its last logs go nowhere
    calls={
        "logs:DescribeDeliverySources": read(),
        "logs:DescribeDeliveries": read(),
        "logs:DescribeDeliveryDestinations": read(),
        "logs:DeleteDelivery": write("ResourceNotFoundException", "ConflictException"),
        "logs:DeleteDeliverySource": write("ResourceNotFoundException", "ConflictException"),
        "logs:DeleteDeliveryDestination": write("ResourceNotFoundException", "ConflictException"),
    },
    grants=(
        grant(
            "Logs",
            "logs:DeleteDelivery logs:DeleteDeliverySource logs:DeleteDeliveryDestination",
            "logs:*:*:delivery:*",
            "logs:*:*:delivery-source:*",
            "logs:*:*:delivery-destination:*",
        ),
    ),
    definitions=definitions,
)
