"""S3 objects: versions listed with both markers, deletions that fail key by key, locks, MFA delete.

moto 5.2.5 is replaced here, not corrected: it copies every version for each page, loses the rest of the list if the
marker was deleted in the meantime, and deletes all versions instead of one where versioning is suspended.
"""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from strict_moto.rules.s3_policy import is_denied
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of S3"
DENIED = "AccessDenied"
LOCKED = "Access Denied because object protected by object lock."
NO_MFA = "Mfa Authentication must be used for this request"
PAGE = 1000


def _bucket(world: World, request: Request) -> Any:
    return world.backend("s3", request.account, "aws").buckets[request.params["Bucket"]]


def _is_marker(version: Any) -> bool:
    from moto.s3.models import FakeDeleteMarker  # noqa: PLC0415 - moto costs a second to import

    return isinstance(version, FakeDeleteMarker)


# --- ListObjectVersions ----------------------------------------------------------------------------------------


def _older(world: World, request: Request, versions: list[Any]) -> list[Any]:
    """Return the versions after the version marker, which may have been deleted in the meantime."""
    marker = request.params.get("VersionIdMarker")
    if not marker:
        return []  # KeyMarker alone means: after all versions of that key
    for index, version in enumerate(versions):
        if version.version_id == marker:
            return versions[index + 1 :]
    remaining = world.recall("version-markers", request.params["Bucket"]).get(marker, 0)
    return versions[-remaining:] if remaining else []


def _entries(world: World, request: Request) -> Iterator[tuple[str, Any, int]]:
    """Yield each key and version, and how many older versions of the key follow."""
    keys, prefix = _bucket(world, request).keys, request.params.get("Prefix") or ""
    start = request.params.get("KeyMarker") or ""
    for name in sorted(name for name in keys if name >= start and name.startswith(prefix)):
        versions = keys.getlist(name)[::-1]
        following = _older(world, request, versions) if name == start else versions
        for older, version in zip(range(len(following) - 1, -1, -1), following, strict=True):
            yield name, version, older


def _shown(keys: Any, name: str, version: Any, spelled: Callable[[str], str]) -> Params:
    shown = {
        "Key": spelled(name),
        "VersionId": version.version_id,
        "IsLatest": keys.getlist(name)[-1] is version,
        "LastModified": version.last_modified,
    }
    if _is_marker(version):
        return shown
    return {**shown, "ETag": version.etag, "Size": version.size, "StorageClass": version.storage_class}


def _list_versions(world: World, request: Request) -> Params:
    keys, entries = _bucket(world, request).keys, _entries(world, request)
    length = min(int(request.params.get("MaxKeys", PAGE)), PAGE)
    page = list(islice(entries, length))
    answer: Params = {"Name": request.params["Bucket"], "MaxKeys": length, "IsTruncated": False}
    spelled = _spelling(request)
    answer["Versions"] = [_shown(keys, name, one, spelled) for name, one, _ in page if not _is_marker(one)]
    answer["DeleteMarkers"] = [_shown(keys, name, one, spelled) for name, one, _ in page if _is_marker(one)]
    if page and any(True for _ in entries):
        name, last, older = page[-1]
        world.recall("version-markers", request.params["Bucket"])[last.version_id] = older
        answer |= {"IsTruncated": True, "NextKeyMarker": spelled(name), "NextVersionIdMarker": last.version_id}
    return answer | ({"EncodingType": "url"} if spelled is quote else {})


def _spelling(request: Request) -> Callable[[str], str]:
    """Return how to write keys: XML can't carry all of them, so boto3 asks for URL encoding."""
    return quote if request.params.get("EncodingType") == "url" else str


# --- DeleteObject, DeleteObjects -------------------------------------------------------------------------------


def _put_marker(bucket: Any, key: str) -> Any:
    from moto.s3.models import FakeDeleteMarker  # noqa: PLC0415 - moto costs a second to import

    marker = FakeDeleteMarker(key=SimpleNamespace(name=key))
    bucket.keys.setlist(key, [*bucket.keys.getlist(key, []), marker])
    return marker


def _remove(bucket: Any, key: str, version_id: str) -> Any:
    """Remove one version and return it, or None if there is none."""
    versions = bucket.keys.getlist(key, [])
    found = next((one for one in versions if one.version_id == version_id), None)
    if found is not None:
        bucket.keys.setlist(key, [one for one in versions if one is not found])
        if len(versions) == 1:
            bucket.keys.pop(key)
    return found


def _is_locked(bucket: Any, key: str, version_id: str, request: Request) -> bool:
    bypass = bool(request.params.get("BypassGovernanceRetention"))
    version = next((one for one in bucket.keys.getlist(key, []) if one.version_id == version_id), None)
    return version is not None and not _is_marker(version) and version.is_locked(governance_bypass=bypass)


