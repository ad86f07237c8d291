"""S3 buckets, by name, in whatever Region, and what is in them.

Bucket names are the world's, so only what this account's own list shows counts, and every call says whose bucket it
expects. Where the bucket's policy denies what must be done, the policy goes first: its owner always may
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html). Object lock is respected.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import AwsError, Blocked, Trouble
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.emptying import (
    NOTHING,
    UPLOADS,
    VERSIONS,
    abort_uploads,
    contents,
    delete_versions,
    empty,
    place,
)
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    # AWS tells the Regions only if the request has a parameter.
    buckets = await aws.pages("s3:ListBuckets", "Buckets", MaxBuckets=1000)
    return [
        found
        for bucket in buckets
        for claim in [aws.workshop.claim("s3.bucket", bucket["Name"])]
        for found in judged(aws, "S3 bucket", bucket["Name"], claim, region=bucket["BucketRegion"])
    ]


@each
async def delete(aws: Aws, bucket: Resource) -> None:
    """Delete the bucket; if something was written into it meanwhile, such as a late log, empty it once more."""
    await _despite_policy(aws, bucket, _delete(aws, bucket))


async def _delete(aws: Aws, bucket: Resource) -> None:
    try:
        await aws.call("s3:DeleteBucket", **place(aws, bucket))
    except AwsError as error:
        if error.code == "BucketHasAccessPointsAttached":
            raise await _held_by_access_points(aws, bucket) from error
        if error.code != "BucketNotEmpty":
            raise
        await empty(aws, bucket)


async def _held_by_access_points(aws: Aws, bucket: Resource) -> Blocked:
    points = await aws.call("s3control:ListAccessPoints", region=bucket.region, AccountId=aws.account, Bucket=bucket.id)
    names = ", ".join(point["Name"] for point in points["AccessPointList"]) or "just deleted"
    return Blocked(
        f"The {bucket} has access points ({names}), which somebody made by hand: delete them in the S3 console "
        "(Access points), then run again."
    )


async def _despite_policy(aws: Aws, bucket: Resource, act: Awaitable[None]) -> None:
    """Await ``act``; if it is denied and the bucket's policy denies something, delete the policy for the next turn."""
    try:
        await act
    except AwsError as error:
        if error.trouble is not Trouble.DENIED:
            raise
        taking_off = Preparing()
        with taking_off:
            if await _denies(aws, bucket):
                await aws.call("s3:DeleteBucketPolicy", **place(aws, bucket))
                return
        with taking_off.deletion():
            raise


async def _denies(aws: Aws, bucket: Resource) -> bool:
    answer = await aws.call("s3:GetBucketPolicy", **place(aws, bucket))
    statements = json.loads(answer.get("Policy", "{}")).get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    return any(statement["Effect"] == "Deny" for statement in statements)


async def find_objects(aws: Aws) -> list[Resource]:
    """Return the workshop's buckets in which something is, or into which we are not let look."""
    buckets = [bucket for bucket in await find(aws) if bucket.ours]
    states = await asyncio.gather(*(_contents(aws, bucket) for bucket in buckets))
    return [
        Resource("S3 objects", bucket.id, bucket.name, bucket.region, f"they are in the {bucket}", state=state)
        for bucket, state in zip(buckets, states, strict=True)
        if state != NOTHING
    ]


DENIED = "access denied"


async def _contents(aws: Aws, bucket: Resource) -> str:
    try:
        return await contents(aws, bucket)
    except AwsError as error:
        if error.trouble is not Trouble.DENIED:
            raise
        return DENIED  # perhaps by the bucket's policy, which the deletion then takes away


@each
async def delete_objects(aws: Aws, bucket: Resource) -> None:
    await _despite_policy(aws, bucket, EMPTYING[bucket.state](aws, bucket))


# By what is in there, uploads last; if that can't be seen, all of it.
EMPTYING = {VERSIONS: delete_versions, UPLOADS: abort_uploads, DENIED: empty}
OBJECTS = Kind("S3 objects", find_objects, delete_objects)
KIND = Kind("S3 bucket", find, delete)
