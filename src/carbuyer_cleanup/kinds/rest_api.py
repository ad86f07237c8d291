"""REST APIs of API Gateway, by name.

AWS accepts one ``DeleteRestApi`` per account every 30 s, and none while a custom domain maps to the API
(https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html). With the API go its stages, which usage
plans then lose; its execution logs stay, in groups that only its id identifies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, is_ours, judged, refuse_if_used, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

MEMORY = "rest api"  # the journal's topic for the ids of APIs that were deleted


async def find(aws: Aws) -> list[Resource]:
    """Find the REST APIs by name."""
    return of(aws, await names(aws))


def of(aws: Aws, listed: dict[str, str]) -> list[Resource]:
    """Return those REST APIs of a list (names by id) that have to do with the workshop."""
    claim = aws.workshop.claim
    return related(
        judged(aws, "REST API", id_, claim("apigateway.rest_api", name), name=name) for id_, name in listed.items()
    )


async def names(aws: Aws) -> dict[str, str]:
    """Return the names of all REST APIs, others' too, by id."""
    apis = await aws.pages("apigateway:GetRestApis", "items", limit=500)
    return {needed("id", api): api["name"] for api in apis}


async def delete(aws: Aws, resources: list[Resource]) -> None:
    """Delete the first: the others' turn comes half a minute later (``pace.RATES``), after another look."""
    await _delete(aws, resources[:1])


async def _others_plans(aws: Aws, api: Resource) -> list[str]:
    """Return others' usage plans that have stages of the API: they would lose them with the API."""
    return [
        f"usage plan {plan['name']} ({plan['id']})"
        for plan in await aws.pages("apigateway:GetUsagePlans", "items", limit=500)
        if any(stage["apiId"] == api.id for stage in plan["apiStages"])
        and not is_ours(aws, "apigateway.usage_plan", plan["name"])
    ]


@each
async def _delete(aws: Aws, api: Resource) -> None:
    refuse_if_used(api, await _others_plans(aws, api))
    aws.journal.remember(MEMORY, api.region, [api.id], because=f"of the {api}")
    await aws.call("apigateway:DeleteRestApi", restApiId=api.id)


KIND = Kind(
    "REST API",
    find,
    delete,
    step=6,
    entry="apigateway.rest_api",
    deadline=15,  # one deletion in 30 s per account (API Gateway's quotas): room for thirty; tf doesn't wait
    waits_for=("base path mapping",),  # refused while a custom domain maps to it
    after_seeing=("usage plan",),  # one with another name is recognized by the APIs that it serves
    console="apigateway/main/apis/{id}/resources?api={id}&region={region}",
    # API Gateway answers BadRequestException while something is still attached: mappings to an API (the list lags),
    # stages on a usage plan (aws/aws-sdk-js#3841); ConflictException during a simultaneous change.
    calls={
        "apigateway:GetRestApis": read(has="items"),
        "apigateway:DeleteRestApi": write("NotFoundException", "BadRequestException ConflictException"),
    },
    grants=(grant("ApiGateway", "apigateway:DeleteRestApi", "apigateway:{region}::/restapis/*"),),
)
