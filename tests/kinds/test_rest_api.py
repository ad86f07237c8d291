"""REST APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds import base_path_mapping
from carbuyer_cleanup.kinds.rest_api import KIND, MEMORY
from carbuyer_cleanup.teardown.deletion import Overdue

if TYPE_CHECKING:
    from tests.kinds.accounts import Account

DOMAIN = "api.example.com"


def names(account: Account) -> list[str]:
    """Return the names of the REST APIs that there are."""
    return sorted(api["name"] for api in account.client("apigateway").get_rest_apis(limit=500)["items"])


def create(account: Account, name: str) -> str:
    """Make an API and return its id."""
    return str(account.client("apigateway").create_rest_api(name=name)["id"])


def map_domain(account: Account, *apis: str, paths: tuple[str, ...] = ("(none)", "v2")) -> None:
    """Make a custom domain whose paths lead to the APIs."""
    gateway = account.client("apigateway")
    gateway.create_domain_name(domainName=DOMAIN)
    for api, path in zip(apis, paths, strict=False):
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
        gateway.create_deployment(restApiId=api, stageName="prod")
        gateway.create_base_path_mapping(domainName=DOMAIN, basePath=path, restApiId=api, stage="prod")


def test_estate(account: Account) -> None:
    """The API goes, and its id is on the disk: its logs are known by nothing else."""
    api = account.build("rest_api").ids["carbuyer-email-api"]
    account.take_down(KIND)
    assert names(account) == []
    assert list(account.aws.journal.remembered(MEMORY, "ap-southeast-1")) == [api]


def test_several(account: Account) -> None:
    """AWS takes one in 30 s: they are deleted one after the other, however many, two of the same name too."""
    for name in ("carbuyer-email-api", "carbuyer-email-api", *(f"carbuyer-{number}" for number in range(6))):
        create(account, name)
    account.wait(600)
    before = account.sandbox.clock.now()
    account.take_down(KIND)
    assert names(account) == []
    assert account.sandbox.clock.now() - before >= 7 * 30


def test_bystanders(account: Account) -> None:
    """APIs of other names stay; those of similar names are told, with the reason."""
    for name in ("mycarbuyer-x", "carbuyers-x", "other"):
        create(account, name)
    taken = account.take_down(KIND)
    assert names(account) == ["carbuyers-x", "mycarbuyer-x", "other"]
    assert {r.name: r.why for r in taken.left_alone.values()} == dict.fromkeys(
        ("mycarbuyer-x", "carbuyers-x"), "its name does not start with carbuyer-"
    )


def test_pages(account: Account) -> None:
    """An API behind 30 others is found."""
    for number in range(30):
        create(account, f"other-{number:02}")
    create(account, "carbuyer-email-api")
    account.take_down(KIND)
    assert len(names(account)) == 30


def test_twice(account: Account) -> None:
    """A second run changes nothing."""
    account.build("rest_api")
    account.take_down(KIND)
    before = account.writes()
    account.take_down(KIND)
    assert account.writes() == before


def test_mapped(account: Account) -> None:
    """While a custom domain maps to the API, AWS refuses; the message at the deadline says so."""
    map_domain(account, create(account, "carbuyer-email-api"))
    with pytest.raises(Overdue, match="remove all base path mappings"):
        account.take_down(KIND)


def test_mappings_of_ours(account: Account) -> None:
    """Mappings to the workshop's APIs go, wherever; the domain stays with those to others."""
    ours, other = create(account, "carbuyer-email-api"), create(account, "other")
    map_domain(account, ours, other)
    account.take_down_each(base_path_mapping.KIND, KIND)
    left = account.client("apigateway").get_base_path_mappings(domainName=DOMAIN)["items"]
    assert [mapping["restApiId"] for mapping in left] == [other]
    assert names(account) == ["other"]


def test_no_domain_is_ours(account: Account) -> None:
    """A custom domain that is called like the workshop stays: others' DNS may point at it."""
    account.client("apigateway").create_domain_name(domainName="carbuyer-x.example.com")
    account.take_down(base_path_mapping.KIND)
    assert account.client("apigateway").get_domain_names()["items"][0]["domainName"] == "carbuyer-x.example.com"
