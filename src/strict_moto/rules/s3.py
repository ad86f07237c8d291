"""S3 buckets: whose they are, where they are, and what blocks their deletion. Objects are in :mod:`.s3_objects`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.rules.s3_objects import RULES as OBJECTS
from strict_moto.rules.s3_policy import denies
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

GUIDE = "S3 user guide"
MODEL = "botocore's model of S3"
DENIED = "AccessDenied"
CONFLICT = "A conflicting conditional operation is currently in progress against this resource. Please try again."


def _backend(world: World, request: Request) -> Any:
    return world.backend("s3", request.account, "aws")


def _owner(request: Request) -> str | None:
    """Return the account that owns the bucket in the request: names are global."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - moto costs a second to import

    return s3_backends.bucket_accounts.get(request.params.get("Bucket", ""), ("", None))[1]  # type: ignore[no-any-return]


def _bucket(world: World, request: Request) -> Any:
    """Return moto's bucket, or None if the request names none of this account's."""
    return _backend(world, request).buckets.get(request.params.get("Bucket"))


# --- Whose, and where ------------------------------------------------------------------------------------------

ELSEWHERE_TOO = ("CreateBucket", "GetBucketLocation")  # answered without the bucket, or in every Region
READABLE = ("GetObject", "HeadObject")  # the workshop's bucket is publicly readable


def _no_such_bucket(world: World, request: Request) -> bool:
    del world
    return "Bucket" in request.params and request.operation != "CreateBucket" and _owner(request) is None


def _foreign_bucket(world: World, request: Request) -> bool:
    """Refuse other accounts, but tell everybody the bucket's Region."""
    owner = _owner(request)
    if request.operation in ("CreateBucket", *READABLE) or owner in (None, request.account):
        return False
    bucket = world.backend("s3", str(owner), "aws").buckets[request.params["Bucket"]]
    raise Refusal(DENIED, "Access Denied", 403, {"x-amz-bucket-region": bucket.region_name})


def _unexpected_owner(world: World, request: Request) -> bool:
    del world
    return request.params.get("ExpectedBucketOwner", _owner(request)) != _owner(request)


def _another_region(world: World, request: Request) -> bool:
    """Redirect the caller to the bucket's Region, which the answer names in a header."""
    bucket = _bucket(world, request)
    if bucket is None or request.operation in ELSEWHERE_TOO or bucket.region_name == request.region:
        return False
    raise Refusal(*REDIRECT, 301, {"x-amz-bucket-region": bucket.region_name})


MOVED = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint."
)
REDIRECT = ("PermanentRedirect", MOVED)

WHOSE = (
    Rule("s3:*", _no_such_bucket, "NoSuchBucket", "The specified bucket does not exist", MODEL, 404),
    Rule("s3:*", _foreign_bucket, DENIED, "Access Denied", "moto 5.2.5 lets every account in", 403),
    Rule("s3:*", _unexpected_owner, DENIED, "Access Denied", MODEL + ": ExpectedBucketOwner", 403),
    Rule("s3:*", _another_region, *REDIRECT, "botocore's S3RegionRedirectorv2", 301),
)


# --- What blocks DeleteBucket ----------------------------------------------------------------------------------


def _policy_denies(world: World, request: Request) -> bool:
    bucket = _bucket(world, request)
    return bucket is not None and denies(bucket, request)


def _has_versions(world: World, request: Request) -> bool:
    bucket = _bucket(world, request)
    return bool(bucket and bucket.keys and bucket.versioning_status)


def _uploads_block(world: World, request: Request) -> bool:
    bucket = _bucket(world, request)
    return bool(world.quirks.multipart_uploads_block and bucket and bucket.multiparts)


def _has_access_points(world: World, request: Request) -> bool:
    points = world.backend("s3control", request.account, "aws").access_points[request.account]
    return any(point.bucket == request.params["Bucket"] for point in points.values())


def _is_settling(world: World, request: Request) -> bool:
    until: float = world.recall("bucket-changes", request.account).get(request.params["Bucket"], 0)
    return world.now() < until


def _note_change(world: World, request: Request, answer: Params) -> Params:
    changes = world.recall("bucket-changes", request.account)
    changes[request.params["Bucket"]] = world.now() + world.quirks.bucket_settling
    return answer


NOT_EMPTY = "The bucket you tried to delete is not empty"

