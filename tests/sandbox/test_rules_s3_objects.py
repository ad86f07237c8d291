"""Objects, their versions and uploads."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.buckets import BUCKET, everything, make_bucket
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


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
    s3 = make_bucket(session, versioned=False, ObjectLockEnabledForBucket=True)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": datetime.now(UTC) + timedelta(days=1)}
    s3.put_object(Bucket=BUCKET, Key="retained", Body=b"", **lock)
    s3.put_object(Bucket=BUCKET, Key="held", Body=b"", ObjectLockLegalHoldStatus="ON")
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything(s3)})
    assert {one["Message"] for one in answer["Errors"]} == {"Access Denied because object protected by object lock."}
    assert all("VersionId" in one for one in answer["Errors"])
    bypass = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything(s3)}, BypassGovernanceRetention=True)
    assert [one["Key"] for one in bypass["Errors"]] == ["held"]
    with refused("AccessDenied", "protected by object lock", 403):
        s3.delete_object(Bucket=BUCKET, **everything(s3)[0])
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
        s3.delete_object(Bucket=BUCKET, **everything(s3)[0])
    s3.delete_object(Bucket=BUCKET, Key="a")


def test_suspended_versioning(s3: Any) -> None:
    """In a bucket whose versioning is suspended each version goes by itself, and the marker is the null version."""
    for _ in range(2):
        s3.put_object(Bucket=BUCKET, Key="a")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_object(Bucket=BUCKET, **everything(s3)[0])
    assert len(everything(s3)) == 1
    assert s3.delete_object(Bucket=BUCKET, Key="a")["VersionId"] == "null"
    s3.delete_object(Bucket=BUCKET, Key="a")
    assert len(everything(s3)) == 2


def test_without_versioning(session: boto3.Session) -> None:
    """Without versioning a deleted object is gone."""
    s3 = make_bucket(session, versioned=False)
    s3.put_object(Bucket=BUCKET, Key="a")
    assert s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}]})["Deleted"] == [{"Key": "a"}]
    assert everything(s3) == []


def test_object_written_while_emptying() -> None:
    """If the quirk says so, log delivery writes once more into a bucket that is being emptied."""
    sandbox = Sandbox(Clock(math.inf), Quirks(late_object=3))
    s3 = make_bucket(sandbox.session())
    for keys in (["AWSLogs/late.gz"], []):
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything(s3) or [{"Key": "x", "VersionId": "y"}]})
        sandbox.clock.advance(3)
        assert [one["Key"] for one in everything(s3)] == keys


def test_pages_of_uploads(s3: Any) -> None:
    """Uploads come in pages with both markers."""
    made = {s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"] for _ in range(3)}
    pages = list(s3.get_paginator("list_multipart_uploads").paginate(Bucket=BUCKET, MaxUploads=2, Prefix="a"))
    assert [len(page["Uploads"]) for page in pages] == [2, 1]
    assert {one["UploadId"] for page in pages for one in page["Uploads"]} == made
