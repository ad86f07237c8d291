"""Usage plans and API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import api_key, rest_api
from carbuyer_cleanup.kinds.usage_plan import KIND
from strict_moto.quirks import Quirks

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def plans(account: Account) -> dict[str, list[str]]:
    """Return the plans that there are, each with the APIs joined to it."""
    items = account.client("apigateway").get_usage_plans()["items"]
    return {plan["name"]: [stage["apiId"] for stage in plan["apiStages"]] for plan in items}


def keys(account: Account) -> list[str]:
    """Return the names of the keys that there are."""
    return sorted(key["name"] for key in account.client("apigateway").get_api_keys()["items"])


def foreign_api(account: Account) -> str:
    """Make somebody else's API, with the stage prod."""
    gateway: Any = account.client("apigateway")
    api = gateway.create_rest_api(name="other")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="prod")
    return str(api)


def test_estate(account: Account) -> None:
    """Plan and key go after the API; nothing need be detached; a second run changes nothing."""
    account.build("usage_plan")
    account.take_down_each(rest_api.KIND, KIND, api_key.KIND)
    before = account.writes()
    account.take_down_each(rest_api.KIND, KIND, api_key.KIND)
    assert (plans(account), keys(account)) == ({}, [])
    assert "apigateway:UpdateUsagePlan" not in before
    assert account.writes() == before


def test_link_lags(account: Account) -> None:
    """A stage that stays on the plan after its API is gone is taken off by hand."""
    account.build("usage_plan")
    account.sandbox.world.quirks = Quirks(usage_plan_link_lag=86400)
    account.take_down_each(rest_api.KIND, KIND)
    assert plans(account) == {}


def test_shared_plan(account: Account) -> None:
    """A plan of ours that serves another API too stays, joined to that one alone, and says why."""
    builder = account.build("usage_plan")
    other = foreign_api(account)
    join = {"op": "add", "path": "/apiStages", "value": f"{other}:prod"}
    account.client("apigateway").update_usage_plan(
        usagePlanId=builder.ids["carbuyer-email-plan"], patchOperations=[join]
    )
    account.take_down(rest_api.KIND)
    taken = account.take_down(KIND)
    assert plans(account) == {"carbuyer-email-plan": [other]}
    assert [r.why for r in taken.left_alone.values()] == [f"it also serves other ({other}), not the workshop's"]


def test_foreign_plan_on_our_api(account: Account) -> None:
    """A plan of another name that serves our API is doubtful, and keeps the API: it would lose the stage with it."""
    api = account.build("rest_api").ids["carbuyer-email-api"]
    account.client("apigateway").create_usage_plan(name="gold", apiStages=[{"apiId": api, "stage": "prod"}])
    with pytest.raises(Blocked, match=r"carbuyer-email-api .* others use it: usage plan gold"):
        account.take_down(rest_api.KIND)
    assert [r.name for r in account.take_down(KIND).doubtful.values()] == ["gold"]
    assert plans(account) == {"gold": [api]}


def test_plan_by_the_callers_word(account: Account) -> None:
    """One that the caller names goes, and keeps nothing."""
    api = account.build("rest_api").ids["carbuyer-email-api"]
    account.client("apigateway").create_usage_plan(name="gold", apiStages=[{"apiId": api, "stage": "prod"}])
    account.aws.workshop = account.aws.workshop.with_names("apigateway.usage_plan=gold")
    account.take_down_each(rest_api.KIND, KIND)
    assert plans(account) == {}


def test_terraform_plan(account: Account) -> None:
    """The name that the workshop's Terraform gives, and a plan on which nothing is, go as well; similar ones stay."""
    for name in ("carbuyer-email-usage-plan", "carbuyer-x", "mycarbuyer-x"):
        account.client("apigateway").create_usage_plan(name=name)
    account.take_down(KIND)
    assert plans(account) == {"mycarbuyer-x": []}


def test_our_key_on_a_foreign_plan(account: Account) -> None:
    """A key of the workshop's stays while a plan of others has it: it would vanish from there."""
    gateway = account.client("apigateway")
    plan = gateway.create_usage_plan(name="gold")["id"]
    key = gateway.create_api_key(name="carbuyer-email-api-key", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    with pytest.raises(Blocked, match="usage plan gold"):
        account.take_down(api_key.KIND)
    assert keys(account) == ["carbuyer-email-api-key"]


def test_foreign_key_on_our_plan(account: Account) -> None:
    """A key of another name stays, even on a plan of ours, and no key's value lands in the journal."""
    plan = account.build("usage_plan").ids["carbuyer-email-plan"]
    gateway = account.client("apigateway")
    for name in ("partner", "mycarbuyer-x"):
        key = gateway.create_api_key(name=name, enabled=True)["id"]
        gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    values = [key["value"] for key in gateway.get_api_keys(includeValues=True)["items"]]
    account.take_down_each(rest_api.KIND, KIND, api_key.KIND)
    assert keys(account) == ["mycarbuyer-x", "partner"]
    assert not [value for value in values if value in str(account.aws.journal.lines())]
