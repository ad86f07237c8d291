"""Putting a bucket back: its versions in their order, with metadata and tags, and delete markers where they were."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count as count_up
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from boto3.s3.transfer import TransferConfig
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from carbuyer_cleanup.backup import inside
from carbuyer_cleanup.backup.fitting import NOT_FIT, refuse_headers, refuse_unfit, unfit
from carbuyer_cleanup.backup.marks import Unfit, own
from carbuyer_cleanup.backup.rows import BUCKET, MARKER, VERSION
from carbuyer_cleanup.errors import Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Stored

THREADS, AHEAD = 8, 64  # keys that are put back at once, and that are waited for
ONE_BY_ONE = TransferConfig(max_concurrency=4)
TRIES, PAUSE = 6, 0.05  # seconds, doubled each time
PASSING = {Trouble.THROTTLED, Trouble.TRANSIENT}
ANYBODY = "us-east-1"  # the Region that CreateBucket takes no name for
# Of what S3 told of a version, what it takes with a new one.
KEPT = (
    "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata",
    "StorageClass", "WebsiteRedirectLocation",
)  # fmt: skip
PAST = "1970-01-01T00:00:00Z"  # what an Expires that is no date means: RFC 9111, 5.3; botocore sends only dates
NOTHING: tuple[Any, ...] = (None, "", {})  # an empty list would be of another form, and is for the look at that
# What is put back of a bucket's configuration: where it was told, the call, its parameter, and the members of that.
TAGGING = "PutBucketTagging"
CONFIGURATION = (
    ("GetBucketTagging", TAGGING, "Tagging", ("TagSet",)),
    ("GetBucketCors", "PutBucketCors", "CORSConfiguration", ("CORSRules",)),
)
ENABLED = "Enabled"
STATES = ("", ENABLED, "Suspended")  # of versioning
# By whether there are versions: how the keys are listed, and where. Some of S3's kin know no versions (s3rver).
LISTS = {True: ("list_object_versions", ("Versions", "DeleteMarkers")), False: ("list_objects_v2", ("Contents",))}


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
        given, what = given_with(one), f"{one.entry.key[:80]} of the bucket {saved}"
        refuse_unfit(client, "PutObject", {"Bucket": name, "Key": one.entry.key, **given}, what)
        refuse_headers(given, what)


class Target(NamedTuple):
    """Where a bucket is put back: with ``client``, and with ``once`` what must not be sent twice; under which name.

    A version that was put and not answered would be there twice if botocore sent it again. ``versioned`` says whether
    the bucket ever had versions.
    """

    client: Any
    once: Any
    name: str
    versioned: bool = True


def restore(  # noqa: PLR0913 - all that a bucket is
    target: Target, account: Path, index: Index, saved: str, mark: dict[str, str], *, begun: bool
) -> int:
    """Make a bucket of that name, fill it, and return how many versions and delete markers it was.

    Args:
        target: where.
        account: the folder of the account's backup.
        index: its index.
        saved: what the bucket was called.
        mark: the tag that it has until all is put back; those that were saved come then.
        begun: whether an earlier run has made it.

    Raises:
        Unfit: something else is in it.
    """
    client, name = target.client, target.name
    versioning, configuration = _configuration(account, index, saved, name)
    target = target._replace(versioned=bool(versioning))
    if begun:
        _abort_uploads(client, name)
    else:
        region = client.meta.region_name
        place = {} if region == ANYBODY else {"LocationConstraint": region}
        client.create_bucket(Bucket=name, CreateBucketConfiguration={**place, "Tags": [mark]})
    if versioning:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": ENABLED})
    count = sum(_in_threads(target, account, index, saved, begun=begun))
    _refuse_others(target, count)
    if versioning == "Suspended":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning})
    for operation, params in configuration:
        if operation != TAGGING:
            getattr(client, xform_name(operation))(**params)
    return count


def tags(account: Path, index: Index, saved: str) -> list[dict[str, str]]:
    """Return the tags that were saved."""
    _, configuration = _configuration(account, index, saved, "")
    return next((params["Tagging"]["TagSet"] for call, params in configuration if call == TAGGING), [])


def _abort_uploads(client: Any, name: str) -> None:
    """Abort what a run that died has left half uploaded."""
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=name):
        for one in page.get("Uploads", []):
            client.abort_multipart_upload(Bucket=name, Key=one["Key"], UploadId=one["UploadId"])


def _listed(target: Target, prefix: str = "") -> Iterator[list[str]]:
    """Yield the keys of all versions and delete markers, page by page, on each the former before the latter."""
    operation, members = LISTS[target.versioned]
    for page in target.client.get_paginator(operation).paginate(Bucket=target.name, Prefix=prefix):
        yield [one["Key"] for member in members for one in page.get(member, [])]


def _refuse_others(target: Target, count: int) -> None:
    if (there := sum(map(len, _listed(target)))) != count:
        raise Unfit(f"it has {there} versions and delete markers instead of {count}: see who writes to it")


def _configuration(account: Path, index: Index, bucket: str, name: str) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """Return the state of versioning, and the calls that configure the bucket."""
    versioning = ENABLED if index.has_versions(bucket) else ""
    saved = index.of(BUCKET, bucket)
    if saved is None:  # a run that was interrupted has saved what is in it
        return versioning, []
    told = inside.read_json(account, saved.facts["place"])
    try:
        versioning = told.get("GetBucketVersioning", {}).get("Status", "") or versioning
        calls = [
            (call, {"Bucket": name, parameter: {one: own(told[member][one]) for one in members}})
            for member, call, parameter, members in CONFIGURATION
            if told.get(member)
        ]
    except NOT_FIT as error:
        raise inside.damaged(account, saved.facts["place"], "it is not what a backup has there") from error
    return versioning, calls


def _in_threads(target: Target, account: Path, index: Index, saved: str, *, begun: bool) -> Iterator[int]:
    """Put the keys back, several at once, but no key's versions: their order matters."""

    def put(versions: list[Stored]) -> int:
        _put_key(target, account, versions, begun=begun)
        return len(versions)

    with ThreadPoolExecutor(THREADS) as pool:
        ahead: deque[Future[int]] = deque()
        for _, found in groupby(index.objects(saved, VERSION, MARKER), lambda one: one.entry.key):
            versions = list(found)
            ahead.append(pool.submit(put, versions if target.versioned else versions[-1:]))
            if len(ahead) > AHEAD:
                yield ahead.popleft().result()
        yield from (one.result() for one in ahead)


