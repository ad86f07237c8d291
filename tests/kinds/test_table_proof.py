"""What proves that a DynamoDB table with an everyday name is the workshop's."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.kinds import instance_profile, role
from carbuyer_cleanup.kinds.table import KIND
from strict_moto.faults import Faults
from strict_moto.identity import Credentials
from tests.kinds.tables import create, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.kinds.accounts import Account


def doubts(account: Account) -> dict[str, str]:
    """Take down what is proven, and return why the other tables of the workshop's names are doubtful."""
    before = account.calls("dynamodb:UpdateTable")
    taken = account.take_down(KIND)
    assert account.calls("dynamodb:UpdateTable") == before
    return {r.id: r.why.removeprefix("the manifest names it (dynamodb.table), but ") for r in taken.doubtful.values()}


def test_name_alone_proves_nothing(account: Account) -> None:
    """``User`` is anybody's name: without anything of the workshop around it is neither deleted nor passed over."""
    create(account, "User")
    account.wait(60)
    assert doubts(account) == {"User": "nothing else of the workshop is there to prove it"}
    assert names(account) == ["User"]


@pytest.mark.parametrize("witness", ["role", "vpc", "bucket"])
def test_something_else_of_the_workshop_proves_it(account: Account, witness: str) -> None:
    """Something of the workshop's own name in the account is proof enough."""
    account.build(witness)
    create(account, "User")
    account.wait(60)
    assert doubts(account) == {}
    assert names(account) == []


@pytest.mark.parametrize(("others", "left"), [(("Slider",), ["Slider", "User"]), (("Slider", "XeOto"), [])])
def test_other_tables_prove_it(account: Account, others: tuple[str, ...], left: list[str]) -> None:
    """Three tables of the workshop's names and key are no coincidence, two may be."""
    for name in ("User", *others):
        create(account, name)
    account.wait(60)
    assert sorted(doubts(account)) == left == names(account)


def test_tables_of_another_key_prove_nothing(account: Account) -> None:
    """Two more of the names, but with other keys, are others' tables."""
    create(account, "User")
    for name in ("Slider", "XeOto"):
        create(account, name, {"email": "S"})
    account.wait(60)
    assert list(doubts(account)) == ["User"]


def protect(account: Account, name: str) -> None:
    """Protect a table against deletion."""
    account.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=True)


def give_a_stream(account: Account, name: str) -> None:
    """Let a table have a stream."""
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    account.client("dynamodb").update_table(TableName=name, StreamSpecification=stream)


def restore(account: Account, name: str) -> None:
    """Delete a table and bring it back from a backup."""
    dynamodb = account.client("dynamodb")
    backup = dynamodb.create_backup(TableName=name, BackupName="mine")["BackupDetails"]["BackupArn"]
    dynamodb.delete_table(TableName=name)
    account.wait(600)
    dynamodb.restore_table_from_backup(TargetTableName=name, BackupArn=backup)


def tag_as_somebodys(account: Account, name: str) -> None:
    """Tag a table."""
    arn = account.client("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
    account.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{"Key": "app", "Value": "billing"}])


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (protect, "it is protected against deletion"),
        (give_a_stream, "it has a stream"),
        (restore, "somebody restored it from a backup"),
        (tag_as_somebodys, "it is tagged app=billing"),
    ],
)
def test_what_somebody_has_made_his_own(account: Account, own: Callable[[Account, str], None], why: str) -> None:
    """With the whole workshop around, a table that somebody keeps is doubtful; all others go."""
    account.build("table", "role")
    own(account, "User")
    account.wait(60)
    assert doubts(account) == {"User": why}
    assert names(account) == ["User"]


def test_what_all_tables_are_tagged_with(account: Account) -> None:
    """A tag that an organization gives to whatever is made speaks for nobody."""
    account.build("table", "role")
    for name in names(account):
        tag_as_somebodys(account, name)
    assert doubts(account) == {}
    assert names(account) == []


