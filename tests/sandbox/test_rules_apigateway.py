"""What API Gateway deletes, and what it refuses to: each rule, seen with plain boto3."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.apigateway import map_domain
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("apigateway", "delete_rest_api", {"restApiId": "abc"}),
        ("apigateway", "delete_usage_plan", {"usagePlanId": "abc"}),
        ("apigateway", "get_usage_plan_keys", {"usagePlanId": "abc"}),
        ("apigateway", "delete_usage_plan_key", {"usagePlanId": "abc", "keyId": "abc"}),
        ("apigateway", "delete_vpc_link", {"vpcLinkId": "abc"}),
        ("apigateway", "get_tags", {"resourceArn": "arn:aws:apigateway:ap-southeast-1::/restapis/abc"}),
        ("apigatewayv2", "delete_api", {"ApiId": "abc"}),
        ("apigatewayv2", "delete_domain_name", {"DomainName": "abc"}),
    ],
)
def test_gone_is_not_found(
    session: Any, sandbox: Sandbox, service: str, operation: str, arguments: dict[str, str]
) -> None:
    """Deleting what is not there is NotFoundException 404, not an exception of moto's."""
    with refused("NotFoundException", status=404):
        getattr(session.client(service), operation)(**arguments)
    assert sandbox.defects == []


def test_base_path_mapping_blocks_the_api(gateway: Any, api: str, sandbox: Sandbox) -> None:
    """A REST API that a custom domain leads to cannot be deleted until the mapping is."""
    map_domain(gateway, api)
    with refused("BadRequestException", "remove all base path mappings related to the RestApi"):
        gateway.delete_rest_api(restApiId=api)
    gateway.delete_base_path_mapping(domainName="mail.example.com", basePath="(none)")
    sandbox.clock.advance(30)
    gateway.delete_rest_api(restApiId=api)


def test_base_path_mapping_blocks_the_stage(gateway: Any, api: str) -> None:
    """A stage that a custom domain leads to cannot be deleted; the answer names the domain."""
    map_domain(gateway, api, stage="prod")
    with refused("BadRequestException", "your domains: mail.example.com"):
        gateway.delete_stage(restApiId=api, stageName="prod")


def test_api_mapping_blocks_the_http_stage(session: boto3.Session) -> None:
    """The same for a stage of an HTTP API, although the model lists no such error."""
    http = session.client("apigatewayv2")
    api = http.create_api(Name="carbuyer-http", ProtocolType="HTTP")["ApiId"]
    http.create_stage(ApiId=api, StageName="prod")
    http.create_domain_name(DomainName="h.example.com", DomainNameConfigurations=[{}])
    http.create_api_mapping(ApiId=api, DomainName="h.example.com", Stage="prod", ApiMappingKey="v1")
    with refused("BadRequestException", "h.example.com"):
        http.delete_stage(ApiId=api, StageName="prod")
    http.delete_domain_name(DomainName="h.example.com")
    http.delete_stage(ApiId=api, StageName="prod")


def test_mappings_go_with_their_domain(gateway: Any, api: str) -> None:
    """Once its domain is deleted a mapping blocks nothing; a new domain has none."""
    map_domain(gateway, api)
    gateway.delete_domain_name(domainName="mail.example.com")
    gateway.create_domain_name(domainName="mail.example.com")
    assert gateway.get_base_path_mappings(domainName="mail.example.com")["items"] == []
    gateway.delete_rest_api(restApiId=api)


def test_usage_plan_with_a_stage(gateway: Any, api: str, plan: str) -> None:
    """A usage plan that lists a stage cannot be deleted; detached it can."""
    with refused("BadRequestException", f"because there are API Stages associated with it, including {api}:prod"):
        gateway.delete_usage_plan(usagePlanId=plan)
    remove = {"op": "remove", "path": "/apiStages", "value": f"{api}:prod"}
    gateway.update_usage_plan(usagePlanId=plan, patchOperations=[remove])
    gateway.delete_usage_plan(usagePlanId=plan)


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("/apiStages/abc:prod", None, "Invalid patch path '/apiStages/abc:prod' specified for op 'remove'"),
        ("/apiStages", None, "Invalid API Stage specified"),
        ("/apiStages", "abc:prod", "Invalid API Stage specified"),
    ],
)
def test_wrong_patch_of_a_usage_plan(gateway: Any, plan: str, path: str, value: str | None, text: str) -> None:
    """A stage is removed with its name as the value, and only if the plan lists it."""
    patch = {"op": "remove", "path": path, **({"value": value} if value else {})}
    with refused("BadRequestException", text):
        gateway.update_usage_plan(usagePlanId=plan, patchOperations=[patch])


@pytest.mark.parametrize("operation", ["delete_rest_api", "delete_stage"])
def test_plan_loses_a_deleted_stage(gateway: Any, api: str, plan: str, operation: str) -> None:
    """Deleting an API or its stage takes it out of the plan, so that the plan can be deleted next."""
    arguments = {"restApiId": api} | ({"stageName": "prod"} if operation == "delete_stage" else {})
    getattr(gateway, operation)(**arguments)
    assert gateway.get_usage_plan(usagePlanId=plan)["apiStages"] == []
    gateway.delete_usage_plan(usagePlanId=plan)


def test_plan_may_lose_a_deleted_stage_late() -> None:
    """If the quirk says so, the plan lists the stage for a while and cannot be deleted yet."""
    sandbox = Sandbox(Clock(math.inf), Quirks(usage_plan_link_lag=60))
    gateway = sandbox.session().client("apigateway")
    api = gateway.create_rest_api(name="carbuyer-email-api")["id"]
    plan = gateway.create_usage_plan(name="p", apiStages=[{"apiId": api, "stage": "prod"}])["id"]
    gateway.delete_rest_api(restApiId=api)
    with refused("BadRequestException", "API Stages associated"):
        gateway.delete_usage_plan(usagePlanId=plan)
    sandbox.clock.advance(60)
    gateway.delete_usage_plan(usagePlanId=plan)


def test_plan_loses_a_deleted_key(gateway: Any, plan: str) -> None:
    """An API key may be deleted while it is on a plan; the plan then no longer lists it."""
    key = gateway.create_api_key(name="carbuyer-email-api-key", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    gateway.delete_api_key(apiKey=key)
    assert gateway.get_usage_plan_keys(usagePlanId=plan)["items"] == []


def test_active_deployment(gateway: Any, api: str) -> None:
    """A deployment that a stage points at cannot be deleted."""
    deployment = gateway.get_deployments(restApiId=api)["items"][0]["id"]
    with refused("BadRequestException", "Active stages pointing to this deployment must be moved or deleted"):
        gateway.delete_deployment(restApiId=api, deploymentId=deployment)


@pytest.mark.parametrize("kind", ["restapis", "usageplans", "apikeys", "stages"])
def test_tags(gateway: Any, api: str, plan: str, kind: str) -> None:
    """REST APIs, stages, plans and keys can be tagged and untagged."""
    key = gateway.create_api_key(name="carbuyer-email-api-key")["id"]
    paths = {"restapis": api, "usageplans": plan, "apikeys": key, "stages": f"{api}/stages/prod"}
    path = f"{kind if kind != 'stages' else 'restapis'}/{paths[kind]}"
    arn = f"arn:aws:apigateway:ap-southeast-1::/{path}"
    gateway.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    gateway.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert gateway.get_tags(resourceArn=arn)["tags"] == {"b": "2"}
