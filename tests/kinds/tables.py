"""DynamoDB tables to test with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


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