def make_with_the_workshops_key(account: Account) -> None:
    """Make a protected table as a student does on the page."""
    account.build("user")
    own = account.client("iam").create_access_key(UserName="carbuyer-app-user")["AccessKey"]
    account.client("iam").attach_user_policy(
        UserName="carbuyer-app-user", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )
    keys = Credentials(own["AccessKeyId"], own["SecretAccessKey"])
    account.sandbox.session(credentials=keys).client("dynamodb").create_table(
        TableName="User",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    account.wait(60)


def test_made_by_the_workshops_user(account: Account) -> None:
    """CloudTrail proves a table, whatever has been made of it: the page lets the student use that user's key."""
    make_with_the_workshops_key(account)
    account.take_down(KIND)
    assert names(account) == []


def test_made_and_restored(account: Account) -> None:
    """CloudTrail's event is about the table that was there before: that of a restored one has another name."""
    make_with_the_workshops_key(account)
    account.client("dynamodb").update_table(TableName="User", DeletionProtectionEnabled=False)
    account.wait(60)
    restore(account, "User")
    account.wait(60)
    assert doubts(account) == {"User": "somebody restored it from a backup"}
    assert names(account) == ["User"]


def test_history_denied(account: Account) -> None:
    """Who may not ask CloudTrail proves nothing, and is told of no error."""
    create(account, "User")
    account.wait(60)
    account.deny("cloudtrail:LookupEvents")
    assert list(doubts(account)) == ["User"]


def test_remembered_by_its_id(account: Account) -> None:
    """A table that was proven once goes in the next run, though nothing else is left; one made anew does not."""
    account.build("table", "role")
    account.deny("dynamodb:DeleteTable")
    with pytest.raises(CleanupError):
        account.take_down(KIND)
    account.sandbox.faults = Faults()
    account.take_down_each(instance_profile.KIND, role.KIND)
    for name in set(names(account)) - {"User", "Slider"}:
        account.client("dynamodb").delete_table(TableName=name)
    account.client("dynamodb").delete_table(TableName="Slider")
    account.wait(60)
    create(account, "Slider")
    account.wait(60)
    assert list(doubts(account)) == ["Slider"]
    assert names(account) == ["Slider"]


def event(who: dict[str, str], time: datetime | None) -> dict[str, Any]:
    """Return an event of CloudTrail's."""
    record = {"userIdentity": who, "requestParameters": {"tableName": "User"}}
    return {"EventName": "CreateTable", "EventTime": time, "CloudTrailEvent": json.dumps(record)}


OURS, OTHER = {"type": "IAMUser", "userName": "carbuyer-app-user"}, {"type": "IAMUser", "userName": "lan"}
SESSION = {"type": "AssumedRole", "userName": "carbuyer-app-user"}
NOW, LONG_AGO = timedelta(), timedelta(hours=1)


@pytest.mark.parametrize(
    ("who", "before", "proven"),
    [
        ([OURS], NOW, True),
        ([SESSION], NOW, False),
        ([OTHER, OURS], NOW, False),
        ([OURS], LONG_AGO, False),
        ([OURS], None, False),
    ],
    ids=["user", "session of that name", "made anew by somebody", "an earlier table", "at an unknown time"],
)
def test_who_made_it(
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    who: list[dict[str, str]],
    before: timedelta | None,
    *,
    proven: bool,
) -> None:
    """Only the IAM user, only if he made it last, and only this table: another may have had its name before."""
    create(account, "User")
    account.wait(60)
    made = account.client("dynamodb").describe_table(TableName="User")["Table"]["CreationDateTime"]
    events = [event(one, None if before is None else made - before) for one in who]
    ask = account.aws.pages

    async def pages(operation: str, path: str, **params: Any) -> list[Any]:
        return events if operation == "cloudtrail:LookupEvents" else await ask(operation, path, **params)

    monkeypatch.setattr(account.aws, "pages", pages)
    assert [r.ours for r in account.find(KIND)] == [proven]
