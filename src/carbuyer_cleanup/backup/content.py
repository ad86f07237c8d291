"""Reading the content of one version, and checking that it is what S3 stores.

An ETag is the MD5 of the content, or of the MD5s of its parts if it was uploaded in such, unless it was encrypted with
a key of KMS's or the caller's. A checksum is of the content (``FULL_OBJECT``) or, with the number of parts behind it,
of those of its parts (``COMPOSITE``; both: Amazon S3 user guide, "Checking object integrity"). Parts are mostly of one
size, which is asked for; only if they aren't each is asked for its own. What neither proves is read twice: of S3's
checksums, CRC64NVME and CRC32C can't be computed without native code that is no part of Python, nor can xxHash.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b64decode
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from s3transfer.exceptions import RetriesExceededError
from s3transfer.manager import TransferConfig, TransferManager
from s3transfer.subscribers import BaseSubscriber

from carbuyer_cleanup.backup.folder import NotSaved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carbuyer_cleanup.backup.bucket import Listed
    from carbuyer_cleanup.backup.folder import MakeDigest, Writing

LARGE = 32 * 2**20  # bytes from which an object is read in parts, by s3transfer
CHUNK = 2**18
QUEUE = 64  # chunks that wait to be written
PARTS = TransferConfig(
    multipart_threshold=LARGE, max_request_concurrency=8, max_in_memory_download_chunks=4, io_chunksize=CHUNK,
    max_io_queue_size=QUEUE,
)  # fmt: skip
ETAG = re.compile('"?([0-9a-f]{32})(?:-([0-9]+))?"?')
OTHER_ETAGS = ("aws:kms", "aws:kms:dsse")
TWICE = "read twice"


class _Crc32:
    """CRC32 as the others of ``CHECKSUMS`` are."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4)


MD5: MakeDigest = partial(hashlib.md5, usedforsecurity=False)
SHA1: MakeDigest = partial(hashlib.sha1, usedforsecurity=False)
CHECKSUMS: Mapping[str, MakeDigest] = {
    "ChecksumSHA256": hashlib.sha256, "ChecksumSHA512": hashlib.sha512, "ChecksumSHA1": SHA1, "ChecksumMD5": MD5,
    "ChecksumCRC32": _Crc32,
}  # fmt: skip


class Proof(NamedTuple):
    """What a version's content must have: how it is called, how it is made, and of how many parts, 0 for the whole."""

    name: str
    make: MakeDigest
    digest: bytes
    parts: int


def read(client: Any, writing: Writing, which: Mapping[str, Any], listed: Listed) -> tuple[Mapping[str, Any], str]:
    """Write the content, and return what S3 says about it, and what proved it: ``ETag``, a checksum or ``read twice``.

    Raises:
        NotSaved: what came is not the version that was listed.
    """
    told = (_in_parts if is_large(listed) else _at_once)(client, writing, which)
    proven = _proven(client, writing, which, told) if writing.bytes == listed.facts["size"] else ""
    if not proven:
        entry = listed.entry
        raise NotSaved(
            f"The download of {entry.key} (version {entry.version}) is not what S3 lists: "
            f"{writing.bytes} bytes of {listed.facts['size']}, ETag {told['ETag']}. Run again."
        )
    return told, proven


def _proven(client: Any, writing: Writing, which: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Return what proves that the content is the version's, "" if something proves the contrary."""
    for proof in _proofs(told):
        is_proven = _holds(client, writing, which, proof)
        if is_proven is not None:
            return proof.name if is_proven else ""
    return TWICE if _again(client, which) == writing.sha256.digest() else ""


def _proofs(told: Mapping[str, Any]) -> Iterator[Proof]:
    match = ETAG.fullmatch(told["ETag"])
    is_other = told.get("ServerSideEncryption") in OTHER_ETAGS or told.get("SSECustomerAlgorithm")
    if match and not is_other:
        yield Proof("ETag", MD5, bytes.fromhex(match[1]), int(match[2] or 0))
    for name, make in CHECKSUMS.items():
        if told.get(name):
            digest, _, parts = told[name].partition("-")
            yield Proof(name, make, b64decode(digest), int(parts or 0))


def _holds(client: Any, writing: Writing, which: Mapping[str, Any], proof: Proof) -> bool | None:
    """Say whether the content has what it must have, None if S3 says nothing about its parts."""
    if not proof.parts:
        return bool(writing.digests([writing.bytes], proof.make)[0] == proof.digest)
    first = client.head_object(**which, PartNumber=1)
    if "PartsCount" not in first:  # AWS tells it of all that was uploaded in parts, others don't
        return None
    sizes = [first["ContentLength"]]
    if _of_parts(writing, sizes * -(-writing.bytes // max(1, sizes[0])), proof.make) == proof.digest:
        return True
    others = (client.head_object(**which, PartNumber=number) for number in range(2, first["PartsCount"] + 1))
    return _of_parts(writing, sizes + [other["ContentLength"] for other in others], proof.make) == proof.digest


def _of_parts(writing: Writing, sizes: Iterable[int], make: MakeDigest) -> bytes:
    digest = make()
    digest.update(b"".join(writing.digests(sizes, make)))
    return digest.digest()


def _again(client: Any, which: Mapping[str, Any]) -> bytes:
    digest = hashlib.sha256()
    for chunk in client.get_object(**which)["Body"].iter_chunks(CHUNK):
        digest.update(chunk)
    return digest.digest()


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
