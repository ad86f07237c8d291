"""HTTP and WebSocket APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds import base_path_mapping
from carbuyer_cleanup.kinds.http_api import KIND

if TYPE_CHECKING:
    from tests.kinds.accounts import Account

DOMAIN = "api.example.com"


def names(account: Account) -> list[str]:
    """Return the names of the APIs that there are."""
    return sorted(api["Name"] for api in account.client("apigatewayv2").get_apis()["Items"])


def create(account: Account, name: str, protocol: str = "HTTP") -> str:
    """Make an API with a stage, and return its id."""
    gateway = account.client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType=protocol, RouteSelectionExpression="$request.method")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="prod")
    return str(api)


@pytest.mark.parametrize("protocol", ["HTTP", "WEBSOCKET"])
def test_prefix(account: Account, protocol: str) -> None:
    """All with the prefix go, others stay; a second run changes nothing."""
    for name in ("carbuyer-a", "carbuyer-a", "mycarbuyer-x", "other"):
        create(account, name, protocol)
    account.take_down(KIND)
    before = account.writes()
    account.take_down(KIND)
    assert names(account) == ["mycarbuyer-x", "other"]
    assert account.writes() == before


def test_mappings(account: Account) -> None:
    """Of a custom domain's mappings only the one to the workshop's API goes."""
    gateway = account.client("apigatewayv2")
    gateway.create_domain_name(DomainName=DOMAIN, DomainNameConfigurations=[{"EndpointType": "REGIONAL"}])
    apis = {"a": create(account, "carbuyer-a"), "b": create(account, "other")}
    for path, api in apis.items():
        gateway.create_api_mapping(DomainName=DOMAIN, ApiId=api, Stage="prod", ApiMappingKey=path)
    account.take_down_each(base_path_mapping.KIND, KIND)
    assert [m["ApiId"] for m in gateway.get_api_mappings(DomainName=DOMAIN)["Items"]] == [apis["b"]]
    assert names(account) == ["other"]
