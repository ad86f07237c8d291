"""Mappings of custom domain names to the workshop's APIs: an API that is mapped can't be deleted.

A custom domain is not the workshop's, whatever its name: others' DNS may point at it. Only its mappings to the
workshop's APIs are deleted. Both versions of API Gateway share domains (both have the ARN ``…::/domainnames/<name>``:
Service Authorization Reference), but the first does not show mappings to HTTP APIs; what both show is one mapping.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import OURS, Claim
from carbuyer_cleanup.kinds import http_api, rest_api
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

ROOT = "(none)"  # what the first version calls the empty base path
MOST = "500"  # GetApiMappings has no paginator, and AWS allows 200 mappings per domain

Mapping = tuple[str, str, str, dict[str, str]]  # domain, path, API, and the deletion's parameters


async def find(aws: Aws) -> list[Resource]:
    """Find the mappings of custom domains that lead to an API of ours, in both versions of API Gateway."""
    domains = await aws.pages("apigateway:GetDomainNames", "items", limit=500)
    first, second = await asyncio.gather(_first(aws, domains), _second(aws)) if domains else ([], [])
    mappings = {mapping[:2]: mapping for mapping in second + first}
    if not mappings:
        return []
    apis = {api.id: api for found in (rest_api, http_api) for api in await found.find(aws) if api.ours}
    return related(_judged(aws, mapping, apis) for mapping in mappings.values())


def _judged(aws: Aws, mapping: Mapping, apis: dict[str, Resource]) -> Resource | None:
    domain, path, api, target = mapping
    claim = Claim(OURS, f"it leads to the {apis[api]}") if api in apis else None
    return judged(aws, "base path mapping", f"{domain}/{path}", claim, details={"target": target})


async def _first(aws: Aws, domains: list[dict[str, Any]]) -> list[Mapping]:
    return [m for found in await asyncio.gather(*(_of_domain(aws, d) for d in domains)) for m in found]


async def _of_domain(aws: Aws, described: dict[str, Any]) -> list[Mapping]:
    domain = {key: described[key] for key in ("domainName", "domainNameId") if key in described}
    mappings = await aws.pages("apigateway:GetBasePathMappings", "items", limit=500, **domain)
    return [
        (needed("domainName", described), _path(m["basePath"]), m["restApiId"], domain | {"basePath": m["basePath"]})
        for m in mappings
    ]


def _path(base_path: str) -> str:
    return "" if base_path == ROOT else base_path


async def _second(aws: Aws) -> list[Mapping]:
    domains = await aws.pages("apigatewayv2:GetDomainNames", "Items[].DomainName")
    return [m for found in await asyncio.gather(*(_of_domain_v2(aws, d) for d in domains)) for m in found]


async def _of_domain_v2(aws: Aws, domain: str) -> list[Mapping]:
    mappings = await aws.pages("apigatewayv2:GetApiMappings", "Items", DomainName=domain, MaxResults=MOST)
    return [
        (domain, m["ApiMappingKey"], m["ApiId"], {"DomainName": domain, "ApiMappingId": m["ApiMappingId"]})
        for m in mappings
    ]


@each
async def delete(aws: Aws, mapping: Resource) -> None:
    """Delete a mapping; its domain stays."""
    target = mapping.details["target"]
    operation = "apigatewayv2:DeleteApiMapping" if "ApiMappingId" in target else "apigateway:DeleteBasePathMapping"
    await aws.call(operation, **target)


async def define(_aws: Aws, mapping: Resource) -> Any:
    """Return a mapping, which has no more than was found."""
    return {"Path": mapping.id, "Target": mapping.details["target"], "Why": mapping.why}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"base path mapping": Definition(define)}


KIND = Kind(
    "base path mapping",
    find,
    delete,
    step=6,
    also="base path mappings",
    deadline=5,  # nothing is known to hold one
    calls={
        "apigateway:GetDomainNames": read(),
        "apigateway:GetBasePathMappings": read("NotFoundException"),
        "apigateway:DeleteBasePathMapping": write("NotFoundException", "ConflictException"),
        "apigatewayv2:GetDomainNames": read(),
        "apigatewayv2:GetApiMappings": read("NotFoundException"),
        "apigatewayv2:DeleteApiMapping": write("NotFoundException"),
    },
    grants=(
        grant(
            "ApiGateway",
            "apigateway:DeleteBasePathMapping apigatewayv2:DeleteApiMapping",
            "apigateway:{region}::/domainnames/*",
        ),
    ),
    definitions=definitions,
)
