"""S3 in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.front import Sandbox
from strict_moto.quirks import Quirks
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

BUCKET = "carbuyer-fcj-bucket"
HERE = {"CreateBucketConfiguration": {"LocationConstraint": "ap-southeast-1"}}


def _make(session: boto3.Session, *, versioned: bool = True, **more: Any) -> Any:
    s3 = session.client("s3")
    s3.create_bucket(Bucket=BUCKET, **HERE, **more)
    if versioned:
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def s3(session: boto3.Session) -> Any:
    """Return a client, with a versioned bucket made."""
    return _make(session)


def _everything(s3: Any) -> list[dict[str, str]]:
    """Return all versions and markers, page by page, as DeleteObjects takes them."""
    found = [
        {"Key": one["Key"], "VersionId": one["VersionId"]}
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    ]
    return sorted(found, key=lambda one: (one["Key"], one["VersionId"]))


# --- Whose, and where


def test_gone_bucket(session: boto3.Session) -> None:
    """Every call on a bucket that is not there is NoSuchBucket 404; HEAD has no words for it."""
    s3 = session.client("s3")
    with refused("NoSuchBucket", status=404):
        s3.delete_bucket(Bucket=BUCKET)
    with refused("NoSuchBucket", status=404):
        s3.list_object_versions(Bucket=BUCKET)
    with refused("404", status=404):
        s3.head_bucket(Bucket=BUCKET)


def test_bucket_of_another_account(s3: Any, sandbox: Sandbox) -> None:
    """Another account's bucket lets nobody in; only its objects may be public."""
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    other = sandbox.session("222233334444").client("s3")
    for call in (other.delete_bucket, other.list_object_versions, other.get_bucket_tagging):
        with refused("AccessDenied", status=403):
            call(Bucket=BUCKET)
    with refused("403") as answer:
        other.head_bucket(Bucket=BUCKET)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "ap-southeast-1"
    assert other.list_buckets()["Buckets"] == []
    assert other.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"x"


def test_expected_owner(s3: Any) -> None:
    """A call that expects another owner is refused."""
    with refused("AccessDenied", status=403):
        s3.delete_bucket(Bucket=BUCKET, ExpectedBucketOwner="222233334444")
    s3.delete_bucket(Bucket=BUCKET, ExpectedBucketOwner="111122223333")


def test_another_region(s3: Any, session: boto3.Session) -> None:
    """Elsewhere the bucket is 301 with its Region in a header, which boto3 follows."""
    elsewhere = session.client("s3", region_name="us-west-2")
    seen: list[Any] = []
    elsewhere.meta.events.register_first("needs-retry.s3", lambda response, **_: seen.append(response))
    s3.put_object(Bucket=BUCKET, Key="a")
    assert len(elsewhere.list_object_versions(Bucket=BUCKET)["Versions"]) == 1
    http, parsed = seen[0]
    assert (http.status_code, parsed["Error"]["Code"]) == (301, "PermanentRedirect")
    assert parsed["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "ap-southeast-1"


# --- Policies


def _deny(s3: Any, action: str, resource: str = f"arn:aws:s3:::{BUCKET}", **more: Any) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **more}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def test_policy_denies_deletion(s3: Any) -> None:
    """A bucket whose policy denies its deletion stays until the policy is deleted, which it cannot deny."""
    _deny(s3, "s3:*")
    with refused("AccessDenied", status=403):
        s3.delete_bucket(Bucket=BUCKET)
    s3.delete_bucket_policy(Bucket=BUCKET)
    s3.delete_bucket(Bucket=BUCKET)


def test_policy_denies_the_list(s3: Any) -> None:
    """Permissions have names of their own: listing versions is ListBucketVersions."""
    _deny(s3, "s3:ListBucketVersions")
    with refused("AccessDenied"):
        s3.list_object_versions(Bucket=BUCKET)
    s3.list_multipart_uploads(Bucket=BUCKET)


def test_policy_denies_objects_key_by_key(s3: Any) -> None:
    """DeleteObjects answers 200 and names the keys that the policy denies."""
    for key in ("kept", "free"):
        s3.put_object(Bucket=BUCKET, Key=key)
    _deny(s3, "s3:DeleteObject*", f"arn:aws:s3:::{BUCKET}/kept")
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": _everything(s3)})
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("kept", "AccessDenied")]
    assert [one["Key"] for one in answer["Deleted"]] == ["free"]
    with refused("AccessDenied"):
        s3.delete_object(Bucket=BUCKET, Key="kept", VersionId=_everything(s3)[0]["VersionId"])


