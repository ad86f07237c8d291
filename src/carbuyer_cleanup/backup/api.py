"""Saving APIs of API Gateway: each as OpenAPI, with Amazon's extensions, as AWS itself exports it.

A REST API is exported by its stages (API Gateway API reference, "GetExport"); one without any is saved by its
resources and methods. Of WebSocket APIs there is no such export: their routes and integrations are saved.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.folder import NotSaved
from carbuyer_cleanup.backup.paths import name_of

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

OPENAPI = {"exportType": "oas30", "parameters": {"extensions": "apigateway"}, "accepts": "application/json"}
OPENAPI_2 = {"OutputType": "JSON", "Specification": "OAS30", "IncludeExtensions": True}
EXPORT, EXPORT_2 = "apigateway:GetExport", "apigatewayv2:ExportApi"
HTTP = "HTTP"


async def save_rest(aws: Aws, backup: Backup, api: Resource) -> None:
    """Save a REST API."""
    listed = await aws.pages("apigateway:GetRestApis", "items", limit=500)
    described = next(one for one in listed if one["id"] == api.id)
    stages = (await aws.fresh("apigateway:GetStages", restApiId=api.id))["item"]
    resources = await aws.pages("apigateway:GetResources", "items", restApiId=api.id, embed=["methods"], limit=500)
    for stage in stages:
        which = {"restApiId": api.id, "stageName": stage["stageName"], **OPENAPI}
        await _keep(aws, backup, api, await aws.transfer(EXPORT, partial(_export, which)), stage["stageName"])
    told = {"RestApi": described, "Stages": stages, "Resources": resources}
    await aws.in_thread(lambda: backup.describe(api, told))


async def save_http(aws: Aws, backup: Backup, api: Resource) -> None:
    """Save an HTTP or WebSocket API."""
    listed = await aws.pages("apigatewayv2:GetApis", "Items")
    described = next(one for one in listed if one["ApiId"] == api.id)
    lists = ("apigatewayv2:GetStages", "apigatewayv2:GetRoutes", "apigatewayv2:GetIntegrations")
    stages, routes, integrations = await asyncio.gather(*(aws.pages(call, "Items", ApiId=api.id) for call in lists))
    if described["ProtocolType"] == HTTP:
        await _keep(aws, backup, api, await aws.transfer(EXPORT_2, partial(_export_2, api.id)), "openapi")
    told = {"Api": described, "Stages": stages, "Routes": routes, "Integrations": integrations}
    await aws.in_thread(lambda: backup.describe(api, told))


def _export(which: dict[str, Any], client: Any) -> bytes:
    return bytes(client.get_export(**which)["body"].read())


def _export_2(id_: str, client: Any) -> bytes:
    return bytes(client.export_api(ApiId=id_, **OPENAPI_2)["body"].read())


async def _keep(aws: Aws, backup: Backup, api: Resource, exported: bytes | None, name: str) -> None:
    if not exported:
        raise NotSaved(f"AWS's export of the {api} is empty, so it is not deleted: run again.")
    path = f"{backup.home_of(api)}/{name_of(name)}.openapi.json"
    await aws.in_thread(lambda: backup.keep(api, path, exported))
