"""API Gateway's lists and their pages, exports and imports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.apigateway import map_domain
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


def test_domains_of_both_versions(session: boto3.Session, gateway: Any, api: str) -> None:
    """The first version lists the domains that were made through the second, too, each once."""
    map_domain(gateway, api)
    session.client("apigatewayv2").create_domain_name(DomainName="h.example.com", DomainNameConfigurations=[{}])
    listed = [one["domainName"] for one in gateway.get_domain_names()["items"]]
    assert listed == ["h.example.com", "mail.example.com"]


def test_pages_of_25(gateway: Any) -> None:
    """Lists come in pages of 25; a page turned after deletions loses nothing."""
    made = sorted(gateway.create_api_key(name=f"k{number}")["id"] for number in range(27))
    page = gateway.get_api_keys()
    assert [key["id"] for key in page["items"]] == made[:25]
    gateway.delete_api_key(apiKey=made[24])
    rest = gateway.get_api_keys(position=page["position"], limit=2)
    assert [key["id"] for key in rest["items"]] == made[25:]
    assert "position" not in rest


def _in_ones(call: Any, items: str, size: dict[str, Any], start: str, resume: str) -> list[Any]:
    """Return the items of all pages of one."""
    found: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = call(**size, **token)
        (item,) = page[items]
        found.append(item)
        if resume not in page:
            return found
        token = {start: page[resume]}


@pytest.mark.parametrize(
    ("operation", "below"),
    [
        ("get_base_path_mappings", ["domainName"]),
        ("get_deployments", ["restApiId"]),
        ("get_domain_names", []),
        ("get_resources", ["restApiId"]),
        ("get_rest_apis", []),
        ("get_usage_plan_keys", ["usagePlanId"]),
        ("get_usage_plans", []),
        ("get_vpc_links", []),
    ],
)
def test_pages_of_one(gateway: Any, api: str, plan: str, operation: str, below: list[str]) -> None:
    """Every list of the first version pages, with `position`."""
    ids = {"restApiId": api, "usagePlanId": plan, "domainName": "a.example.com"}
    _two_of_everything(gateway, api, plan)
    size = {"limit": 1} | {name: ids[name] for name in below}
    found = _in_ones(getattr(gateway, operation), "items", size, "position", "position")
    assert len({str(one) for one in found}) == 2


def _two_of_everything(gateway: Any, api: str, plan: str) -> None:
    gateway.create_rest_api(name="other")
    gateway.create_usage_plan(name="other")
    gateway.create_deployment(restApiId=api)
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.create_resource(restApiId=api, parentId=root, pathPart="x")
    for name in ("a.example.com", "b.example.com"):
        gateway.create_domain_name(domainName=name)
        gateway.create_base_path_mapping(domainName="a.example.com", restApiId=api, basePath=name)
        gateway.create_vpc_link(name=name, targetArns=["arn:aws:elasticloadbalancing:x"])
        key = gateway.create_api_key(name=name)["id"]
        gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


@pytest.mark.parametrize(
    ("operation", "below"),
    [
        ("get_apis", {}),
        ("get_stages", {"ApiId": "api"}),
        ("get_domain_names", {}),
        ("get_api_mappings", {"DomainName": "a.example.com"}),
        ("get_vpc_links", {}),
    ],
)
def test_pages_of_one_in_v2(session: Any, operation: str, below: dict[str, str]) -> None:
    """Every list of the second version pages, with a number of items that is text."""
    http = session.client("apigatewayv2")
    apis = [http.create_api(Name=name, ProtocolType="HTTP")["ApiId"] for name in "ab"]
    for name in ("a.example.com", "b.example.com"):
        http.create_domain_name(DomainName=name, DomainNameConfigurations=[{}])
        http.create_stage(ApiId=apis[0], StageName=name[0])
        http.create_api_mapping(ApiId=apis[0], DomainName="a.example.com", Stage=name[0], ApiMappingKey=name[0])
        http.create_vpc_link(Name=name, SubnetIds=["subnet-1"])
    arguments = {**below, **({"ApiId": apis[0]} if "ApiId" in below else {}), "MaxResults": "1"}
    found = _in_ones(getattr(http, operation), "Items", arguments, "NextToken", "NextToken")
    assert len({str(one) for one in found}) == 2


def test_http_api_is_exported(session: boto3.Session) -> None:
    """An HTTP API's export is OpenAPI 3: its routes, and where each leads."""
    http = session.client("apigatewayv2")
    api = http.create_api(Name="carbuyer-http", ProtocolType="HTTP")["ApiId"]
    target = {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://example.com", "IntegrationMethod": "ANY"}
    leads = http.create_integration(ApiId=api, **target, PayloadFormatVersion="1.0")["IntegrationId"]
    http.create_route(ApiId=api, RouteKey="POST /mail", Target=f"integrations/{leads}")
    http.create_route(ApiId=api, RouteKey="$default")
    exported = json.loads(http.export_api(ApiId=api, Specification="OAS30", OutputType="JSON")["body"].read())
    assert (exported["openapi"], exported["info"]["title"]) == ("3.0.1", "carbuyer-http")
    assert exported["paths"] == {
        "/mail": {"post": {"x-amazon-apigateway-integration": {"uri": "https://example.com"}}},
        "/$default": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": {}}},
    }


def test_imported_definitions_are_validated(gateway: Any) -> None:
    """A definition in OpenAPI makes an API, and one that breaks OpenAPI's rules is refused, each time."""
    good = {"openapi": "3.0.0", "info": {"title": "carbuyer-import", "description": "-", "version": "1"}, "paths": {}}
    bad = {"openapi": "3.0.0", "paths": {}}

    for _ in range(2):
        with refused("BadRequestException"):
            gateway.import_rest_api(body=json.dumps(bad), failOnWarnings=True)
        assert gateway.import_rest_api(body=json.dumps(good), failOnWarnings=True)["name"] == "carbuyer-import"