def test_condition_that_does_not_hold(s3: Any) -> None:
    """The usual denial of requests without TLS denies nothing here."""
    _deny(s3, "s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.delete_bucket(Bucket=BUCKET)


# --- What stops DeleteBucket


@pytest.mark.parametrize("versioned", [True, False])
def test_not_empty(session: boto3.Session, *, versioned: bool) -> None:
    """A bucket with objects stays; if it is versioned the answer speaks of versions."""
    s3 = _make(session, versioned=versioned)
    s3.put_object(Bucket=BUCKET, Key="a")
    with refused("BucketNotEmpty", "all versions" if versioned else "is not empty", 409) as answer:
        s3.delete_bucket(Bucket=BUCKET)
    assert ("versions" in answer["Error"]["Message"]) == versioned


def test_only_markers_left(s3: Any) -> None:
    """A delete marker fills a bucket as well as an object does."""
    s3.delete_object(Bucket=BUCKET, Key="never-there")
    assert [one["Key"] for one in _everything(s3)] == ["never-there"]
    with refused("BucketNotEmpty", status=409):
        s3.delete_bucket(Bucket=BUCKET)
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": _everything(s3)})
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("blocks", [True, False])
def test_unfinished_uploads(*, blocks: bool) -> None:
    """Whether unfinished uploads keep a bucket is not known: both are played."""
    s3 = _make(Sandbox(Clock(math.inf), Quirks(multipart_uploads_block=blocks)).session())
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"]
    if blocks:
        with refused("BucketNotEmpty", status=409):
            s3.delete_bucket(Bucket=BUCKET)
        s3.abort_multipart_upload(Bucket=BUCKET, Key="a", UploadId=upload)
    s3.delete_bucket(Bucket=BUCKET)


def test_access_point(s3: Any, session: boto3.Session) -> None:
    """An access point keeps its bucket."""
    points = session.client("s3control")
    points.create_access_point(AccountId="111122223333", Name="carbuyer-point", Bucket=BUCKET)
    with refused("BucketHasAccessPointsAttached", status=400):
        s3.delete_bucket(Bucket=BUCKET)
    points.delete_access_point(AccountId="111122223333", Name="carbuyer-point")
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("change", ["policy", "no_policy", "versioning"])
def test_change_of_a_bucket_settles(change: str) -> None:
    """If the quirk says so, a bucket that has just been changed cannot be deleted yet."""
    sandbox = Sandbox(Clock(math.inf), Quirks(bucket_settling=2))
    s3 = _make(sandbox.session(), versioned=False)
    if change == "versioning":
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    else:
        _deny(s3, "s3:GetObject")
    if change == "no_policy":
        sandbox.clock.advance(2)
        s3.delete_bucket_policy(Bucket=BUCKET)
    with refused("OperationAborted", status=409):
        s3.delete_bucket(Bucket=BUCKET)
    sandbox.clock.advance(2)
    s3.delete_bucket(Bucket=BUCKET)


# --- Objects


def test_pages_of_versions(s3: Any) -> None:
    """More versions of a key than fit on a page need both markers, even if what they name is deleted meanwhile."""
    for _ in range(5):
        s3.put_object(Bucket=BUCKET, Key="a")
    s3.put_object(Bucket=BUCKET, Key="b")
    first = s3.list_object_versions(Bucket=BUCKET, MaxKeys=2)
    assert (first["IsTruncated"], first["NextKeyMarker"]) == (True, "a")
    seen = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in first["Versions"]]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": seen})
    both = {"KeyMarker": "a", "VersionIdMarker": first["NextVersionIdMarker"]}
    rest = s3.list_object_versions(Bucket=BUCKET, **both)
    assert [one["Key"] for one in rest["Versions"]] == ["a", "a", "a", "b"]
    half = s3.list_object_versions(Bucket=BUCKET, KeyMarker="a")
    assert [one["Key"] for one in half["Versions"]] == ["b"]


def test_newest_first(s3: Any) -> None:
    """The newest version of a key comes first and is the latest; a marker may be it; a prefix narrows the list."""
    for key in ("a", "b"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"xyz")
    s3.delete_object(Bucket=BUCKET, Key="a")
    shown = s3.list_object_versions(Bucket=BUCKET, Prefix="a")
    (version,), (marker,) = shown["Versions"], shown["DeleteMarkers"]
    assert (version["IsLatest"], marker["IsLatest"], version["Size"]) == (False, True, 3)
    with refused("NotImplemented"):
        s3.list_object_versions(Bucket=BUCKET, Delimiter="/")


def test_thousand_keys(s3: Any) -> None:
    """DeleteObjects takes a thousand keys; what is not there counts as deleted."""
    objects = [{"Key": f"k{number}", "VersionId": "v"} for number in range(1001)]
    with refused("MalformedXML", status=400):
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})
    assert len(s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects[1:]})["Deleted"]) == 1000
    assert "Deleted" not in s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects[1:], "Quiet": True})