def _delete(bucket: Any, key: str, version_id: str | None, request: Request) -> Params:
    """Delete as AWS does: the named version, else by a marker on top, or without versioning the object itself."""
    if bucket.versioning_status and not version_id:
        if bucket.versioning_status == "Suspended":
            _remove(bucket, key, "null")
        marker = _put_marker(bucket, key)
        if bucket.versioning_status == "Suspended":
            marker._version_id = "null"  # noqa: SLF001 - moto numbers every marker
        return {"DeleteMarker": True, "VersionId": marker.version_id}
    if _is_locked(bucket, key, version_id or "null", request):
        raise Refusal(DENIED, LOCKED, 403)
    removed = _remove(bucket, key, version_id or "null")
    named = {"VersionId": version_id} if version_id else {}
    return {**named, "DeleteMarker": True} if _is_marker(removed) else named


def _delete_object(world: World, request: Request) -> Params:
    return _delete(_bucket(world, request), request.params["Key"], request.params.get("VersionId"), request)


def _delete_or_error(bucket: Any, wanted: Params, request: Request) -> tuple[str, Params]:
    """Return which of the answer's lists the key belongs to, and its entry there."""
    key, version = wanted["Key"], wanted.get("VersionId")
    named = {"Key": key, **({"VersionId": version} if version else {})}
    if is_denied(bucket, "s3:DeleteObjectVersion" if version else "s3:DeleteObject", key):
        return "Errors", {**named, "Code": "AccessDenied", "Message": "Access Denied"}
    try:
        done = _delete(bucket, key, version, request)
    except Refusal as refusal:
        return "Errors", {**named, "Code": refusal.code, "Message": refusal.message}
    marker = {"DeleteMarker": True, "DeleteMarkerVersionId": done["VersionId"]} if "DeleteMarker" in done else {}
    return "Deleted", {**named, **marker}


def _delete_objects(world: World, request: Request) -> Params:
    """Delete key by key, and answer HTTP 200, whatever failed."""
    bucket = _bucket(world, request)
    answer: Params = {"Deleted": [], "Errors": []}
    for wanted in request.params["Delete"]["Objects"]:
        outcome, entry = _delete_or_error(bucket, wanted, request)
        answer[outcome].append(entry)
    if request.params["Delete"].get("Quiet"):
        del answer["Deleted"]
    _deliver_log_once(world, request)
    return answer


def _deliver_log_once(world: World, request: Request) -> None:
    """Let log delivery write into a bucket while it is being emptied."""
    delivered, name = world.recall("late-objects", request.account), request.params["Bucket"]
    if world.quirks.late_object and name not in delivered:
        delivered[name] = True
        backend = world.backend("s3", request.account, "aws")
        world.later(
            world.quirks.late_object,
            lambda: backend.put_object(name, "AWSLogs/late.gz", b"", disable_notification=True),
        )


# --- Refusals --------------------------------------------------------------------------------------------------


def _too_many_keys(world: World, request: Request) -> bool:
    del world
    return not 0 < len(request.params["Delete"].get("Objects", ())) <= PAGE


def _wants_prefixes(world: World, request: Request) -> bool:
    del world
    return bool(request.params.get("Delimiter"))


def _needs_mfa(world: World, request: Request) -> bool:
    """Refuse the whole request without the device's code, even for keys without a version."""
    bucket = _bucket(world, request)
    names_a_version = request.operation == "DeleteObjects" or "VersionId" in request.params
    return getattr(bucket, "mfa_delete", "") == "Enabled" and names_a_version and "MFA" not in request.params


def _note_mfa(world: World, request: Request, answer: Params) -> Params:
    wanted = request.params["VersioningConfiguration"].get("MFADelete")
    bucket = _bucket(world, request)
    bucket.mfa_delete = wanted or getattr(bucket, "mfa_delete", "")
    return answer


def _show_mfa(world: World, request: Request, answer: Params) -> Params:
    state = getattr(_bucket(world, request), "mfa_delete", "")
    return {**answer, "MFADelete": state} if state else answer


RULES = (
    Rule(
        "s3:DeleteObjects",
        _too_many_keys,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
        MODEL + ": up to 1000 keys",
    ),
    Rule(
        "s3:ListObjectVersions",
        _wants_prefixes,
        "NotImplemented",
        "The sandbox lists versions only without a delimiter",
        "not AWS: better refused than ignored",
        501,
    ),
    *(
        Rule(f"s3:{operation}", _needs_mfa, "AccessDenied", NO_MFA, "six logs in public repositories", 403)
        for operation in ("DeleteObject", "DeleteObjects")
    ),
    After("s3:PutBucketVersioning", _note_mfa, "moto 5.2.5 forgets MFADelete"),
    After("s3:GetBucketVersioning", _show_mfa, "moto 5.2.5 forgets MFADelete"),
    Instead("s3:ListObjectVersions", _list_versions, MODEL + ": KeyMarker and VersionIdMarker belong together"),
    Instead("s3:DeleteObject", _delete_object, MODEL),
    Instead("s3:DeleteObjects", _delete_objects, MODEL + ": Deleted and Errors"),
)
