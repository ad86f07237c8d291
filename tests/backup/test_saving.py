"""What can't be saved is not deleted, and what was written since it was saved stays, too."""

from __future__ import annotations

import errno
import os
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from botocore.response import StreamingBody

from carbuyer_cleanup.backup import bucket as buckets
from carbuyer_cleanup.backup import folder, rows
from carbuyer_cleanup.backup import table as tables
from carbuyer_cleanup.backup.saving import SAVERS, Saver
from carbuyer_cleanup.kinds import bucket, key_pair, table
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.backup.savings import BUCKET, TABLES, Saved

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "Database/User.json"


def test_saved_then_deleted(saved: Saved) -> None:
    """Everything goes, and the backup has all of it."""
    before = saved.versions()

    assert [saved.take_down(kind) for kind in (table.KIND, bucket.OBJECTS, bucket.KIND)] == [None] * 3
    assert saved.tables() == []
    assert saved.client("s3").list_buckets()["Buckets"] == []
    index = saved.backup.index
    assert {(one.kind, one.id) for one in index.saved()} == {
        ("S3 bucket", BUCKET), ("S3 objects", BUCKET), *(("DynamoDB table", name) for name in TABLES)
    }  # fmt: skip
    held = {(one.entry.key, one.entry.version) for one in index.objects(BUCKET, "version", "delete marker")}
    assert held == before
    assert {one.facts["verified"] for one in index.objects(BUCKET, "version")} == {"ETag"}
    assert saved.folder.stat().st_mode & 0o777 == 0o700


DENIED = (
    (bucket.OBJECTS, "s3:GetObject"),
    (bucket.OBJECTS, "s3:GetObjectTagging"),
    (bucket.OBJECTS, "s3:ListMultipartUploads"),
    (bucket.KIND, "s3:GetBucketLifecycleConfiguration"),
    (table.KIND, "dynamodb:Scan"),
    (table.KIND, "dynamodb:DescribeTimeToLive"),
    (key_pair.KIND, "ec2:DescribeKeyPairs"),
)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("kind", "call"), DENIED, ids=lambda value: value if isinstance(value, str) else "")
def test_denied(saved: Saved, kind: Any, call: str) -> None:
    """Whoever may delete, but not read, deletes nothing; the error says so, and what would help."""
    there = saved.tables(), saved.versions()
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls=call),))

    error = saved.take_down(kind)

    saved.sandbox.faults = Faults()
    assert (saved.tables(), saved.versions()) == there
    assert call in str(error)
    assert kind is key_pair.KIND or "is not deleted, because it can't be saved" in str(error)


@pytest.mark.exhaustive
def test_one_object_that_cannot_be_saved(saved: Saved) -> None:
    """Where one version can't be saved no other goes, neither with the objects nor with the bucket."""
    rule = Rule(
        "s3:GetObjectTagging", lambda _, asked: asked.params["Key"] == KEY, "AccessDenied", "no", "injected", 403
    )
    saved.sandbox.use((rule, *RULES))
    before = saved.versions()

    assert "AccessDenied" in str(saved.take_down(bucket.OBJECTS))
    assert "is not in the backup" in str(saved.take_down(bucket.KIND))
    assert saved.versions() == before


