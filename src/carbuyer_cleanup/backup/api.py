"""Saving APIs of API Gateway: each as OpenAPI, with Amazon's extensions, as AWS itself exports it.

A REST API is exported by its stages (API Gateway API reference, "GetExport"). An export shows what was deployed, and
there is none of an API that never was: so what is defined now is saved, too. Of WebSocket APIs there is no such
export: their routes and integrations are saved.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.backup import sameness
from carbuyer_cleanup.backup.asking import listed
from carbuyer_cleanup.backup.folder import NotSaved
from carbuyer_cleanup.backup.paths import name_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

    Read = Callable[[Aws, Resource], Awaitable["Api"]]

OPENAPI = {"exportType": "oas30", "parameters": {"extensions": "apigateway"}, "accepts": "application/json"}
OPENAPI_2 = {"OutputType": "JSON", "Specification": "OAS30", "IncludeExtensions": True}
EXPORT, EXPORT_2 = "apigateway:GetExport", "apigatewayv2:ExportApi"
HTTP = "HTTP"
# What an export has as it was deployed, if it was.
OF_REST = {
    "Authorizers": "apigateway:GetAuthorizers",
    "Models": "apigateway:GetModels",
    "RequestValidators": "apigateway:GetRequestValidators",
    "GatewayResponses": "apigateway:GetGatewayResponses",
}


class Api(NamedTuple):
    """What AWS says about an API, and its exports as OpenAPI, by name."""

    described: dict[str, Any]
    exports: dict[str, bytes]


async def save(read: Read, aws: Aws, backup: Backup, api: Resource) -> None:
    """Save an API."""
    told = await read(aws, api)
    for name, exported in told.exports.items():
        path = f"{backup.home_of(api)}/{name_of(name)}.openapi.json"
        await aws.in_thread(partial(backup.keep, api, path, exported))
    await aws.in_thread(lambda: backup.describe(api, _whole(told)))


async def describe(read: Read, aws: Aws, api: Resource) -> Any:
    """Return what users are told about an API, with what tells its exports from others."""
    return _whole(await read(aws, api))


def _whole(told: Api) -> dict[str, Any]:
    digests = {name: sameness.digest("", json.loads(exported)) for name, exported in told.exports.items()}
    return {**told.described, "Exports": digests}


async def rest(aws: Aws, api: Resource) -> Api:
    """Ask for all of a REST API."""
    described = await listed("apigateway:GetRestApis", "items", "id", limit=500)(aws, api)
    stages = (await aws.fresh("apigateway:GetStages", restApiId=api.id))["item"]
    resources = await aws.pages("apigateway:GetResources", "items", restApiId=api.id, embed=["methods"], limit=500)
    lists = await asyncio.gather(*(aws.pages(call, "items", restApiId=api.id, limit=500) for call in OF_REST.values()))
    told = {"RestApi": described, "Stages": stages, "Resources": resources, **dict(zip(OF_REST, lists, strict=True))}
    names = [stage["stageName"] for stage in stages]
    exports = [partial(_export, {"restApiId": api.id, "stageName": name, **OPENAPI}) for name in names]
    return Api(told, {name: await _exported(aws, api, EXPORT, act) for name, act in zip(names, exports, strict=True)})


async def http(aws: Aws, api: Resource) -> Api:
    """Ask for all of an HTTP or WebSocket API."""
    described = await listed("apigatewayv2:GetApis", "Items", "ApiId")(aws, api)
    lists = ("apigatewayv2:GetStages", "apigatewayv2:GetRoutes", "apigatewayv2:GetIntegrations")
    stages, routes, integrations = await asyncio.gather(*(aws.pages(call, "Items", ApiId=api.id) for call in lists))
    told = {"Api": described, "Stages": stages, "Routes": routes, "Integrations": integrations}
    if described["ProtocolType"] != HTTP:
        return Api(told, {})
    return Api(told, {"openapi": await _exported(aws, api, EXPORT_2, partial(_export_2, api.id))})


def _export(which: dict[str, Any], client: Any) -> bytes:
    return bytes(client.get_export(**which)["body"].read())


def _export_2(id_: str, client: Any) -> bytes:
    return bytes(client.export_api(ApiId=id_, **OPENAPI_2)["body"].read())


async def _exported(aws: Aws, api: Resource, call: str, act: Callable[[Any], bytes]) -> bytes:
    exported = await aws.transfer(call, act)
    if not exported:
        raise NotSaved(f"AWS's export of the {api} is empty, so it is not deleted: run again.")
    return exported
