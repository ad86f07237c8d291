"""API keys of API Gateway, by name; a key of another name is left alone, even on a usage plan of the workshop's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    # Without includeValues AWS leaves the keys' secrets out.
    keys = await aws.pages("apigateway:GetApiKeys", "items", limit=500)
    claim = aws.workshop.claim
    return [
        found
        for key in keys
        for found in judged(aws, "API key", key["id"], claim("apigateway.api_key", key["name"]), name=key["name"])
    ]


@each
async def delete(aws: Aws, key: Resource) -> None:
    await aws.call("apigateway:DeleteApiKey", apiKey=key.id)


KIND = Kind("API key", find, delete)
