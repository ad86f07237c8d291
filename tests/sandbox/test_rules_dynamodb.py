"""DynamoDB in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

IN_USE = "Attempt to change a resource which is still in use: "


def _create(tables: Any, name: str = "User", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )["TableDescription"]
    return made


def _status(tables: Any, name: str = "User") -> str:
    status: str = tables.describe_table(TableName=name)["Table"]["TableStatus"]
    return status


@pytest.fixture
def tables(session: boto3.Session, sandbox: Sandbox) -> Any:
    """Return a client, with a table `User` that is ACTIVE."""
    client = session.client("dynamodb")
    _create(client)
    sandbox.clock.advance(5)
    return client


def test_creating(session: boto3.Session, sandbox: Sandbox) -> None:
    """A table that is being created can be neither deleted nor updated."""
    tables = session.client("dynamodb")
    assert _create(tables)["TableStatus"] == _status(tables) == "CREATING"
    with refused("ResourceInUseException", IN_USE + "Table is being created: User"):
        tables.delete_table(TableName="User")
    with refused("ResourceInUseException", "being created"):
        tables.update_table(TableName="User", DeletionProtectionEnabled=False)
    sandbox.clock.advance(5)
    assert _status(tables) == "ACTIVE"


def test_date_of_a_restored_table(tables: Any, sandbox: Sandbox) -> None:
    """A table that is restored, from a backup or to a point in time, is as old as that, by this AWS's clock."""
    made = tables.describe_table(TableName="User")["Table"]["CreationDateTime"]
    sandbox.clock.advance(3600)
    backup = tables.create_backup(TableName="User", BackupName="mine")["BackupDetails"]["BackupArn"]
    tables.restore_table_from_backup(TargetTableName="copy", BackupArn=backup)
    tables.restore_table_to_point_in_time(SourceTableName="User", TargetTableName="past", UseLatestRestorableTime=True)
    restored = [tables.describe_table(TableName=name)["Table"]["CreationDateTime"] for name in ("copy", "past")]
    assert min(restored) - made >= timedelta(hours=1)


def test_deleting(tables: Any, sandbox: Sandbox) -> None:
    """A deleted table reads DELETING, is listed, is refused a second time, and then is gone."""
    assert tables.delete_table(TableName="User")["TableDescription"]["TableStatus"] == "DELETING"
    assert _status(tables) == "DELETING"
    assert tables.list_tables()["TableNames"] == ["User"]
    with refused("ResourceInUseException", IN_USE + "Table is being deleted: User"):
        tables.delete_table(TableName="User")
    sandbox.clock.advance(10)
    assert tables.list_tables()["TableNames"] == []


@pytest.mark.parametrize("operation", ["delete_table", "describe_table", "update_table"])
def test_gone(session: boto3.Session, operation: str) -> None:
    """A table that is gone is ResourceNotFoundException 400 with its name."""
    with refused("ResourceNotFoundException", "Requested resource not found: Table: User not found", 400):
        getattr(session.client("dynamodb"), operation)(TableName="User")


def test_protected(tables: Any, sandbox: Sandbox) -> None:
    """Protection is refused with AWS's own text; switching it off takes a moment."""
    tables.update_table(TableName="User", DeletionProtectionEnabled=True)
    assert _status(tables) == "UPDATING"
    with refused("ResourceInUseException", "in ACTIVE status to modify deletion protection"):
        tables.update_table(TableName="User", DeletionProtectionEnabled=False)
    sandbox.clock.advance(3)
    with refused("ValidationException", "currently protected against deletion. Disable deletion protection first."):
        tables.delete_table(TableName="User")
    tables.update_table(TableName="User", DeletionProtectionEnabled=False)
    with refused("ResourceInUseException", IN_USE + "Table: User is in the process of being updated."):
        tables.delete_table(TableName="User")
    sandbox.clock.advance(3)
    tables.delete_table(TableName="User")


