"""Nothing is cut off at the end of a page: each line of the table on made-up pages, some on the embedded AWS's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.look import Look, look
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.audit.types.row import US_WEST_2
from carbuyer_cleanup.verdict import Verdict
from tests.audit.accounts_audited import REGION
from tests.audit.answers import Pages, tokens
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.audit.types import Type
    from tests.audit.accounts_audited import Account

TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
}
# How long a page is, and how one more of it comes into being.
FULL_PAGES: dict[str, tuple[int, str, Any]] = {
    "log group": (50, "logs", lambda client, name: client.create_log_group(logGroupName=name)),
    "DynamoDB table": (100, "dynamodb", lambda client, name: client.create_table(TableName=name, **TABLE)),
    "SNS topic": (100, "sns", lambda client, name: client.create_topic(Name=name)),
    "SSM parameter": (50, "ssm", lambda client, name: client.put_parameter(Name=name, Value="v", Type="String")),
}

EACH_TYPE = pytest.mark.parametrize("type_", one_in(8, TYPES), ids=lambda type_: type_.name)


def seen(account: Account, type_: Type, pages: Any) -> Look:
    """Return what the audit sees in these pages."""
    account.patch.setattr(account.aws, "ask_patiently", pages)
    return asyncio.run(look(account.aws, type_, US_WEST_2))


def told(look: Look) -> list[Leftover]:
    """Return what speaks against CLEAN."""
    return [*look.left.values(), *look.leaving.values(), *look.doubtful.values()]


@EACH_TYPE
def test_second_page_is_read(account: Account, type_: Type) -> None:
    """What is ours is found on the second page, too, and the first page's token is what asks for it."""
    pages = Pages(type_)

    found = seen(account, type_, pages)

    assert [leftover.name for leftover in told(found)] == ["carbuyer-x"]
    assert len(pages.asked) == (2 if tokens(type_.call) else 1)


@pytest.mark.parametrize("type_", one_in(8, [one for one in TYPES if one.tags]), ids=lambda type_: type_.name)
def test_name_tag_is_read(account: Account, type_: Type) -> None:
    """What has a Name tag of ours is found, whatever it is called itself."""

    async def tagged(operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = await Pages(type_)(operation, region, params)
        return _tagged(answer, "carbuyer-y")  # type: ignore[no-any-return]

    found = seen(account, type_, tagged)

    assert "carbuyer-y" in [leftover.name for leftover in told(found)]


def _tagged(part: Any, name: str) -> Any:
    """Give everything in an answer a Name tag."""
    if isinstance(part, list):
        return [_tagged(value, name) for value in part]
    if not isinstance(part, dict):
        return "somebody" if part == "carbuyer-x" else part
    key = next((key for key in ("Key", "key") if key in part), None)
    if key:
        return {**part, key: "Name", ("Value" if key == "Key" else "value"): name}
    return {k: name if k == "Name" and len(part) == 1 else _tagged(value, name) for k, value in part.items()}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", FULL_PAGES)
def test_one_more_than_a_page(account: Account, name: str) -> None:
    """The last of one more than fit on a page is found."""
    length, service, create = FULL_PAGES[name]
    account.only(name)
    for number in range(length):
        create(account.client(service), f"a-{number:03}")
    create(account.client(service), "carbuyer-last")

    found = account.sweep([REGION]).leftovers

    assert [leftover.name for leftover in found] == ["carbuyer-last"]
    assert account.aws.counts[next(t.call for t in TYPES if t.name == name), REGION] > 1


def test_markers_that_never_end(account: Account) -> None:
    """WAF gives a marker with each page that has items: an empty page is the last one, whatever marker it has."""
    account.only("web ACL")
    account.in_one_region()
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "x"}
    waf = account.client("wafv2")
    waf.create_web_acl(Name="a-shop", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=shown)

    assert account.sweep().verdict is Verdict.CLEAN
    assert account.aws.counts["wafv2:ListWebACLs", REGION] == 4  # two looks at two pages
