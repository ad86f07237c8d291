"""A list that is absent from an answer is not an empty one: each line of the table, on each page."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.look import look
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.audit.types.row import US_WEST_2
from carbuyer_cleanup.aws.empty_lists import LEFT_OUT, NOT_PROVED
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.verdict import Verdict
from tests.audit.answers import Pages, tokens
from tests.audit.shapes import paginator
from tests.broken import drop, without
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types import Type
    from tests.audit.accounts_audited import Account

META: dict[str, Any] = {"ResponseMetadata": {}}
ELSEWHERE = ("cloudwatch:DescribeAlarms",)  # seen to where all calls are made
PAGED = [type_ for type_ in TYPES if tokens(type_.call)]
CUT = [type_ for type_ in PAGED if type_.call not in (*LEFT_OUT, *ELSEWHERE)]
FLAGGED = [type_ for type_ in PAGED if (paginator(type_.call) or {}).get("more_results") and not type_.token]


def member(type_: Type) -> str:
    """Return the member of the answer that has the list, or the first of two."""
    return str(re.findall(r"\w+", type_.items)[0])


def name(type_: Type) -> str:
    """Return how a case is called."""
    return type_.name


@pytest.mark.parametrize("type_", one_in(24, TYPES), ids=name)
def test_list_is_absent(account: Account, type_: Type) -> None:
    """An account without anything is CLEAN; without the list it is not, but where AWS leaves it out, or may."""
    account.only(type_.name)
    account.in_one_region()
    if type_.parent and type_.parent.call == "ecs:ListClusters":
        account.client("ecs").create_cluster(clusterName="somebodys")
    if type_.parent and type_.parent.call == "schemas:ListRegistries":
        account.client("schemas").create_registry(RegistryName="somebodys")
    assert account.sweep().verdict is Verdict.CLEAN
    drop(account.sandbox, type_.call, member(type_))

    result = account.sweep()

    if type_.call in {*LEFT_OUT, *NOT_PROVED}:
        assert result.verdict is Verdict.CLEAN
        assert (f"had no list: {type_.name}" in result.reservation) is (type_.call in NOT_PROVED)
    else:
        assert result.verdict is Verdict.COULD_NOT_VERIFY
        assert "its answer has no" in result.unseen[0].reason


@pytest.mark.parametrize("type_", one_in(3, [one for one in TYPES if one.parent]), ids=name)
def test_list_of_parents_is_absent(account: Account, type_: Type) -> None:
    """What is listed for each of some others is not seen without their list, or taken for empty, which is said."""
    assert type_.parent
    account.only(type_.name)
    account.in_one_region()
    drop(account.sandbox, type_.parent.call, str(re.findall(r"\w+", type_.parent.items)[0]))

    result = account.sweep()

    reserved = f"had no list: {type_.name}" in result.reservation
    assert (result.verdict, reserved) in {(Verdict.CLEAN, True), (Verdict.COULD_NOT_VERIFY, False)}


class Cut(Pages):
    """Pages of which the second lacks its list."""

    def __init__(self, type_: Type) -> None:
        super().__init__(type_)
        self._member = member(type_)

    async def __call__(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Answer."""
        page = await super().__call__(operation, region, params)
        return without(page, self._member) | META if len(self.asked) > 1 else page


class Endless(Pages):
    """Pages that all have the first one's token."""

    async def __call__(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Answer."""
        first = {key: value for key, value in params.items() if key not in tokens(operation)}
        return await super().__call__(operation, region, first)


class Lost(Pages):
    """Pages that say that more follows, and not where."""

    async def __call__(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Answer."""
        page = await super().__call__(operation, region, params)
        for path in tokens(operation).values():
            page = without(page, path.split(" ")[0])
        return page


def assert_not_seen(account: Account, type_: Type, pages: Pages) -> None:
    """Assert that the look at these pages failed."""
    account.patch.setattr(account.aws, "ask_patiently", pages)
    with pytest.raises(AwsError, match="its answer has no"):
        asyncio.run(look(account.aws, type_, US_WEST_2))


@pytest.mark.parametrize("type_", one_in(24, CUT), ids=name)
def test_second_page_without_a_list(account: Account, type_: Type) -> None:
    """What the first page had is not all."""
    assert_not_seen(account, type_, Cut(type_))


@pytest.mark.parametrize("type_", one_in(24, PAGED), ids=name)
def test_same_page_again(account: Account, type_: Type) -> None:
    """A token that comes back would be followed for ever."""
    assert_not_seen(account, type_, Endless(type_))


@pytest.mark.parametrize("type_", one_in(24, FLAGGED), ids=name)
def test_way_to_the_next_page_is_missing(account: Account, type_: Type) -> None:
    """A page that says that more follows is not the last."""
    assert_not_seen(account, type_, Lost(type_))
