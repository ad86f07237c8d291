"""A restore that fails or dies at any of its calls says what is left, and the same command goes on with it."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import waiter

from aws_clock import Clock
from carbuyer_cleanup.backup import marks, restore, restore_bucket
from carbuyer_cleanup.backup.__main__ import main
from carbuyer_cleanup.backup.restore_calls import RESTORING
from carbuyer_cleanup.permissions.policies import policy
from carbuyer_cleanup.workshop import load
from strict_moto import Sandbox
from strict_moto.faults import Died, Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.backup import small
from tests.backup.savings import BUCKET, MANIFEST, Saved
from tests.contents import in_bucket, in_tables
from tests.permissions.granted import Granted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT, REFUSED = "111122223333", 4
TAG = {"Key": "project", "Value": "carbuyer"}  # others would show that it is somebody's


class Place:
    """An account into which a backup is restored, again and again."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capfd = folder, capfd
        monkeypatch.setattr(restore, "_embedded", self.account)
        # The sandbox's clock goes a thousand times as fast.
        quick = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 1000))
        monkeypatch.setattr(waiter, "time", quick)
        monkeypatch.setattr(restore_bucket, "time", quick)
        self.anew()

    def anew(self) -> None:
        """Let the account be empty."""
        self.sandbox = Sandbox(Clock(1000.0))
        self.session = self.sandbox.session(ACCOUNT)

    @contextmanager
    def account(self) -> Iterator[Any]:
        """Yield a session in it."""
        yield self.session

    def restore(self, *faults: Fault) -> tuple[int, str]:
        """Restore while these befall it; return the exit code, -1 if it died, and what was said."""
        self.sandbox.faults = Faults(faults)
        code = -1
        with suppress(Died):
            code = main(["restore", str(self.folder)])
        self.sandbox.faults = Faults()
        said = self.capfd.readouterr()
        return code, said.out + said.err

    def held(self) -> tuple[Any, ...]:
        """Return all that is there, tags and all."""
        dynamodb = self.session.client("dynamodb")
        arns = [dynamodb.describe_table(TableName=name)["Table"]["TableArn"] for name in in_tables(self.session)]
        tags = [dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] for arn in arns]
        uploads = self.session.client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return in_tables(self.session), in_bucket(self.session), tags, uploads


@pytest.fixture
def more() -> tuple[str, ...]:
    """Keys of objects that the bucket has, besides; the first one was deleted."""
    return ()


@pytest.fixture
def place(
    few: Saved, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Place:
    """An empty account, and a backup with a table and a bucket that have tags."""
    for key in more:
        few.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")
    if more:
        few.client("s3").delete_object(Bucket=BUCKET, Key=more[0])
    few.client("s3").put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [TAG]})
    arn = few.client("dynamodb").describe_table(TableName="User")["Table"]["TableArn"]
    few.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[TAG])
    few.go(small.KINDS)
    few.end()
    return Place(few.folder.parent, monkeypatch, capfd)


WHAT = [(FaultKind.DIE, False), (FaultKind.DIE, True), (FaultKind.ERROR, True), (FaultKind.THROTTLE, False),
        (FaultKind.DENY, False)]  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.parametrize(("kind", "after"), WHAT)
def test_fault_at_any_call(place: Place, kind: FaultKind, *, after: bool) -> None:
    """Whatever goes wrong at whichever call: the next run makes all as it was, and takes nothing for somebody's."""
    assert place.restore()[0] == 0
    calls = [entry.call for entry in place.sandbox.log]
    expected = place.held()
    assert "s3:CreateBucket" in calls
    assert "dynamodb:CreateTable" in calls
    failed = 0
    for index, call in enumerate(calls):
        place.anew()
        code, said = place.restore(Fault(kind, at=index, after=after))
        if code == 0:
            assert place.held() == expected, (index, call)
            continue
        failed += 1
        assert code == -1 or "Traceback" not in said, (index, call)
        again, said = place.restore()
        assert again == 0 or "There is already" in said, (index, call, said)
        assert place.held() == expected, (index, call)
    assert failed > len(calls) // 2


