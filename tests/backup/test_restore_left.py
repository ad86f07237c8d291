"""What a restore does not put back is listed; of what is put back nothing is left out silently."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import waiter

from carbuyer_cleanup.backup import restore_bucket, restore_table
from carbuyer_cleanup.backup.__main__ import main
from carbuyer_cleanup.backup.rows import Entry, Stored
from carbuyer_cleanup.kinds import bucket, table
from strict_moto.faults import Fault, FaultKind, Faults
from tests.backup.savings import BUCKET, KINDS
from tests.backup.tried import OK

if TYPE_CHECKING:
    from tests.backup.forged import Forged
    from tests.backup.savings import Saved
    from tests.backup.tried import Tried

PLAIN = "carbuyer-plain"
# What CreateTable takes and a restore doesn't give it: it is listed, or belongs to what is, or docs/backup.md tells it.
NOT_GIVEN = {
    "SSESpecification", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode", "ResourcePolicy",
    "WarmThroughput",  # a preparation for more use than there has been, which costs
}  # fmt: skip


Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait: the sandbox's clock goes a thousand times as fast."""
    monkeypatch.setattr(waiter, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 1000)))


def _restored(saved: Saved, tried: Tried, capfd: Capture) -> tuple[str, Any]:
    """Return what a restore of the backup says, and S3's client in the account where everything is."""
    saved.end()
    assert main(["restore", str(saved.folder.parent)]) == OK
    assert tried.sandbox
    return capfd.readouterr().out, tried.sandbox.session("111122223333").client("s3", region_name="ap-southeast-1")


def test_written_over(saved: Saved, tried: Tried, capfd: Capture) -> None:
    """A bucket without versions gets the newest contents; the older ones stay in the folder, and are told."""
    s3 = saved.client("s3")
    s3.create_bucket(Bucket=PLAIN, CreateBucketConfiguration={"LocationConstraint": saved.aws.region})
    s3.put_object(Bucket=PLAIN, Key="a", Body=b"before")
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="s3:DeleteObjects"),))
    assert saved.take_down(bucket.OBJECTS)
    saved.sandbox.faults = Faults()
    s3.put_object(Bucket=PLAIN, Key="a", Body=b"after")
    saved.again()
    assert [saved.take_down(kind) for kind in KINDS] == [None] * 3

    said, there = _restored(saved, tried, capfd)
    assert there.get_object(Bucket=PLAIN, Key="a")["Body"].read() == b"after"
    assert f"1 contents written over in the S3 bucket {PLAIN}" in said


def test_versions_of_a_bucket_that_is_not_described(saved: Saved, tried: Tried, capfd: Capture) -> None:
    """A run that died before it saved the bucket's definition has saved versions: they are put back as such."""
    before = saved.versions()
    assert saved.take_down(bucket.OBJECTS) is None
    saved.backup.index.reopen("S3 bucket", BUCKET)

    _, there = _restored(saved, tried, capfd)
    listed = there.list_object_versions(Bucket=BUCKET)
    assert len(listed["Versions"]) + len(listed.get("DeleteMarkers", ())) == len(before)


def test_parts_and_earlier_exports(saved: Saved, tried: Tried, capfd: Capture) -> None:
    """The configuration that isn't put back is named, and so is an export that a later one has replaced."""
    rules = [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 9}}]
    saved.client("s3").put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="dynamodb:DeleteTable"),))
    assert saved.take_down(table.KIND)
    saved.sandbox.faults = Faults()
    first = saved.backup.index.of("DynamoDB table", "User")
    saved.client("dynamodb").put_item(TableName="User", Item={"id": {"S": "late"}})
    saved.again()
    assert [saved.take_down(kind) for kind in KINDS] == [None] * 3

    said, _ = _restored(saved, tried, capfd)
    assert first
    assert f"to be read in {first.facts['place']}: an earlier DynamoDB table User" in said
    assert f"s3-bucket/{BUCKET}.json: S3 bucket {BUCKET}: policy, encryption, lifecycle" in said


def test_not_saved_completely(saved: Saved, tried: Tried, capfd: Capture) -> None:
    """A bucket that was begun and is not whole is told, too: perhaps half of it is deleted already."""
    assert saved.take_down(bucket.OBJECTS) is None
    for kind in ("S3 objects", "S3 bucket"):
        saved.backup.index.reopen(kind, BUCKET)

    said, there = _restored(saved, tried, capfd)
    assert there.list_buckets()["Buckets"] == []
    assert "not saved completely, nor put back so (run the cleanup again with the same --backup): S3 obj" in said


def test_all_that_a_new_table_takes() -> None:
    """Of each parameter of CreateTable it is known whether a restore gives it."""
    shape: Any = botocore.session.get_session().get_service_model("dynamodb").shape_for("CreateTableInput")
    index = {"IndexName": "x", "KeySchema": [1], "ProvisionedThroughput": {}, "Dimensions": 3, "ItemCount": 0}
    described = {
        "AttributeDefinitions": [1], "KeySchema": [1], "DeletionProtectionEnabled": True,
        "OnDemandThroughput": {"x": 1},
        "GlobalSecondaryIndexes": [index], "LocalSecondaryIndexes": [index], "VectorIndexes": [index],
        "StreamSpecification": {"StreamEnabled": True}, "TableClassSummary": {"TableClass": "STANDARD"},
    }  # fmt: skip
    throughput = {"ProvisionedThroughput": {"ReadCapacityUnits": 1}}
    on_demand = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
    given = [restore_table.definition({**described, **mode}) for mode in (throughput, on_demand)]
    assert {name for one in given for name in one} | {"TableName", "Tags"} == shape.members.keys() - NOT_GIVEN
    assert given[0]["VectorIndexes"] == [{"IndexName": "x", "Dimensions": 3}]


@pytest.mark.parametrize("status", ["ENABLED", "ENABLING"])
def test_time_to_live(made: Forged, status: str) -> None:
    """It is put back also if AWS was just about to switch it on, which takes an hour."""
    forged = made.copy(made.root.with_name("expiring"))
    path = forged.account / "dynamodb/User/AWSDynamoDB/1/table.json"
    told = json.loads(path.read_text("utf-8"))
    told["TimeToLiveDescription"] = {"TimeToLiveStatus": status, "AttributeName": "until"}
    path.write_text(json.dumps(told), "utf-8")
    export = restore_table.Export(forged.account, "dynamodb/User/AWSDynamoDB/1", (), 0)

    _, expiry = restore_table.requests(export, "User")
    assert expiry["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "until"}


def test_expires_that_is_no_date() -> None:
    """Browsers take it for a time in the past; botocore sends dates only."""
    told = {"ExpiresString": "never", "Metadata": {}}
    one = Stored(Entry("a", "1", "1"), "version", "x", {"object": told, "tags": []})
    assert restore_bucket.given_with(one) == {"Expires": restore_bucket.PAST}
