"""S3 buckets, by name, in any Region, and what is in them.

Bucket names are global, so only buckets in this account's own list count, and every call says who must own the bucket.
If the bucket's policy denies what must be done, the policy is deleted first, which the owner always may do
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html). Object lock is respected.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, gone, without_meta
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import Claim, sign
from carbuyer_cleanup.errors import AwsError, Blocked, Trouble
from carbuyer_cleanup.kinds import distribution
from carbuyer_cleanup.kinds.common import each, is_ours, judged, refuse_if_used, related
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
    from collections.abc import Awaitable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Contents


ENTRY = "s3.bucket"
WORDS = re.compile("[-.]")
BUCKETS = "s3:::{s3.bucket}"


async def find(aws: Aws) -> list[Resource]:
    """Find buckets by name, and those that our distribution serves."""
    # AWS returns the Regions only if the request has a parameter.
    buckets = await aws.pages("s3:ListBuckets", "Buckets", MaxBuckets=1000)
    named = all(is_ours(aws, ENTRY, needed("Name", bucket)) for bucket in buckets)
    served = {} if named else await _served(aws)
    return related(_judged(aws, bucket["Name"], bucket["BucketRegion"], served) for bucket in buckets)


def _judged(aws: Aws, name: str, region: str, served: Mapping[str, str]) -> Resource | None:
    claim = claim_on(aws, name, served)
    # A list without Regions is from an older or another S3, which answers in the workshop's Region, or redirects.
    return judged(aws, "S3 bucket", name, claim, entry=ENTRY, region=region or aws.region)


def claim_on(aws: Aws, name: str, served: Mapping[str, str]) -> Claim | None:
    """Return the claim on a bucket, if any: by its name, else by the distributions that serve or served it.

    Bucket names are global, so every participant but the first had to choose another name.

    Args:
        aws: the account.
        name: the bucket's name.
        served: by bucket, which distribution of the workshop serves or served it.
    """
    why = served.get(name, "")
    if not why and aws.workshop.prefix.strip("-") in WORDS.split(name):
        why = f"its name contains the word {aws.workshop.prefix.strip('-')}"
    return aws.workshop.claim(ENTRY, name, _without_place(aws, name), inferred=sign(why) if why else None)


def _without_place(aws: Aws, name: str) -> str:
    """Return the name that was typed, if the console has added account and Region to it, else the whole name.

    Since 2026 it proposes ``<name>-<account>-<Region>-an``, which nobody else can have.
    """
    match = re.fullmatch(rf"(.+)-{aws.account}-[a-z0-9-]+-an", name)
    return match[1] if match else name


def remembered(aws: Aws) -> dict[str, str]:
    """Return the buckets that deleted distributions of the workshop served, each with a clause that says which."""
    memories = aws.journal.remembered(distribution.BUCKETS, "global")
    return {name: f"it was the origin {memory.because}" for name, memory in memories.items()}


async def _served(aws: Aws) -> dict[str, str]:
    return remembered(aws) | {
        bucket: f"it is the origin of the {replace(d, state='')}"
        for d in await distribution.find(aws)
        if d.ours
        for bucket in d.details["buckets"].values()
        if bucket
    }


async def _refuse_if_served(aws: Aws, bucket: Resource) -> None:
    """Refuse to touch a bucket that is, or may be, served by a distribution that isn't certain to be the workshop's."""
    users = [
        judgement.name if judgement else summary["Id"]
        for summary, judgement in await distribution.judgements(aws)
        if distribution.may_serve(summary, bucket.id) and not (judgement and judgement.ours)
    ]
    refuse_if_used(bucket, [f"the CloudFront distribution {user}" for user in users])


@each
async def delete(aws: Aws, bucket: Resource) -> None:
    """Delete the bucket; if something has been written into it, such as a late log, empty it again."""
    await _refuse_if_served(aws, bucket)
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
        f"The {bucket} has access points ({names}), which somebody created by hand: delete them in the S3 console "
        "(Access points), then run again."
    )


async def _despite_policy(aws: Aws, bucket: Resource, act: Awaitable[None]) -> None:
    """Await ``act``; if that is denied and the bucket's policy denies anything, delete the policy for the next turn."""
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
    statements = json.loads(answer["Policy"] or "{}").get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    return any(statement.get("Effect") == "Deny" for statement in statements)


async def find_objects(aws: Aws) -> list[Resource]:
    """Find the contents of the workshop's buckets: of each that isn't empty, or that we may not look into."""
    buckets = [bucket for bucket in await find(aws) if bucket.ours]
    states = await asyncio.gather(*(_contents(aws, bucket) for bucket in buckets))
    return [
        Resource(
            "S3 objects", bucket.id, bucket.name, bucket.region, f"they are in the {bucket}", state=state,
            contents=inside,
        )
        for bucket, (state, inside) in zip(buckets, states, strict=True)
        if state != NOTHING
    ]  # fmt: skip


DENIED = "access denied"


async def _contents(aws: Aws, bucket: Resource) -> tuple[str, Contents | None]:
    try:
        return await contents(aws, bucket)
    except AwsError as error:
        if error.trouble is not Trouble.DENIED:
            raise
        return DENIED, None  # perhaps by the bucket's policy, which the deletion then deletes


