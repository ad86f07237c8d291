"""API Gateway in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.front import Sandbox
from strict_moto.quirks import Quirks
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


@pytest.fixture
def gateway(session: boto3.Session) -> Any:
    """Return a client of the REST API's control plane."""
    return session.client("apigateway")


@pytest.fixture
def api(gateway: Any) -> str:
    """Return the id of a REST API with a stage `prod`."""
    made: str = gateway.create_rest_api(name="carbuyer-email-api")["id"]
    root = gateway.get_resources(restApiId=made)["items"][0]["id"]
    method = {"restApiId": made, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=made, stageName="prod")
    return made


@pytest.fixture
def plan(gateway: Any, api: str) -> str:
    """Return the id of a usage plan that lists the stage."""
    stages = [{"apiId": api, "stage": "prod"}]
    made: str = gateway.create_usage_plan(name="carbuyer-email-plan", apiStages=stages)["id"]
    return made


def _map(gateway: Any, api: str, **more: str) -> None:
    gateway.create_domain_name(domainName="mail.example.com")
    gateway.create_base_path_mapping(domainName="mail.example.com", restApiId=api, **more)


def test_one_rest_api_in_thirty_seconds(gateway: Any, sandbox: Sandbox) -> None:
    """A second DeleteRestApi within 30 seconds is told when to come again."""
    first, second = (gateway.create_rest_api(name=name)["id"] for name in "ab")
    gateway.delete_rest_api(restApiId=first)
    sandbox.clock.advance(12)
    with refused("TooManyRequestsException", status=429) as answer:
        gateway.delete_rest_api(restApiId=second)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "18"
    sandbox.clock.advance(18)
    gateway.delete_rest_api(restApiId=second)
    assert gateway.get_rest_apis()["items"] == []


def test_one_usage_plan_update_in_twenty_seconds(gateway: Any, plan: str, sandbox: Sandbox) -> None:
    """A second UpdateUsagePlan within 20 seconds is refused; one request may carry many patches."""
    patch = {"usagePlanId": plan, "patchOperations": [{"op": "replace", "path": "/name", "value": "x"}]}
    gateway.update_usage_plan(**patch)
    with refused("TooManyRequestsException"):
        gateway.update_usage_plan(**patch)
    sandbox.clock.advance(20)
    gateway.update_usage_plan(**patch)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "free"),
    [
        ("apigateway", "delete_domain_name", {"domainName": "x.example.com"}, 1),
        ("apigateway", "delete_api_key", {"apiKey": "abc"}, 5),
        ("apigatewayv2", "delete_vpc_link", {"VpcLinkId": "abc"}, 1),
    ],
)
def test_rates_of_single_calls(
    session: Any, service: str, operation: str, arguments: dict[str, str], free: int
) -> None:
    """Calls with a rate of their own are refused beyond it, whether they find anything or not."""
    call = getattr(session.client(service), operation)
    for _ in range(free):
        with refused("NotFoundException"):
            call(**arguments)
    with refused("TooManyRequestsException"):
        call(**arguments)


def test_ten_calls_a_second_for_both_versions(session: boto3.Session, sandbox: Sandbox) -> None:
    """The control planes of v1 and v2 share a burst of 40 calls and 10 more each second."""
    rest, http = session.client("apigateway"), session.client("apigatewayv2")
    for _ in range(20):
        rest.get_rest_apis()
        http.get_apis()
    with refused("TooManyRequestsException"):
        rest.get_rest_apis()
    sandbox.clock.advance(0.1)
    http.get_apis()
    with refused("TooManyRequestsException"):
        http.get_apis()


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
    _map(gateway, api)
    with refused("BadRequestException", "remove all base path mappings related to the RestApi"):
        gateway.delete_rest_api(restApiId=api)
    gateway.delete_base_path_mapping(domainName="mail.example.com", basePath="(none)")
    sandbox.clock.advance(30)
    gateway.delete_rest_api(restApiId=api)


def test_base_path_mapping_blocks_the_stage(gateway: Any, api: str) -> None:
    """A stage that a custom domain leads to cannot be deleted; the answer names the domain."""
    _map(gateway, api, stage="prod")
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


def test_domains_of_both_versions(session: boto3.Session, gateway: Any, api: str) -> None:
    """The first version lists the domains that were made through the second, too, each once."""
    _map(gateway, api)
    session.client("apigatewayv2").create_domain_name(DomainName="h.example.com", DomainNameConfigurations=[{}])
    listed = [one["domainName"] for one in gateway.get_domain_names()["items"]]
    assert listed == ["h.example.com", "mail.example.com"]


def test_mappings_go_with_their_domain(gateway: Any, api: str) -> None:
    """Once its domain is deleted a mapping blocks nothing; a new domain has none."""
    _map(gateway, api)
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
