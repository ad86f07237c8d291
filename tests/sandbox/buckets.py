"""A bucket of the sandbox to test with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3


BUCKET = "carbuyer-fcj-bucket"
HERE = {"CreateBucketConfiguration": {"LocationConstraint": "ap-southeast-1"}}


def make_bucket(session: boto3.Session, *, versioned: bool = True, **more: Any) -> Any:
    """Make the bucket and return a client."""
    s3 = session.client("s3")
    s3.create_bucket(Bucket=BUCKET, **HERE, **more)
    if versioned:
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


def everything(s3: Any) -> list[dict[str, str]]:
    """Return all versions and markers, page by page, as DeleteObjects takes them."""
    found = [
        {"Key": one["Key"], "VersionId": one["VersionId"]}
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    ]
    return sorted(found, key=lambda one: (one["Key"], one["VersionId"]))
