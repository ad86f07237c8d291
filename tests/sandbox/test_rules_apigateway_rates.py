"""How often API Gateway may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox


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