@each
async def delete_objects(aws: Aws, bucket: Resource) -> None:
    """Empty a bucket of what ``find_objects`` saw in it, unless others serve it."""
    await _refuse_if_served(aws, bucket)
    await _despite_policy(aws, bucket, EMPTYING[bucket.state](aws, bucket))


# By what is in it, uploads last; if that can't be seen, everything.
EMPTYING = {VERSIONS: delete_versions, UPLOADS: abort_uploads, DENIED: empty}
OBJECTS = Kind(
    "S3 objects",
    find_objects,
    delete_objects,
    step=9,
    also="all versions, delete markers and unfinished uploads",
    deadline=60,  # tf s3/bucket.go, Delete, which empties the bucket, too
    calls={
        # An empty page has none of the lists: they are repeated elements, with no element around them.
        "s3:ListObjectVersions": read("NoSuchBucket", has="IsTruncated|Versions|DeleteMarkers"),
        "s3:ListMultipartUploads": read("NoSuchBucket", has="IsTruncated|Uploads"),
        "s3:AbortMultipartUpload": write("NoSuchUpload NoSuchBucket"),
        "s3:DeleteObject": write("NoSuchBucket NoSuchKey NoSuchVersion"),
        "s3:DeleteObjects": write("NoSuchBucket"),  # answers 200 with the refusals inside
    },
    grants=(
        grant(
            "Bucket",
            "s3:ListObjectVersions s3:ListMultipartUploads s3:DeleteObject s3:DeleteObjects s3:AbortMultipartUpload",
            BUCKETS,
            f"{BUCKETS}/*",
        ),
    ),
)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it: one without a configuration answers with an error ("Error responses")."""
    calls = {
        "s3:GetBucketVersioning": read("NoSuchBucket"),
        "s3:GetBucketTagging": read("NoSuchBucket", "NoSuchTagSet"),
        "s3:GetBucketCors": read("NoSuchBucket", "NoSuchCORSConfiguration"),
        "s3:GetBucketEncryption": read("NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"),
        "s3:GetBucketLifecycleConfiguration": read("NoSuchBucket", "NoSuchLifecycleConfiguration"),
        "s3:GetBucketWebsite": read("NoSuchBucket", "NoSuchWebsiteConfiguration"),
        "s3:GetBucketOwnershipControls": read("NoSuchBucket", "OwnershipControlsNotFoundError"),
        "s3:GetPublicAccessBlock": read("NoSuchBucket", "NoSuchPublicAccessBlockConfiguration"),
        "s3:GetBucketNotificationConfiguration": read("NoSuchBucket"),
        "s3:GetBucketLogging": read("NoSuchBucket"),
    }
    return {"S3 bucket": Definition(define, calls=calls, grants=(grant("SavedBucket", " ".join(calls), BUCKETS),))}


async def define(aws: Aws, bucket: Resource) -> Any:
    """Return what each of these calls tells, by the operation's name."""
    asked = (
        "s3:GetBucketVersioning", "s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:GetBucketCors",
        "s3:GetBucketEncryption", "s3:GetBucketLifecycleConfiguration", "s3:GetBucketWebsite",
        "s3:GetBucketOwnershipControls", "s3:GetPublicAccessBlock", "s3:GetBucketNotificationConfiguration",
        "s3:GetBucketLogging",
    )  # fmt: skip
    answers = await asyncio.gather(*(aws.fresh(call, **place(aws, bucket)) for call in asked))
    if not answers[0]:  # each bucket has a state of versioning; of one that is gone nothing is told
        raise gone(bucket, asked[0])
    return {c.removeprefix("s3:"): without_meta(answer) for c, answer in zip(asked, answers, strict=True)}


KIND = Kind(
    "S3 bucket",
    find,
    delete,
    step=9,
    entry=ENTRY,
    deadline=10,  # late objects of log delivery, OperationAborted: tf s3/bucket.go, bucketPropagationTimeout, 2
    waits_for=("CloudFront distribution",),  # anybody could take over an origin whose name is free
    comes_after=("S3 objects",),  # uploads that AWS refuses to abort don't block a bucket
    after_seeing=("S3 objects",),  # a bucket that is not empty is emptied
    price=0.28,
    console="s3/buckets/{id}?region={region}",
    calls={
        "s3:ListBuckets": read(changed_by="s3:DeleteBucket", has="Buckets"),  # lists a deleted one for a while
        "s3:GetBucketPolicy": read("NoSuchBucketPolicy", "NoSuchBucket", has="Policy"),
        "s3:DeleteBucketPolicy": write("NoSuchBucket", "OperationAborted"),
        "s3:DeleteBucket": write("NoSuchBucket", "BucketNotEmpty OperationAborted"),
        "s3control:ListAccessPoints": read(has="AccessPointList"),
    },
    grants=(grant("Bucket", "s3:GetBucketPolicy s3:DeleteBucketPolicy s3:DeleteBucket", BUCKETS),),
    definitions=definitions,
)
