"""Every line of the table, on answers made up from botocore's models: two pages, ours on the second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from answers import Pages, tokens

from carbuyer_cleanup.audit.look import Look, look
from carbuyer_cleanup.audit_types import TYPES
from carbuyer_cleanup.audit_types.row import US_WEST_2

if TYPE_CHECKING:
    from conftest import Account

    from carbuyer_cleanup.audit_types import Type

EACH_TYPE = pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)


def seen(account: Account, type_: Type, pages: Any) -> Look:
    """Return what the audit sees in these pages."""
    account.patch.setattr(account.aws, "_persistently", pages)
    return asyncio.run(look(account.aws, type_, US_WEST_2))


@EACH_TYPE
def test_second_page_is_read(account: Account, type_: Type) -> None:
    """What is ours is found on the second page, too, and the first page's token is what asks for it."""
    pages = Pages(type_)

    found = seen(account, type_, pages)

    assert [leftover.name for leftover in (*found.left.values(), *found.leaving.values())] == ["carbuyer-x"]
    assert len(pages.asked) == (2 if tokens(type_.call) else 1)


@pytest.mark.parametrize("type_", [one for one in TYPES if one.tags], ids=lambda type_: type_.name)
def test_name_tag_is_read(account: Account, type_: Type) -> None:
    """What has a Name tag of ours is found, whatever it is called itself."""

    async def tagged(operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = await Pages(type_)(operation, region, params)
        return _tagged(answer, "carbuyer-y")  # type: ignore[no-any-return]

    found = seen(account, type_, tagged)

    assert "carbuyer-y" in [leftover.name for leftover in (*found.left.values(), *found.leaving.values())]


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
