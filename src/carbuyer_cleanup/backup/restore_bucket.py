"""Putting a bucket back: its versions in their order, with metadata and tags, and delete markers where they were."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from boto3.s3.transfer import TransferConfig
from botocore import xform_name
from botocore.exceptions import ClientError

from carbuyer_cleanup.backup import inside
from carbuyer_cleanup.backup.fitting import NOT_FIT, refuse_headers, refuse_unfit, unfit
from carbuyer_cleanup.backup.rows import BUCKET, MARKER, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Stored

THREADS, AHEAD = 8, 64  # keys that are put back at once, and that are waited for
ONE_BY_ONE = TransferConfig(max_concurrency=4)
NO_SUCH = {"404", "NoSuchBucket"}
ANYBODY = "us-east-1"  # the Region that CreateBucket takes no name for
# Of what S3 told of a version, what it takes with a new one.
KEPT = (
    "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata",
    "StorageClass", "WebsiteRedirectLocation",
)  # fmt: skip
NOTHING: tuple[Any, ...] = (None, "", {})  # an empty list would be of another form, and is for the look at that
# What is put back of a bucket's configuration: where it was told, the call, its parameter, and the members of that.
CONFIGURATION = (
    ("GetBucketTagging", "PutBucketTagging", "Tagging", ("TagSet",)),
    ("GetBucketCors", "PutBucketCors", "CORSConfiguration", ("CORSRules",)),
)
STATES = ("", "Enabled", "Suspended")  # of versioning


def exists(client: Any, name: str) -> bool:
    """Say whether there is a bucket of that name, anybody's."""
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        return error.response["Error"]["Code"] not in NO_SUCH
    return True


def check(client: Any, account: Path, index: Index, saved: str, name: str) -> None:
    """Check that a bucket can be put back, before it is made.

    Raises:
        Refused: it is no bucket, or something in it can't be put anywhere.
    """
    versioning, configuration = _configuration(account, index, saved, name)
    if versioning not in STATES:
        raise unfit(f"The bucket {saved}", f"its versioning is {versioning!r:.80}")
    for operation, params in configuration:
        refuse_unfit(client, operation, params, f"The configuration of the bucket {saved}")
    for one in index.objects(saved, VERSION, MARKER):
        params = {"Bucket": name, "Key": one.entry.key, **_told(one)}
        refuse_unfit(client, "PutObject", params, f"{one.entry.key[:80]} of the bucket {saved}")
        refuse_headers(params, f"{one.entry.key[:80]} of the bucket {saved}")


def restore(client: Any, account: Path, index: Index, saved: str, name: str) -> int:
    """Make a bucket of that name, fill it, and return how many versions and delete markers it was.

    Args:
        client: S3's.
        account: the folder of the account's backup.
        index: its index.
        saved: what the bucket was called.
        name: the bucket's.
    """
    versioning, configuration = _configuration(account, index, saved, name)
    region = client.meta.region_name
    place = {} if region == ANYBODY else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **place)
    if versioning:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    count = sum(_in_threads(client, account, index, saved, name))
    if versioning == "Suspended":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning})
    for operation, params in configuration:
        getattr(client, xform_name(operation))(**params)
    return count


def _configuration(account: Path, index: Index, bucket: str, name: str) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """Return the state of versioning, and the calls that configure the bucket."""
    saved = index.of(BUCKET, bucket)
    if saved is None:
        return "", []
    told = inside.read_json(account, saved.facts["place"])
    try:
        versioning = told.get("GetBucketVersioning", {}).get("Status", "")
        calls = [
            (call, {"Bucket": name, parameter: {one: _own(told[member][one]) for one in members}})
            for member, call, parameter, members in CONFIGURATION
            if told.get(member)
        ]
    except NOT_FIT as error:
        raise inside.damaged(account, saved.facts["place"], "it is not what a backup has there") from error
    return versioning, calls


def _own(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the tags that AWS alone may give."""
    return [line for line in lines if not str(line.get("Key", "")).startswith("aws:")]


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
    with inside.opened(account, one.path) as file:
        client.upload_fileobj(file, bucket, one.entry.key, ExtraArgs=_told(one), Config=ONE_BY_ONE)


def _told(one: Stored) -> dict[str, Any]:
    """Return what S3 is told with a version; of a marker there is nothing."""
    if one.what == MARKER:
        return {}
    told, tags = one.facts["object"], {tag["Key"]: tag["Value"] for tag in one.facts["tags"]}
    kept = {key: told[key] for key in KEPT if told.get(key) not in NOTHING}
    return kept | ({"Tagging": urlencode(tags)} if tags else {})
