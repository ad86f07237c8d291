"""Reading the content of one version, and seeing that it is what S3 stores.

An ETag is the MD5 of the content, or of the MD5s of its parts if it was uploaded in such, unless it was encrypted with
a key of KMS's or the caller's (Amazon S3 user guide, "Checking object integrity"). Parts are mostly of one size, which
is asked for; only if they aren't each is asked for its own. botocore sees to the checksums of what is read at once.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from s3transfer.exceptions import RetriesExceededError
from s3transfer.manager import TransferConfig, TransferManager
from s3transfer.subscribers import BaseSubscriber

from carbuyer_cleanup.backup.folder import NotSaved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carbuyer_cleanup.backup.bucket import Listed
    from carbuyer_cleanup.backup.folder import Writing

LARGE = 32 * 2**20  # bytes from which an object is read in parts, by s3transfer
CHUNK = 2**18
QUEUE = 64  # chunks that wait to be written
PARTS = TransferConfig(
    multipart_threshold=LARGE, max_request_concurrency=8, max_in_memory_download_chunks=4, io_chunksize=CHUNK,
    max_io_queue_size=QUEUE,
)  # fmt: skip
ETAG = re.compile('"?([0-9a-f]{32})(?:-([0-9]+))?"?')
OTHER_ETAGS = ("aws:kms", "aws:kms:dsse")


def read(client: Any, writing: Writing, which: Mapping[str, Any], listed: Listed) -> Mapping[str, Any]:
    """Write the content, and return what S3 tells of it.

    Raises:
        NotSaved: what came is not the version that was listed.
    """
    told = (_in_parts if is_large(listed) else _at_once)(client, writing, which)
    if writing.bytes != listed.facts["size"] or not _is_of(client, writing, which, told):
        entry = listed.entry
        raise NotSaved(
            f"The download of {entry.key} (version {entry.version}) is not what S3 lists: "
            f"{writing.bytes} bytes of {listed.facts['size']}, ETag {told['ETag']}. Run again."
        )
    return told


def is_large(listed: Listed) -> bool:
    """Say whether a version is read in parts."""
    return int(listed.facts["size"]) >= LARGE


def _at_once(client: Any, writing: Writing, which: Mapping[str, Any]) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = client.get_object(**which, ChecksumMode="ENABLED")
    for chunk in answer["Body"].iter_chunks(CHUNK):
        writing.write(chunk)
    return answer


def _in_parts(client: Any, writing: Writing, which: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read an object in parts at once, which are written in order: so the digest needs no second reading."""
    answer: Mapping[str, Any] = client.head_object(**which, ChecksumMode="ENABLED")
    more = {
        name: value for name, value in which.items() if name not in ("Bucket", "Key", "IfMatch")
    }  # it adds the last
    known = _Known(answer["ContentLength"], answer["ETag"])
    with TransferManager(client, PARTS) as manager:
        try:
            manager.download(which["Bucket"], which["Key"], writing, extra_args=more, subscribers=[known]).result()  # type: ignore[arg-type] # it only writes
        except RetriesExceededError as error:
            raise error.last_exception from error
    return answer


class _Known(BaseSubscriber):
    """Tells s3transfer what it would ask for once more."""

    def __init__(self, size: int, etag: str) -> None:
        super().__init__()
        self._size, self._etag = size, etag

    def on_queued(self, future: Any, **_more: Any) -> None:
        future.meta.provide_transfer_size(self._size)
        future.meta.provide_object_etag(self._etag)


def _is_of(client: Any, writing: Writing, which: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Say whether an ETag is that of what was written, as far as it tells."""
    match = ETAG.fullmatch(told["ETag"])
    if not match or told.get("ServerSideEncryption") in OTHER_ETAGS or told.get("SSECustomerAlgorithm"):
        return True
    if match[2]:
        return _is_of_parts(client, writing, which, match[1])
    return match[1] == writing.md5([writing.bytes])[0].hex()


def _is_of_parts(client: Any, writing: Writing, which: Mapping[str, Any], etag: str) -> bool:
    first = client.head_object(**which, PartNumber=1)
    if "PartsCount" not in first:  # AWS tells it of all that was uploaded in parts, others don't
        return True
    sizes = [first["ContentLength"]]
    if _etag(writing, sizes * -(-writing.bytes // max(1, sizes[0]))) == etag:
        return True
    others = (client.head_object(**which, PartNumber=number) for number in range(2, first["PartsCount"] + 1))
    return _etag(writing, sizes + [other["ContentLength"] for other in others]) == etag


def _etag(writing: Writing, sizes: Iterable[int]) -> str:
    return hashlib.md5(b"".join(writing.md5(sizes)), usedforsecurity=False).hexdigest()
