"""What proves that a DynamoDB table with an everyday name is the workshop's."""

from __future__ import annotations

import json
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


def tag_as_somebodys(account: Account, name: str) -> None:
    """Tag a table."""
    arn = account.client("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
    account.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{"Key": "app", "Value": "billing"}])


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (protect, "it is protected against deletion"),
        (give_a_stream, "it has a stream"),
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


def test_made_by_the_workshops_user(account: Account) -> None:
    """CloudTrail proves a table, whatever has been made of it: the page lets the student use that user's key."""
    account.build("user")
    own = account.client("iam").create_access_key(UserName="carbuyer-app-user")["AccessKey"]
    account.client("iam").attach_user_policy(
        UserName="carbuyer-app-user", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )
    keys = Credentials(own["AccessKeyId"], own["SecretAccessKey"])
    student = account.sandbox.session(credentials=keys).client("dynamodb")
    student.create_table(
        TableName="User",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    account.wait(60)
    account.take_down(KIND)
    assert names(account) == []


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


def event(who: dict[str, str], name: str = "User") -> dict[str, str]:
    """Return an event of CloudTrail's."""
    record = {"userIdentity": who, "requestParameters": {"tableName": name}}
    return {"EventName": "CreateTable", "CloudTrailEvent": json.dumps(record)}


OURS, OTHER = {"type": "IAMUser", "userName": "carbuyer-app-user"}, {"type": "IAMUser", "userName": "lan"}


@pytest.mark.parametrize(
    ("events", "proven"),
    [
        ([event(OURS)], True),
        ([event({"type": "AssumedRole", "userName": "carbuyer-app-user"})], False),
        ([event(OTHER), event(OURS)], False),
    ],
    ids=["user", "session of that name", "made anew by somebody"],
)
def test_who_made_it(
    account: Account, monkeypatch: pytest.MonkeyPatch, events: list[dict[str, str]], *, proven: bool
) -> None:
    """Only the IAM user, and only if he made it last: a session may have any name, a table may be made anew."""
    create(account, "User")
    account.wait(60)
    ask = account.aws.pages

    async def pages(operation: str, path: str, **params: Any) -> list[Any]:
        return events if operation == "cloudtrail:LookupEvents" else await ask(operation, path, **params)

    monkeypatch.setattr(account.aws, "pages", pages)
    assert [r.ours for r in account.find(KIND)] == [proven]
