"""HTTP and WebSocket APIs of API Gateway (its second version), by the prefix: the workshop itself creates none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, judged, related, unless_named
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find HTTP and WebSocket APIs by the prefix."""
    return of(aws, await names(aws))


def of(aws: Aws, listed: dict[str, str]) -> list[Resource]:
    """Return those APIs of a list (names by id) that have to do with the workshop."""
    return related(
        judged(aws, "HTTP API", id_, aws.workshop.claim("", name, inferred=unless_named(name)), name=name)
        for id_, name in listed.items()
    )


async def names(aws: Aws) -> dict[str, str]:
    """Return the names of all HTTP and WebSocket APIs, others' too, by id."""
    return {needed("ApiId", api): api["Name"] for api in await aws.pages("apigatewayv2:GetApis", "Items")}


@each
async def delete(aws: Aws, api: Resource) -> None:
    """Delete an API, with its stages, routes and integrations."""
    await aws.call("apigatewayv2:DeleteApi", ApiId=api.id)


KIND = Kind(
    "HTTP API",
    find,
    delete,
    step=6,
    also="HTTP APIs with the prefix",
    deadline=5,  # nothing is known to hold one
    waits_for=("base path mapping",),  # refused while a custom domain maps to it
    after_seeing=("usage plan",),  # one with another name is recognized by the APIs that it serves
    calls={
        "apigatewayv2:GetApis": read(),
        "apigatewayv2:DeleteApi": write("NotFoundException", "BadRequestException"),  # as for REST APIs
    },
    grants=(grant("ApiGateway", "apigatewayv2:DeleteApi", "apigateway:{region}::/apis/*"),),
)