BLOCKED = (
    Rule("s3:*", _policy_denies, DENIED, "Access Denied", GUIDE + ", delete-bucket", 403),
    Rule(
        "s3:DeleteBucket",
        _has_versions,
        "BucketNotEmpty",
        NOT_EMPTY + ". You must delete all versions in the bucket.",
        "ten logs in public repositories",
        409,
    ),
    Rule(
        "s3:DeleteBucket",
        _uploads_block,
        "BucketNotEmpty",
        NOT_EMPTY,
        "evidence conflicts: cloud-custodian#545 against ceph#15630, cloudserver#1591",
        409,
    ),
    Rule(
        "s3:DeleteBucket",
        _has_access_points,
        "BucketHasAccessPointsAttached",
        "The bucket you tried to delete has access points attached. Delete your access points and try again.",
        "S3 error list; a log in a public repository",
    ),
    Rule("s3:DeleteBucket", _is_settling, "OperationAborted", CONFLICT, "logs in public repositories", 409),
    After("s3:PutBucketPolicy", _note_change, "logs in public repositories"),
    After("s3:DeleteBucketPolicy", _note_change, "logs in public repositories"),
    After("s3:PutBucketVersioning", _note_change, GUIDE + ": versioning needs time to settle"),
)


# --- Lists -----------------------------------------------------------------------------------------------------


def _remember_deleted(world: World, request: Request, answer: Params) -> Params:
    """Keep the bucket in the list for a while: ListBuckets is eventually consistent, HeadBucket is not."""
    listed = world.recall("deleted-buckets", request.account)
    listed[request.params["Bucket"]] = (world.now() + world.quirks.bucket_still_listed, request.region)
    _backend(world, request).tagger.delete_all_tags_for_resource(f"arn:aws:s3:::{request.params['Bucket']}")
    return answer


def _another_endpoint(world: World, request: Request) -> bool:
    del world
    return bool(request.params.get("BucketRegion", request.region) != request.region)


def _listed(world: World, request: Request) -> Iterator[Params]:
    live = _backend(world, request).buckets
    for bucket in live.values():
        yield {"Name": bucket.name, "CreationDate": bucket.creation_date, "BucketRegion": bucket.region_name}
    for name, (until, region) in world.recall("deleted-buckets", request.account).items():
        if name not in live and world.now() < until:
            yield {"Name": name, "BucketRegion": region}


def _list_buckets(world: World, request: Request) -> Params:
    """List the account's buckets, with their Regions only if the request has a parameter."""
    asked = request.params
    names = ("BucketRegion", "ContinuationToken", "MaxBuckets", "Prefix")
    found = [
        one if any(name in asked for name in names) else {**one, "BucketRegion": None}
        for one in sorted(_listed(world, request), key=lambda one: str(one["Name"]))
        if one["Name"].startswith(asked.get("Prefix", ""))
        and one["Name"] > asked.get("ContinuationToken", "")
        and asked.get("BucketRegion", one["BucketRegion"]) == one["BucketRegion"]
    ]
    length = min(int(asked.get("MaxBuckets", 10_000)), 10_000)
    more = {"ContinuationToken": found[length - 1]["Name"]} if len(found) > length else {}
    buckets = [{key: value for key, value in one.items() if value} for one in found[:length]]
    return {"Buckets": buckets, "Owner": {"ID": request.account.rjust(64, "0")}, **more}


def _tag_new_bucket(world: World, request: Request, answer: Params) -> Params:
    """Give a bucket the tags in its CreateBucket request."""
    if tags := (request.params.get("CreateBucketConfiguration") or {}).get("Tags"):
        _backend(world, request).put_bucket_tagging(
            request.params["Bucket"], {one["Key"]: one["Value"] for one in tags}
        )
    return answer


def _list_uploads(world: World, request: Request) -> Params:
    """List the uploads after both markers; without the second, all uploads of the first one's key are skipped."""
    asked = request.params
    key, upload = asked.get("KeyMarker", ""), asked.get("UploadIdMarker")
    found = sorted(
        (one.key_name, one.id)
        for one in _bucket(world, request).multiparts.values()
        if one.key_name.startswith(asked.get("Prefix", ""))
        and (one.key_name > key or (upload and one.key_name == key and one.id > upload))
    )
    length = min(int(asked.get("MaxUploads", 1000)), 1000)
    answer: Params = {"Bucket": asked["Bucket"], "IsTruncated": len(found) > length}
    answer["Uploads"] = [{"Key": name, "UploadId": one} for name, one in found[:length]]
    if answer["IsTruncated"]:
        answer["NextKeyMarker"], answer["NextUploadIdMarker"] = found[length - 1]
    return answer


LISTS = (
    Rule(
        "s3:ListBuckets",
        _another_endpoint,
        "InvalidArgument",
        "Argument value {BucketRegion} is not a valid AWS Region for this endpoint",
        MODEL + ": requests to another Region's endpoint are not supported; text unverified",
    ),
    Instead("s3:ListBuckets", _list_buckets, MODEL + "; moto 5.2.5 gives no ContinuationToken"),
    After("s3:CreateBucket", _tag_new_bucket, MODEL + ": CreateBucketConfiguration; moto 5.2.5 ignores its Tags"),
    After("s3:DeleteBucket", _remember_deleted, GUIDE + ", Welcome: consistency model"),
    Instead("s3:ListMultipartUploads", _list_uploads, MODEL + "; moto 5.2.5 ignores MaxUploads and both markers"),
)

RULES = tuple(chain(WHOSE, BLOCKED, LISTS, OBJECTS))
