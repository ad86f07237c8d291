"""Buckets: whose they are, what stops DeleteBucket, and their list."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.buckets import BUCKET, HERE, everything, make_bucket
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


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
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything(s3)})
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("kept", "AccessDenied")]
    assert [one["Key"] for one in answer["Deleted"]] == ["free"]
    with refused("AccessDenied"):
        s3.delete_object(Bucket=BUCKET, Key="kept", VersionId=everything(s3)[0]["VersionId"])


def test_condition_that_does_not_hold(s3: Any) -> None:
    """The usual denial of requests without TLS denies nothing here."""
    _deny(s3, "s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("versioned", [True, False])
def test_not_empty(session: boto3.Session, *, versioned: bool) -> None:
    """A bucket with objects stays; if it is versioned the answer speaks of versions."""
    s3 = make_bucket(session, versioned=versioned)
    s3.put_object(Bucket=BUCKET, Key="a")
    with refused("BucketNotEmpty", "all versions" if versioned else "is not empty", 409) as answer:
        s3.delete_bucket(Bucket=BUCKET)
    assert ("versions" in answer["Error"]["Message"]) == versioned


def test_only_markers_left(s3: Any) -> None:
    """A delete marker fills a bucket as well as an object does."""
    s3.delete_object(Bucket=BUCKET, Key="never-there")
    assert [one["Key"] for one in everything(s3)] == ["never-there"]
    with refused("BucketNotEmpty", status=409):
        s3.delete_bucket(Bucket=BUCKET)
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything(s3)})
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("blocks", [True, False])
def test_unfinished_uploads(*, blocks: bool) -> None:
    """Whether unfinished uploads keep a bucket is not known: both are played."""
    s3 = make_bucket(Sandbox(Clock(math.inf), Quirks(multipart_uploads_block=blocks)).session())
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
    s3 = make_bucket(sandbox.session(), versioned=False)
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
