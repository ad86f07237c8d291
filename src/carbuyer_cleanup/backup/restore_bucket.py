"""Putting a bucket back: its versions in their order, with metadata and tags, and delete markers where they were."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from carbuyer_cleanup.backup.index import MARKER, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Index, Stored

THREADS, AHEAD = 8, 64  # keys that are put back at once, and that are waited for
ONE_BY_ONE = TransferConfig(max_concurrency=4)
NO_SUCH = {"404", "NoSuchBucket"}
ANYBODY = "us-east-1"  # the Region that CreateBucket takes no name for
# Of what S3 told of a version, what it takes with a new one.
KEPT = (
    "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata",
    "StorageClass", "WebsiteRedirectLocation",
)  # fmt: skip
# What is put back of a bucket's configuration: where it was told, the call, its parameter, and the members of that.
CONFIGURATION = (
    ("GetBucketTagging", "put_bucket_tagging", "Tagging", ("TagSet",)),
    ("GetBucketCors", "put_bucket_cors", "CORSConfiguration", ("CORSRules",)),
)


def exists(client: Any, name: str) -> bool:
    """Say whether there is a bucket of that name, anybody's."""
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        return error.response["Error"]["Code"] not in NO_SUCH
    return True


def restore(client: Any, account: Path, index: Index, saved: str, name: str) -> int:
    """Make a bucket of that name, fill it, and return how many versions and delete markers it was.

    Args:
        client: S3's.
        account: the folder of the account's backup.
        index: its index.
        saved: what the bucket was called.
        name: the bucket's.
    """
    told = _configuration(account, index, saved)
    region = client.meta.region_name
    place = {} if region == ANYBODY else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **place)
    versioning = told.get("GetBucketVersioning", {}).get("Status", "")
    if versioning:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    count = sum(_in_threads(client, account, index, saved, name))
    if versioning == "Suspended":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning})
    for member, call, parameter, members in CONFIGURATION:
        if told.get(member):
            getattr(client, call)(Bucket=name, **{parameter: {one: told[member][one] for one in members}})
    return count


def _configuration(account: Path, index: Index, bucket: str) -> dict[str, Any]:
    saved = index.of("S3 bucket", bucket)
    return json.loads((account / saved.facts["place"]).read_text(encoding="utf-8")) if saved else {}


def _in_threads(client: Any, account: Path, index: Index, saved: str, name: str) -> Iterator[int]:
    """Put the keys back, several at once, but no key's versions: their order matters."""

    def put(versions: list[Stored]) -> int:
        for one in versions:
            _put(client, account, name, one)
        return len(versions)

    with ThreadPoolExecutor(THREADS) as pool:
        ahead: deque[Future[int]] = deque()
        for _, versions in groupby(index.objects(saved, VERSION, MARKER), lambda one: one.entry.key):
            ahead.append(pool.submit(put, list(versions)))
            if len(ahead) > AHEAD:
                yield ahead.popleft().result()
        yield from (one.result() for one in ahead)


def _put(client: Any, account: Path, bucket: str, one: Stored) -> None:
    if one.what == MARKER:
        client.delete_object(Bucket=bucket, Key=one.entry.key)
        return
    more = {key: one.facts["object"][key] for key in KEPT if one.facts["object"].get(key)}
    if tags := {tag["Key"]: tag["Value"] for tag in one.facts["tags"]}:
        more["Tagging"] = urlencode(tags)
    with (account / one.path).open("rb") as file:
        client.upload_fileobj(file, bucket, one.entry.key, ExtraArgs=more, Config=ONE_BY_ONE)