@pytest.mark.exhaustive
def test_kind_that_nobody_saves(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind without a row in the table of savers is not deleted."""
    monkeypatch.delitem(SAVERS, "key pair")

    error = saved.take_down(key_pair.KIND)

    assert "backup of the key pair" in str(error)
    assert len(saved.client("ec2").describe_key_pairs()["KeyPairs"]) == 1


def cut(content: bytes) -> bytes:
    """Return less than there is."""
    return content[:-1]


def altered(content: bytes) -> bytes:
    """Return as much of something else."""
    return bytes(len(content))


@pytest.mark.exhaustive
@pytest.mark.parametrize("is_summed", [True, False])
@pytest.mark.parametrize("wrong", [cut, altered])
def test_another_content(saved: Saved, wrong: Callable[[bytes], bytes], *, is_summed: bool) -> None:
    """What has not the length, the checksum and the ETag that S3 tells is not what was stored."""

    def damage(response_dict: dict[str, Any], **_event: Any) -> None:
        content = wrong(response_dict["body"].read())
        response_dict["body"] = StreamingBody(BytesIO(content), response_dict["headers"].get("content-length"))
        if not is_summed:
            response_dict["headers"].pop("x-amz-checksum-crc32")

    saved.session.events.register("before-parse.s3.GetObject", damage)
    before = saved.versions()

    error = str(saved.take_down(bucket.OBJECTS))

    assert re.search("is not what S3 lists|did not match calculated|IncompleteRead", error), error
    assert saved.versions() == before


def test_item_written_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is written to when it was saved stays; the next run saves it anew, and deletes it."""
    _, check = SAVERS["DynamoDB table"]

    async def save_and_write(*which: Any) -> None:
        await tables.save(*which)
        saved.client("dynamodb").put_item(TableName="User", Item={"id": {"S": "late"}})

    monkeypatch.setitem(SAVERS, "DynamoDB table", Saver(save_and_write, check))

    assert "after it was saved, so it is not deleted" in str(saved.take_down(table.KIND))
    assert "User" in saved.tables()
    monkeypatch.undo()
    saved.again()
    assert saved.take_down(table.KIND) is None
    assert saved.tables() == []
    last = saved.backup.index.of("DynamoDB table", "User")
    assert last
    assert last.facts["items"] == 4


def test_object_written_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that is written when the others were saved stays; the next run saves and deletes it."""

    async def save_and_write(*which: Any) -> None:
        await buckets.save(*which)
        saved.client("s3").put_object(Bucket=BUCKET, Key="late.txt", Body=b"late")
        saved.client("s3").create_multipart_upload(Bucket=BUCKET, Key="later.txt")

    monkeypatch.setitem(SAVERS, "S3 objects", Saver(save_and_write))

    assert "late.txt" in str(saved.take_down(bucket.OBJECTS))
    assert {key for key, _ in saved.versions()} == {"late.txt"}
    monkeypatch.undo()
    assert "later.txt" in str(saved.take_down(bucket.KIND)), "nor does the bucket's own deletion empty it"
    saved.again()
    assert [saved.take_down(kind) for kind in (bucket.OBJECTS, bucket.KIND)] == [None, None]
    assert (saved.folder / "s3" / BUCKET / "current" / "late.txt").read_bytes() == b"late"


@pytest.mark.exhaustive
def test_object_written_over(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a bucket without versioning what is written over has the id of what was there: it is told by its ETag."""
    s3 = saved.client("s3")
    plain = "carbuyer-plain"
    s3.create_bucket(Bucket=plain, CreateBucketConfiguration={"LocationConstraint": saved.aws.region})
    s3.put_object(Bucket=plain, Key="a", Body=b"before")

    async def save_and_write(*which: Any) -> None:
        await buckets.save(*which)
        s3.put_object(Bucket=plain, Key="a", Body=b"after")

    monkeypatch.setitem(SAVERS, "S3 objects", Saver(save_and_write))

    assert "NotSaved" in str(saved.take_down(bucket.OBJECTS))
    assert s3.get_object(Bucket=plain, Key="a")["Body"].read() == b"after"


@pytest.mark.exhaustive
def test_disk_that_forgets(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads back otherwise than it was written is not saved."""
    honest = os.pread
    monkeypatch.setattr(os, "pread", lambda descriptor, size, at: bytes(len(honest(descriptor, size, at))))

    assert "does not read back as it was written" in str(saved.take_down(table.KIND))
    assert set(saved.tables()) == set(TABLES)


def test_full_disk(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes, and the error says what to do."""

    def full(_descriptor: int, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder, "write_all", full)
    error = str(saved.take_down(bucket.OBJECTS))

    assert "No space left on device. Make room" in error
    assert str(saved.folder) in error
    assert len(saved.versions()) == 8


@pytest.mark.exhaustive
def test_run_again_reads_nothing_twice(saved: Saved) -> None:
    """What a run has saved, and could not delete, the next one need not read again."""
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="s3:DeleteObjects"),))
    assert "s3:DeleteObjects" in str(saved.take_down(bucket.OBJECTS))
    saved.sandbox.faults = Faults()
    saved.again()
    seen = len(saved.sandbox.log)

    assert saved.take_down(bucket.OBJECTS) is None
    assert {entry.call for entry in list(saved.sandbox.log)[seen:]} & {"s3:GetObject", "s3:HeadObject"} == set()


def test_two_regions(saved: Saved) -> None:
    """A table of the same name in another Region takes another folder: of two, only one could be put back."""
    facts = {"place": "x", "items": 0, "digest": ""}
    saved.backup.index.add_saved(rows.Saved("DynamoDB table", "User", "User", "us-east-1", "", facts))

    assert "of us-east-1" in str(saved.take_down(table.KIND))
    assert saved.tables() == ["User"]