def _put_key(target: Target, account: Path, versions: list[Stored], *, begun: bool) -> None:
    """Put back the versions of a key that aren't there yet; after trouble that passes, again."""
    for attempt in count_up(1):
        try:
            done = _there(target, versions) if begun or attempt > 1 else 0
            for one in versions[done:]:
                _put(target, account, one)
        except (BotoCoreError, ClientError) as error:
            if attempt >= TRIES or not _passes(error):
                raise
            time.sleep(PAUSE * 2**attempt)
        else:
            return


def _there(target: Target, versions: list[Stored]) -> int:
    """Return how many versions of a key are there already, the oldest of them; S3 lists keys in their order."""
    key, found = versions[0].entry.key, 0
    for keys in _listed(target, key):
        found += keys.count(key)
        if keys.count(key) < len(keys):  # those that only begin with it come after it
            break
    if found > len(versions):
        raise Unfit(f"{key} has {found} versions instead of {len(versions)}: see who writes to the bucket")
    return found


def _passes(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError)
    told = error.response
    return trouble_of(told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) in PASSING


def _put(target: Target, account: Path, one: Stored) -> None:
    if one.what == MARKER:
        target.once.delete_object(Bucket=target.name, Key=one.entry.key)
        return
    is_large = int(one.facts.get("size", 0)) >= ONE_BY_ONE.multipart_threshold  # what is put in parts is put once
    client = target.client if is_large else target.once
    with inside.opened(account, one.path) as file:
        client.upload_fileobj(file, target.name, one.entry.key, ExtraArgs=given_with(one), Config=ONE_BY_ONE)


def given_with(one: Stored) -> dict[str, Any]:
    """Return what is given to S3 with a version, as boto3 takes it; of a marker there is nothing."""
    if one.what == MARKER:
        return {}
    told, tags = one.facts["object"], {tag["Key"]: tag["Value"] for tag in one.facts["tags"]}
    kept = {key: told[key] for key in KEPT if told.get(key) not in NOTHING}
    if told.get("ExpiresString") and not told.get("Expires"):
        kept["Expires"] = PAST
    return kept | ({"Tagging": urlencode(tags)} if tags else {})
