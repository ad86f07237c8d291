"""Exports of HTTP APIs as OpenAPI, which moto 5.2.5 lacks: the routes, and where each leads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto.world import Instead

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

DEFAULT = "$default"


def _export(world: World, request: Request) -> Params:
    api = world.backend("apigatewayv2", request.account, request.region).get_api(request.params["ApiId"])
    paths: dict[str, dict[str, Any]] = {}
    for route in api.routes.values():
        method, _, path = route.route_key.partition(" ")
        integration = api.integrations.get(str(route.target).rpartition("/")[2])
        paths.setdefault(path or f"/{DEFAULT}", {})[method.lower() if path else "x-amazon-apigateway-any-method"] = {
            "x-amazon-apigateway-integration": {"uri": integration.integration_uri} if integration else {}
        }
    document = {"openapi": "3.0.1", "info": {"title": api.name, "version": api.version or "1"}, "paths": paths}
    return {"body": json.dumps(document)}


RULES = (Instead("apigatewayv2:ExportApi", _export, "botocore's model of API Gateway; what it exports is OpenAPI 3"),)
