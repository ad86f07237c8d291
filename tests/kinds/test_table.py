"""DynamoDB tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.kinds.table import KIND

if TYPE_CHECKING:
    from accounts import Account

ID = {"id": "S"}


def names(account: Account) -> list[str]:
    """Return the names of the tables that there are."""
    return sorted(account.client("dynamodb").list_tables()["TableNames"])


def create(account: Account, name: str, key: dict[str, str] | None = None, *, protected: bool = False) -> Any:
    """Make a table whose partition key, and sort key if there is one more, are ``key``; it is not active yet."""
    parts = list((key or ID).items())
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in parts],
        KeySchema=[{"AttributeName": n, "KeyType": k} for (n, _), k in zip(parts, ("HASH", "RANGE"), strict=False)],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=protected,
    )
    return dynamodb


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
def test_protected(account: Account, wait: float) -> None:
    """Protection is switched off, also of a table that is only being created."""
    create(account, "User", protected=True)
    account.wait(wait)
    account.take_down(KIND)
    assert names(account) == []


def test_on_its_way(account: Account) -> None:
    """One that is being deleted already is only waited for, one that is being changed too."""
    for name in ("User", "XeOto"):
        dynamodb = create(account, name)
    account.wait(60)
    dynamodb.delete_table(TableName="User")
    dynamodb.update_table(TableName="XeOto", DeletionProtectionEnabled=True)
    account.take_down(KIND)
    assert names(account) == []


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


def test_pages(account: Account) -> None:
    """A table behind a hundred others is found."""
    for number in range(105):
        create(account, f"Other{number}")
    create(account, "XeOto")
    account.wait(60)
    account.take_down(KIND)
    assert account.client("dynamodb").list_tables(ExclusiveStartTableName="Other99")["TableNames"] == []