@pytest.mark.exhaustive
def test_what_is_left_is_told(place: Place) -> None:
    """A restore that fails half-way names what is put back, what is begun and what is not; the tag says so, too."""
    code, said = place.restore(Fault(FaultKind.DENY, calls="s3:PutObject"))

    assert code == REFUSED
    assert f"S3 bucket {BUCKET} could not be put back completely: " in said
    assert "Put back: DynamoDB table User. Not started: nothing. Run the same command again" in said
    tags = place.session.client("s3").get_bucket_tagging(Bucket=BUCKET)["TagSet"]
    assert [tag["Key"] for tag in tags] == [marks.MARK]
    code, said = place.restore()
    assert code == 0
    assert "DynamoDB table User: put back by an earlier run" in said


@pytest.mark.parametrize("more", [("d", "da", "db")])
def test_key_that_others_begin_with(place: Place) -> None:
    """A key's delete marker is known again, though S3 lists it behind the versions of keys that begin with it."""
    assert place.restore()[0] == 0
    expected = place.held()
    place.anew()
    assert place.restore(Fault(FaultKind.DENY, calls="s3:PutBucketTagging"))[0] == REFUSED

    code, said = place.restore()
    assert code == 0, said
    assert place.held() == expected


def test_nobody_elses(place: Place) -> None:
    """What somebody has made under the name, or written into the unfinished bucket, is not touched."""
    s3 = place.session.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    code, said = place.restore()
    assert code == REFUSED
    assert f"There is already S3 bucket {BUCKET}" in said
    assert in_tables(place.session) == {}

    place.anew()
    place.restore(Fault(FaultKind.DENY, calls="s3:PutObject"))
    place.session.client("s3").put_object(Bucket=BUCKET, Key="theirs", Body=b"x")
    code, said = place.restore()
    assert code == REFUSED
    assert "see who writes to it" in said
    assert place.session.client("s3").get_object(Bucket=BUCKET, Key="theirs")["Body"].read() == b"x"


@pytest.mark.exhaustive
def test_another_backups(place: Place) -> None:
    """What the restore of another backup has left is somebody else's."""
    place.restore(Fault(FaultKind.DENY, calls="s3:PutObject"))
    s3 = place.session.client("s3")
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": marks.MARK, "Value": "0" * 32}]})

    code, said = place.restore()

    assert code == REFUSED
    assert "There is already S3 bucket" in said


NEEDED = {call: actions.split() for one in RESTORING.values() for call, actions in one.calls.items()}
IN_PARTS = {"s3:CreateMultipartUpload", "s3:UploadPart", "s3:CompleteMultipartUpload"}  # what a large object takes
UNVERSIONED = {"s3:ListObjectsV2"}
# The table's items don't expire; the bucket has tags, but no CORS.
UNSET = {"dynamodb:DescribeTimeToLive", "dynamodb:UpdateTimeToLive", "s3:PutBucketCors", "s3:DeleteBucketTagging"}


def test_policy_of_a_restore(place: Place) -> None:
    """A restore, and one that goes on, make the calls that the policy for it grants, and it grants no others."""
    granted = Granted(policy("restore", load(MANIFEST))["Statement"], NEEDED.__getitem__)
    called: set[str] = set()

    def refuses(world: Any, request: Any) -> Any:
        called.add(request.call)
        return granted.refuses(world, request)

    refused = Rule("*", refuses, "AccessDenied", "{principal} {action} {resource}", "docs/iam", 403)
    place.sandbox.use((refused, *RULES))
    code, said = place.restore(Fault(FaultKind.DENY, calls="s3:PutObject"))
    assert code == REFUSED, said
    assert "PutObject" in said
    place.session.client("s3").create_multipart_upload(Bucket=BUCKET, Key="left")

    assert place.restore()[0] == 0
    assert NEEDED.keys() - called == (IN_PARTS | UNVERSIONED | UNSET) - called
    assert {action for s in granted.statements for action in s["Action"]} == {a for n in NEEDED.values() for a in n}


def test_tag_of_a_new_bucket_takes_a_permission() -> None:
    """So says botocore of what the restore gives CreateBucket."""
    shape: Any = botocore.session.get_session().get_service_model("s3").shape_for("CreateBucketConfiguration")
    told = set(re.findall(r"\bs3:[A-Z]\w+(?=</code> permission)", shape.members["Tags"].documentation))
    assert told == {"s3:TagResource"}
    assert told < set(NEEDED["s3:CreateBucket"])
