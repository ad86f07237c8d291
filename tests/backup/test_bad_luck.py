"""What happens to backups in the wild: files that go, things that are changed or can't be read, odd keys and items."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup import table as tables
from carbuyer_cleanup.backup.opening import opened
from carbuyer_cleanup.backup.saving import SAVERS, Saver
from carbuyer_cleanup.backup.verify import problems
from carbuyer_cleanup.kinds import bucket, table
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.backup.savings import BUCKET, Saved, backed_up, everything

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.exhaustive
KEY = "Database/User.json"
# What S3 answers where it has an object and gives it to nobody at once: S3 API reference, "List of error codes".
UNREADABLE = (
    ("InvalidObjectState", "The operation is not valid for the object's storage class", 403, "Initiate restore"),
    ("InvalidRequest", "The object was stored using a form of Server Side Encryption.", 400, "SSE-C"),
    ("KMS.DisabledException", "arn:aws:kms:ap-southeast-1:1:key/k is disabled.", 400, "KMS console"),
    ("AccessDenied", "not authorized to perform: kms:Decrypt on resource: k", 403, "permission"),
)


@pytest.mark.parametrize(("code", "message", "status", "advice"), UNREADABLE)
def test_unreadable(saved: Saved, code: str, message: str, status: int, advice: str) -> None:
    """What S3 doesn't give stays, with all that is in its bucket; the error says what would help."""
    rule = Rule("s3:GetObject", lambda _, asked: asked.params["Key"] == KEY, code, message, "injected", status)
    saved.sandbox.use((rule, *RULES))
    before = saved.versions()

    error = str(saved.take_down(bucket.OBJECTS))

    assert "is not deleted, because it can't be saved" in error
    assert advice in error
    assert saved.versions() == before


LOSSES: dict[str, Callable[[Saved], object]] = {
    "all objects": lambda saved: shutil.rmtree(saved.folder / "s3"),
    "one version": lambda saved: next((saved.folder / "s3").glob("*/versions/*/*")).unlink(),
    "one altered": lambda saved: max((saved.folder / "s3").glob("*/versions/*/*")).write_bytes(b"another"),
    "the tables": lambda saved: shutil.rmtree(saved.folder / "dynamodb"),
    "nothing": lambda _saved: None,
}


@pytest.mark.parametrize("lost", LOSSES)
def test_backup_that_was_damaged_between_runs(saved: Saved, lost: str) -> None:
    """What an earlier run saved, and is gone from the disk, is saved again before it is deleted."""
    saved.sandbox.faults = Faults(
        (Fault(FaultKind.DENY, calls="s3:DeleteObjects"), Fault(FaultKind.DENY, calls="dynamodb:DeleteTable"))
    )
    assert [saved.take_down(kind) is None for kind in (table.KIND, bucket.OBJECTS)] == [False, False]
    saved.sandbox.faults = Faults()
    before = everything(saved)
    LOSSES[lost](saved)
    saved.again()

    assert [saved.take_down(kind) for kind in (table.KIND, bucket.OBJECTS, bucket.KIND)] == [None] * 3
    assert before <= backed_up(saved)


def test_loss_that_nobody_can_mend(saved: Saved) -> None:
    """A version whose file is damaged when S3 has it no more is lost: that is not forgotten when the rest is saved."""
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="s3:DeleteObjects"),))
    assert saved.take_down(bucket.OBJECTS)
    saved.sandbox.faults = Faults()
    lost = next(saved.backup.index.objects(BUCKET, "version"))
    saved.client("s3").delete_object(Bucket=BUCKET, Key=lost.entry.key, VersionId=lost.entry.version)
    (saved.folder / lost.path).unlink()
    saved.again()

    assert [saved.take_down(kind) for kind in (bucket.OBJECTS, bucket.KIND)] == [None] * 2
    with opened(saved.folder) as index:
        assert [one for one in problems(saved.folder, index) if lost.path in one]


def _made_anew(saved: Saved) -> None:
    dynamodb = saved.client("dynamodb")
    dynamodb.delete_table(TableName="User")
    schema = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    saved.sandbox.clock.advance(60)
    dynamodb.create_table(TableName="User", KeySchema=keys, BillingMode="PAY_PER_REQUEST", **schema)
    saved.sandbox.clock.advance(60)


def _tagged(saved: Saved) -> None:
    arn = saved.client("dynamodb").describe_table(TableName="User")["Table"]["TableArn"]
    saved.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{"Key": "keep", "Value": "me"}])


@pytest.mark.parametrize("change", [_made_anew, _tagged])
def test_table_that_is_another(saved: Saved, monkeypatch: pytest.MonkeyPatch, change: Callable[[Saved], None]) -> None:
    """A table that was made anew under its name, or tagged, when it was saved stays: that was not saved."""
    _, check = SAVERS["DynamoDB table"]

    async def save_and_change(*which: Any) -> None:
        await tables.save(*which)
        if which[2].id == "User":
            change(saved)

    for item in saved.client("dynamodb").scan(TableName="User")["Items"]:
        saved.client("dynamodb").delete_item(TableName="User", Key={"id": item["id"]})
    monkeypatch.setitem(SAVERS, "DynamoDB table", Saver(save_and_change, check))

    error = str(saved.take_down(table.KIND))
    assert re.search(r"changed the definition of the DynamoDB table User .*after it was saved", error)
    assert "User" in saved.tables()
    monkeypatch.undo()
    saved.again()
    assert saved.take_down(table.KIND) is None


ODD = (
    "..", ".", "a//b", "a/", "/", "//", "A.txt", "a.txt", "é", "e\u0301", "x" * 256, "y/" * 300, "../../out", "CON",
    "t\tab", "new\nline", "a\x07b", "%2e%2e", "z" * 1024, "😀", "nul.txt", "trailing.", " ",
)  # fmt: skip


def test_odd_keys_and_null_versions(saved: Saved) -> None:
    """Keys of every sort, versions of the id ``null`` and markers over them are saved, found again, and deleted."""
    s3 = saved.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    for key in ODD:
        s3.put_object(Bucket=BUCKET, Key=key, Body=f"content of {key!r}".encode())
    s3.delete_object(Bucket=BUCKET, Key="CON")
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    before = everything(saved)

    assert [saved.take_down(kind) for kind in (table.KIND, bucket.OBJECTS, bucket.KIND)] == [None] * 3
    assert before <= backed_up(saved)
    kept = {one.entry.key: one.path for one in saved.backup.index.objects(BUCKET, "version") if one.entry.key in ODD}
    assert kept.keys() == set(ODD) - {"CON"}
    for key, path in kept.items():
        assert (saved.folder / path).read_text("utf-8") == f"content of {key!r}"
