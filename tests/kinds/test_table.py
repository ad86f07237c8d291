"""DynamoDB tables: how they are deleted, and which are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds.table import KIND
from tests.kinds.tables import create, names

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def test_estate(account: Account) -> None:
    """All twelve go; a second run changes nothing."""
    account.build("table")
    account.take_down(KIND)
    before = account.writes()
    account.take_down(KIND)
    assert names(account) == []
    assert account.calls("dynamodb:DeleteTable") == 12
    assert account.writes() == before


@pytest.mark.parametrize("wait", [0, 60])
@pytest.mark.parametrize("name", ["carbuyer-x", "User"])
def test_protected(account: Account, wait: float, name: str) -> None:
    """Protection is switched off of what is proven to be the workshop's, also while it is only being created."""
    account.aws.workshop = account.aws.workshop.with_names("dynamodb.table=User")
    create(account, name, protected=True)
    account.wait(wait)
    account.take_down(KIND)
    assert names(account) == []


def test_on_its_way(account: Account) -> None:
    """One that is being deleted already is only waited for, one that is being changed too."""
    for name in ("carbuyer-a", "carbuyer-b"):
        dynamodb = create(account, name)
    account.wait(60)
    dynamodb.delete_table(TableName="carbuyer-a")
    dynamodb.update_table(TableName="carbuyer-b", DeletionProtectionEnabled=True)
    account.take_down(KIND)
    assert names(account) == []


def test_being_deleted_is_seen_by_one_list(account: Account) -> None:
    """A table that AWS deletes reads so to its end, which ListTables tells: it is not described again and again."""
    account.build("table")

    deletion = account.take_down(KIND)

    calls = [entry.call for entry in account.sandbox.log if entry.region == account.aws.region]
    deletions = [n for n, call in enumerate(calls) if call == "dynamodb:DeleteTable"]
    looks = calls[deletions[-1] :].count("dynamodb:ListTables")
    assert calls[deletions[-1] :].count("dynamodb:DescribeTable") <= len(deletions)
    assert deletion.looks >= looks - 1 >= 2


@pytest.mark.parametrize(
    ("key", "spelled"),
    [({"id": "N"}, r"id (N)"), ({"id": "S", "at": "N"}, "id (S), at (N)"), ({"email": "S"}, "email (S)")],
)
def test_another_key(account: Account, key: dict[str, str], spelled: str) -> None:
    """A table called ``User`` with another key is somebody else's, and stays as it is."""
    create(account, "User", key, protected=True)
    account.wait(60)
    taken = account.take_down(KIND)
    assert names(account) == ["User"]
    assert [r.why for r in taken.left_alone.values()] == [
        f"its key is {spelled}, and the workshop's tables have id (S)"
    ]


def test_bystanders(account: Account) -> None:
    """Names that are only similar stay; the prefix is enough, whatever the key."""
    for name in ("User2", "user", "mycarbuyer-x", "carbuyers-x"):
        create(account, name)
    create(account, "carbuyer-x", {"email": "S"})
    account.wait(60)
    taken = account.take_down(KIND)
    assert names(account) == ["User2", "carbuyers-x", "mycarbuyer-x", "user"]
    assert set(taken.left_alone) == {"mycarbuyer-x", "carbuyers-x"}


@pytest.mark.exhaustive
def test_pages(account: Account) -> None:
    """A table behind a hundred others is found."""
    for number in range(105):
        create(account, f"Other{number}")
    create(account, "carbuyer-x")
    account.wait(60)
    account.take_down(KIND)
    assert account.client("dynamodb").list_tables(ExclusiveStartTableName="Other99")["TableNames"] == []


def test_not_ours(account: Account) -> None:
    """The caller's word settles it: it is left alone, with the reason."""
    account.aws.workshop = account.aws.workshop.without("User")
    account.build("role")
    create(account, "User")
    account.wait(60)
    assert [r.why for r in account.take_down(KIND).left_alone.values()] == [
        "you said that it is not the workshop's (--not-ours)"
    ]