def test_index_being_built(tables: Any, sandbox: Sandbox) -> None:
    """A table whose index is being built waits for minutes."""
    schema = [{"AttributeName": "id", "KeyType": "HASH"}]
    create = {"IndexName": "byId", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    tables.update_table(TableName="User", GlobalSecondaryIndexUpdates=[{"Create": create}])
    with refused("ResourceInUseException", "while indexes are being created, updated, or deleted"):
        tables.delete_table(TableName="User")
    sandbox.clock.advance(480)
    tables.delete_table(TableName="User")


def test_stream_being_switched(tables: Any) -> None:
    """A table whose stream is being switched cannot be deleted."""
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    tables.update_table(TableName="User", StreamSpecification=stream)
    with refused("ResourceInUseException", "while stream is being enabled/disabled"):
        tables.delete_table(TableName="User")


@pytest.mark.parametrize("untag", [False, True])
def test_tags_being_updated(tables: Any, sandbox: Sandbox, *, untag: bool) -> None:
    """Right after a change of its tags an ACTIVE table cannot be deleted."""
    arn = tables.describe_table(TableName="User")["Table"]["TableArn"]
    tables.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}])
    if untag:
        sandbox.clock.advance(2)
        tables.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert _status(tables) == "ACTIVE"
    with refused("ResourceInUseException", IN_USE + "Table tags are being updated: User"):
        tables.delete_table(TableName="User")
    sandbox.clock.advance(2)
    tables.delete_table(TableName="User")


def test_too_many_at_once() -> None:
    """Beyond so many tables that change, nothing is created, updated or deleted."""
    sandbox = Sandbox(Clock(math.inf), Quirks(tables_at_once=2))
    tables = sandbox.session().client("dynamodb")
    for names in ("ab", "c"):
        for name in names:
            _create(tables, f"table-{name}")
        sandbox.clock.advance(5)
    for name in "ab":
        tables.delete_table(TableName=f"table-{name}")
    text = "Only 2 tables can be created, updated, or deleted simultaneously"
    with refused("LimitExceededException", text):
        tables.delete_table(TableName="table-c")
    with refused("LimitExceededException", text):
        tables.update_table(TableName="table-c", DeletionProtectionEnabled=True)
    with refused("LimitExceededException", text):
        _create(tables, "table-d")
    sandbox.clock.advance(10)
    tables.delete_table(TableName="table-c")


def test_pages_of_a_hundred(session: boto3.Session, sandbox: Sandbox) -> None:
    """Names come a hundred at a time, after a table that may be gone meanwhile."""
    tables = session.client("dynamodb")
    for number in range(102):
        _create(tables, f"t{number:03}")
    sandbox.clock.advance(5)
    first = tables.list_tables()
    assert len(first["TableNames"]) == 100
    tables.delete_table(TableName=first["LastEvaluatedTableName"])
    sandbox.clock.advance(10)
    rest = tables.list_tables(ExclusiveStartTableName=first["LastEvaluatedTableName"])
    assert rest["TableNames"] == ["t100", "t101"]
    assert "LastEvaluatedTableName" not in rest


def test_ten_reads_of_tags_a_second(tables: Any) -> None:
    """Tags are read ten times a second."""
    arn = tables.describe_table(TableName="User")["Table"]["TableArn"]
    for _ in range(10):
        tables.list_tags_of_resource(ResourceArn=arn)
    with refused("ThrottlingException", status=400):
        tables.list_tags_of_resource(ResourceArn=arn)


def test_tag_given_again(sandbox: Sandbox, session: boto3.Session) -> None:
    """A tag that a table has takes the new value."""
    dynamodb = session.client("dynamodb")
    arn = dynamodb.create_table(
        TableName="User", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        Tags=[{"Key": "a", "Value": "1"}],
    )["TableDescription"]["TableArn"]  # fmt: skip
    sandbox.clock.advance(60)
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
