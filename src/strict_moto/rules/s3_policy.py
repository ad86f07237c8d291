"""Denials in bucket policies: they block deletions until the policy itself is deleted."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Request

ACTIONS = {  # where the permission's name is not the operation's
    "HeadBucket": "s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
}
NEVER_DENIED = (
    "DeleteBucketPolicy",  # the owner's root user can always delete the policy
    "DeleteObjects",  # answers 200 and names the denied keys
    "GetBucketPolicy",
    "PutBucketPolicy",
)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _denials(bucket: Any) -> Iterator[dict[str, Any]]:
    """Yield the unconditional denials for everybody; a denial with a condition denies nothing here."""
    policy = json.loads(bucket.policy) if bucket.policy else {}
    for statement in _several(policy.get("Statement", [])):
        everybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        if statement["Effect"] == "Deny" and everybody and not statement.get("Condition"):
            yield statement


def is_denied(bucket: Any, action: str, key: str = "") -> bool:
    """Return whether the policy denies everybody ``action`` on the bucket or, with ``key``, on one of its objects."""
    resource = f"arn:aws:s3:::{bucket.name}" + (f"/{key}" if key else "")
    return any(
        any(fnmatchcase(action.lower(), str(one).lower()) for one in _several(statement.get("Action", [])))
        and any(fnmatchcase(resource, str(one)) for one in _several(statement.get("Resource", [])))
        for statement in _denials(bucket)
    )


def denies(bucket: Any, request: Request) -> bool:
    """Return whether the policy of ``bucket`` denies the whole request."""
    if request.operation in NEVER_DENIED:
        return False
    versioned = "Version" if request.operation == "DeleteObject" and "VersionId" in request.params else ""
    action = ACTIONS.get(request.operation, f"s3:{request.operation}") + versioned
    return is_denied(bucket, action, request.params.get("Key", ""))