def test_locked_versions(session: boto3.Session) -> None:
    """A lock refuses the version by key; a marker goes on top; governance is passed with a word, a hold never."""
    s3 = _make(session, versioned=False, ObjectLockEnabledForBucket=True)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": datetime.now(UTC) + timedelta(days=1)}
    s3.put_object(Bucket=BUCKET, Key="retained", Body=b"", **lock)
    s3.put_object(Bucket=BUCKET, Key="held", Body=b"", ObjectLockLegalHoldStatus="ON")
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": _everything(s3)})
    assert {one["Message"] for one in answer["Errors"]} == {"Access Denied because object protected by object lock."}
    assert all("VersionId" in one for one in answer["Errors"])
    bypass = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": _everything(s3)}, BypassGovernanceRetention=True)
    assert [one["Key"] for one in bypass["Errors"]] == ["held"]
    with refused("AccessDenied", "protected by object lock", 403):
        s3.delete_object(Bucket=BUCKET, **_everything(s3)[0])
    assert s3.delete_object(Bucket=BUCKET, Key="held")["DeleteMarker"]


def test_mfa_delete(s3: Any) -> None:
    """With MFA delete the whole request is refused, whatever it names; the bucket says so."""
    s3.put_object(Bucket=BUCKET, Key="a")
    wanted = {"Status": "Enabled", "MFADelete": "Enabled"}
    s3.put_bucket_versioning(Bucket=BUCKET, MFA="serial 123456", VersioningConfiguration=wanted)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["MFADelete"] == "Enabled"
    with refused("AccessDenied", status=403):
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}]})
    with refused("AccessDenied", status=403):
        s3.delete_object(Bucket=BUCKET, **_everything(s3)[0])
    s3.delete_object(Bucket=BUCKET, Key="a")


def test_suspended_versioning(s3: Any) -> None:
    """In a bucket whose versioning is suspended each version goes by itself, and the marker is the null version."""
    for _ in range(2):
        s3.put_object(Bucket=BUCKET, Key="a")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_object(Bucket=BUCKET, **_everything(s3)[0])
    assert len(_everything(s3)) == 1
    assert s3.delete_object(Bucket=BUCKET, Key="a")["VersionId"] == "null"
    s3.delete_object(Bucket=BUCKET, Key="a")
    assert len(_everything(s3)) == 2


def test_without_versioning(session: boto3.Session) -> None:
    """Without versioning a deleted object is gone."""
    s3 = _make(session, versioned=False)
    s3.put_object(Bucket=BUCKET, Key="a")
    assert s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}]})["Deleted"] == [{"Key": "a"}]
    assert _everything(s3) == []


def test_object_written_while_emptying() -> None:
    """If the quirk says so, log delivery writes once more into a bucket that is being emptied."""
    sandbox = Sandbox(Clock(math.inf), Quirks(late_object=3))
    s3 = _make(sandbox.session())
    for keys in (["AWSLogs/late.gz"], []):
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": _everything(s3) or [{"Key": "x", "VersionId": "y"}]})
        sandbox.clock.advance(3)
        assert [one["Key"] for one in _everything(s3)] == keys


def test_pages_of_uploads(s3: Any) -> None:
    """Uploads come in pages with both markers."""
    made = {s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"] for _ in range(3)}
    pages = list(s3.get_paginator("list_multipart_uploads").paginate(Bucket=BUCKET, MaxUploads=2, Prefix="a"))
    assert [len(page["Uploads"]) for page in pages] == [2, 1]
    assert {one["UploadId"] for page in pages for one in page["Uploads"]} == made


# --- The list of buckets


def test_region_in_the_list(s3: Any) -> None:
    """The list tells a bucket's Region only to a call with a parameter."""
    assert "BucketRegion" not in s3.list_buckets()["Buckets"][0]
    assert s3.list_buckets(Prefix="car")["Buckets"][0]["BucketRegion"] == "ap-southeast-1"
    assert s3.list_buckets(Prefix="cat")["Buckets"] == []
    with refused("InvalidArgument"):
        s3.list_buckets(BucketRegion="us-west-2")


def test_pages_of_buckets(s3: Any) -> None:
    """The list of buckets goes on with a token."""
    for name in ("bucket-1", "bucket-2"):
        s3.create_bucket(Bucket=name, **HERE)
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2})
    assert [[one["Name"] for one in page["Buckets"]] for page in pages] == [["bucket-1", "bucket-2"], [BUCKET]]


def test_deleted_bucket_is_still_listed(s3: Any, sandbox: Sandbox) -> None:
    """The list shows a deleted bucket for some seconds; HEAD does not."""
    s3.delete_bucket(Bucket=BUCKET)
    with refused("404"):
        s3.head_bucket(Bucket=BUCKET)
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [BUCKET]
    sandbox.clock.advance(5)
    assert s3.list_buckets()["Buckets"] == []
