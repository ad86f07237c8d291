"""API keys of API Gateway, by name; a key with another name is left alone, even on a usage plan of the workshop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, is_ours, judged, refuse_if_used, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

KEYS = "apigateway:GetUsagePlanKeys"


async def find(aws: Aws) -> list[Resource]:
    """Find API keys by name."""
    # Without includeValues AWS leaves the keys' secrets out.
    keys = await aws.pages("apigateway:GetApiKeys", "items", limit=500)
    claim = aws.workshop.claim
    return related(
        judged(aws, "API key", key["id"], claim("apigateway.api_key", key["name"]), name=key["name"]) for key in keys
    )


async def _others_plans(aws: Aws, key: Resource) -> list[str]:
    """Return others' usage plans that have the key: AWS would remove it from them."""
    plans = await aws.pages("apigateway:GetUsagePlans", "items", limit=500)
    others = [plan for plan in plans if not is_ours(aws, "apigateway.usage_plan", plan.get("name", ""))]
    keys = await asyncio.gather(*(aws.pages(KEYS, "items[].id", usagePlanId=plan["id"], limit=500) for plan in others))
    return [
        f"usage plan {plan.get('name', '')} ({plan['id']})"
        for plan, ids in zip(others, keys, strict=True)
        if key.id in ids
    ]


@each
async def delete(aws: Aws, key: Resource) -> None:
    """Delete a key, unless somebody else's usage plan uses it."""
    refuse_if_used(key, await _others_plans(aws, key))
    await aws.call("apigateway:DeleteApiKey", apiKey=key.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it, without its value."""
    return {"API key": Definition(listed("apigateway:GetApiKeys", "items", "id", limit=500))}


KIND = Kind(
    "API key",
    find,
    delete,
    step=6,
    also="its API key",
    entry="apigateway.api_key",
    deadline=5,  # nothing is known to hold one
    waits_for=("usage plan",),
    price=0,
    console="apigateway/main/api-keys?region={region}",
    calls={
        "apigateway:GetApiKeys": read(),
        KEYS: read("NotFoundException"),
        "apigateway:DeleteApiKey": write("NotFoundException", "ConflictException"),
    },
    grants=(grant("ApiGateway", "apigateway:DeleteApiKey", "apigateway:{region}::/apikeys/*"),),
    definitions=definitions,
)
