"""What tables and a bucket hold, by plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.builder import BUCKET

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = frozenset({"SS", "NS", "BS"})
TYPES: dict[str, Any] = {
    "id": {"S": "every type"}, "n": {"N": "12345678901234567890123456789012345678"}, "small": {"N": "1E-130"},
    "b": {"B": b"\x00\xff"}, "yes": {"BOOL": True}, "none": {"NULL": True}, "ss": {"SS": ["a", "ế"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": [b"\x00", b"\xff"]}, "l": {"L": [{"S": "x"}, {"M": {"x": {"B": b"\x01"}}}]},
}  # fmt: skip


def furnish(session: Any) -> None:
    """Add what the workshop's own things don't have: metadata, tags, odd keys, a large object, an unfinished upload."""
    s3 = session.client("s3")
    more = {"Metadata": {"by": "student"}, "ContentType": "image/png", "CacheControl": "no-store"}
    s3.put_object(Bucket=BUCKET, Key="SlideShow/xe ô tô.png", Body=b"png", Tagging="course=cloud%20101", **more)
    for key in ("a//b", "a/", "CON", "x.", "A.txt", "a.txt"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=f"content of {key!r}".encode())
    s3.put_object(Bucket=BUCKET, Key="large", Body=bytes(range(256)) * 1000)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "course", "Value": "101"}]})
    s3.create_multipart_upload(Bucket=BUCKET, Key="unfinished")
    session.client("dynamodb").put_item(TableName="User", Item=TYPES)


def in_tables(session: Any) -> dict[str, Any]:
    """Return the tables' keys and items."""
    dynamodb = session.client("dynamodb")
    names = dynamodb.list_tables()["TableNames"]
    items = {name: sorted(map(_plain, dynamodb.scan(TableName=name)["Items"])) for name in names}
    return {name: (dynamodb.describe_table(TableName=name)["Table"]["KeySchema"], items[name]) for name in names}


def _plain(item: Any) -> str:
    """Return an item in one spelling: neither maps nor sets have an order."""
    if isinstance(item, dict):
        return str(
            sorted(
                (key, sorted(map(_plain, one)) if key in {"SS", "NS", "BS"} else _plain(one))
                for key, one in item.items()
            )
        )
    return str(list(map(_plain, item))) if isinstance(item, list) else str(item)


def in_bucket(session: Any) -> tuple[Any, ...]:
    """Return the bucket's versioning and tags, and what is in it, but for what AWS gives anew."""
    s3 = session.client("s3")
    status, tags = s3.get_bucket_versioning(Bucket=BUCKET).get("Status"), s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]
    return status, tags, list(_versions(s3))


def _versions(s3: Any) -> Iterator[tuple[Any, ...]]:
    """Yield each version, newest first within its key, as S3 lists them; and each delete marker."""
    listed = s3.list_object_versions(Bucket=BUCKET)
    for one in listed["Versions"]:
        which = {"Bucket": BUCKET, "Key": one["Key"], "VersionId": one["VersionId"]}
        told, tags = s3.get_object(**which), s3.get_object_tagging(**which)["TagSet"]
        kept = [told.get(name) for name in ("Metadata", "ContentType", "CacheControl")]
        yield one["Key"], one["IsLatest"], told["Body"].read(), kept, tags
    yield from ((one["Key"], one["IsLatest"]) for one in listed.get("DeleteMarkers", ()))
