"""Emptying an S3 bucket: all versions and delete markers, a page at a time, and unfinished uploads.

A page is deleted while the next is listed, so memory stays flat however much is in the bucket. AWS answers
``DeleteObjects`` with 200 even if single keys were refused, so each refusal is read. A key with a character that XML
can't carry fails the whole call, or is silently skipped: such keys go one by one (boto/boto3#2005, aws/aws-sdk#271).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.errors import AwsError, Blocked, Trouble, trouble_of
from carbuyer_cleanup.kinds.preparing import NOT_BY_ITEM, Preparing, split
from carbuyer_cleanup.resource import Contents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

VERSIONS, UPLOADS, NOTHING = "", "unfinished uploads", "nothing"
PASSING = {Trouble.THROTTLED, Trouble.TRANSIENT}
ALIKE = NOT_BY_ITEM | {Trouble.DENIED}  # said about a whole call, and just as true of its parts
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2; \r becomes \n
UNSAVED = {
    "Code": "NotSaved",
    "Message": "is not in the backup, so it is not deleted; run again to save what was written in the meantime",
}
Key = dict[str, str]


def place(aws: Aws, bucket: Resource) -> dict[str, Any]:
    """Return the arguments of every call about a bucket: its Region, its name, and the account that must own it."""
    return {"region": bucket.region, "Bucket": bucket.id, "ExpectedBucketOwner": aws.account}


def _keys(page: dict[str, Any]) -> list[dict[str, str]]:
    listed = page["Versions"] + page["DeleteMarkers"]
    return [{"Key": needed("Key", one), "VersionId": needed("VersionId", one)} for one in listed]


async def contents(aws: Aws, bucket: Resource) -> tuple[str, Contents | None]:
    """Return what is in the bucket: VERSIONS (delete markers count); if there are none, UPLOADS; else NOTHING.

    With VERSIONS comes what is on the first page: a whole page, from which the emptying that follows continues.

    Raises:
        AwsError: AWS refused to show it.
    """
    page = await aws.call("s3:ListObjectVersions", **place(aws, bucket))
    if keys := _keys(page):
        size = sum(version["Size"] for version in page["Versions"])
        return VERSIONS, Contents(len(keys), "version", or_more=page["IsTruncated"], size=size)
    uploads = await aws.call("s3:ListMultipartUploads", **place(aws, bucket))
    return (UPLOADS if uploads["Uploads"] else NOTHING), None


async def empty(aws: Aws, bucket: Resource) -> None:
    """Delete everything in the bucket.

    Raises:
        AwsError: something was refused; everything else is gone. Its trouble is BUSY if that passes.
    """
    aborting = Preparing()
    with aborting:
        await abort_uploads(aws, bucket)
    with aborting.deletion():
        await delete_versions(aws, bucket)


async def delete_versions(aws: Aws, bucket: Resource) -> None:
    """Delete all versions and delete markers; with a backup, only those that are in it.

    Raises:
        AwsError: something was refused; everything else is gone. Its trouble is BUSY if that passes.
    """
    refused = _Refused()
    deleting = asyncio.ensure_future(asyncio.sleep(0))
    try:
        # What was listed before the backup was made may have been overwritten since.
        pages = aws.each_fresh_page if aws.backup else aws.each_page
        async for page in pages("s3:ListObjectVersions", **place(aws, bucket)):
            await deleting
            keys = _unless_unsaved(aws, bucket, page, refused)
            deleting = asyncio.ensure_future(_delete(aws, bucket, keys, refused))
    finally:
        await deleting
    if refused.count:
        raise refused.error(bucket)


def _unless_unsaved(aws: Aws, bucket: Resource, page: dict[str, Any], refused: _Refused) -> list[Key]:
    """Return what may be deleted of a page: with a backup, only what is in it."""
    unsaved = (
        [{"Key": one.key, "VersionId": one.version} for one in aws.backup.unsaved(bucket, page)] if aws.backup else []
    )
    refused.add([{**key, **UNSAVED} for key in unsaved])
    return [key for key in _keys(page) if key not in unsaved]


async def abort_uploads(aws: Aws, bucket: Resource) -> None:
    """Abort all uploads that were started but never finished.

    Raises:
        AwsError: one was refused; all others are gone.
        Blocked: one is not in the backup.
    """
    results: list[Any] = []
    async for page in aws.each_page("s3:ListMultipartUploads", **place(aws, bucket)):
        if aws.backup and (late := aws.backup.unsaved(bucket, page)):
            raise Blocked(f"The upload of {late[0].key} to the {bucket} {UNSAVED['Message']}.")
        uploads = ({"Key": needed("Key", u), "UploadId": needed("UploadId", u)} for u in page["Uploads"])
        abort = (aws.call("s3:AbortMultipartUpload", **upload, **place(aws, bucket)) for upload in uploads)
        results += await asyncio.gather(*abort, return_exceptions=True)
    for error in results:
        if isinstance(error, BaseException):
            raise error


@dataclass
class _Refused:
    """What AWS did not delete: how many, and the first refusal, preferably one that won't pass by itself."""

    count: int = 0
    first: dict[str, str] = field(default_factory=dict)

    def add(self, errors: list[dict[str, str]]) -> None:
        self.count += len(errors)
        for error in errors:
            if not self.first or (_passes(self.first) and not _passes(error)):
                self.first = error

    def error(self, bucket: Resource) -> AwsError:
        code, which = self.first["Code"], f"{self.first['Key']} (version {self.first['VersionId'] or 'null'})"
        message = f"{self.count} left in {bucket.id}, first {which}: {self.first['Message'] or code}"
        trouble = Trouble.BUSY if _passes(self.first) else trouble_of(code, 0)
        return AwsError("s3:DeleteObjects", code, message, trouble, bucket.region)


def _passes(error: dict[str, str]) -> bool:
    return trouble_of(error["Code"], 0) in PASSING


async def _delete(aws: Aws, bucket: Resource, keys: list[Key], refused: _Refused) -> None:
    """Delete with one call the keys that XML can carry, in parts if some make AWS refuse it; the rest one by one."""
    alone = [key for key in keys if NOT_XML.search(key["Key"])]
    together = [key for key in keys if key not in alone] if alone else keys
    left = await split(partial(_delete_together, aws, bucket, refused), together, ALIKE) if together else []
    if lasting := [error for _, error in left if error.trouble in ALIKE]:
        raise lasting[0]
    for key in [*alone, *(key for key, _ in left)]:
        await _delete_alone(aws, bucket, key, refused)


async def _delete_together(aws: Aws, bucket: Resource, refused: _Refused, keys: Sequence[Key]) -> None:
    batch = {"Objects": list(keys), "Quiet": True}
    answer = await aws.call("s3:DeleteObjects", Delete=batch, **place(aws, bucket))
    refused.add(answer["Errors"])
    aws.tally[bucket.kind] += len(keys) - len(answer["Errors"])


async def _delete_alone(aws: Aws, bucket: Resource, key: Key, refused: _Refused) -> None:
    try:
        await aws.call("s3:DeleteObject", **key, **place(aws, bucket))
    except AwsError as error:
        if error.trouble is Trouble.EXPIRED:
            raise
        refused.add([{**key, "Code": error.code, "Message": error.message}])
    else:
        aws.tally[bucket.kind] += 1
