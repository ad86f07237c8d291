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

    from carbuyer_cleanup.backup.entries import Listed
    from carbuyer_cleanup.backup.folder import MakeDigest, Making, Writing

LARGE = 32 * 2**20  # bytes from which an object is read in parts, by s3transfer
CHUNK = 2**18
QUEUE = 32  # chunks that wait to be written
PARTS = TransferConfig(
    multipart_threshold=LARGE, max_request_concurrency=10, max_in_memory_download_chunks=10, io_chunksize=CHUNK,
    max_io_queue_size=QUEUE,
)  # fmt: skip
ETAG = re.compile('"?([0-9a-f]{32})(?:-([0-9]+))?"?')
OTHER_ETAGS = ("aws:kms", "aws:kms:dsse")
TWICE = "read twice"


class _Crc32:
    """CRC32 as the others of ``CHECKSUMS`` are."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes | memoryview, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4)


MD5: MakeDigest = partial(hashlib.md5, usedforsecurity=False)
SHA1: MakeDigest = partial(hashlib.sha1, usedforsecurity=False)
CHECKSUMS: Mapping[str, MakeDigest] = {
    "ChecksumSHA256": hashlib.sha256, "ChecksumSHA512": hashlib.sha512, "ChecksumSHA1": SHA1, "ChecksumMD5": MD5,
    "ChecksumCRC32": _Crc32,
}  # fmt: skip


class _OfParts:
    """The digest of the digests of parts of one size, of which the last may be shorter."""

    def __init__(self, make: MakeDigest, size: int) -> None:
        self._size, self._make, self._left = size, make, size
        self._part, self._whole = make(), b""

    def update(self, data: bytes | memoryview, /) -> None:
        for piece in self._pieces(memoryview(data)):
            self._part.update(piece)
            self._left -= len(piece)
            if not self._left:
                self._whole, self._part, self._left = self._whole + self._part.digest(), self._make(), self._size

    def _pieces(self, data: memoryview) -> Iterator[memoryview]:
        while data:
            yield (piece := data[: self._left])
            data = data[len(piece) :]

    def digest(self) -> bytes:
        digest = self._make()
        digest.update(self._whole + (self._part.digest() if self._left < self._size else b""))
        return digest.digest()


class Proof(NamedTuple):
    """What a version's content must have: what, made how, of how many parts of which size; and what it has."""

    name: str
    make: MakeDigest
    digest: bytes
    parts: int
    size: int
    made: Making


def read(client: Any, writing: Writing, which: Mapping[str, Any], listed: Listed) -> tuple[Mapping[str, Any], str]:
    """Write the content, and return what S3 says about it, and what proved it: ``ETag``, a checksum or ``read twice``.

    It is proven by what reads back from the disk, which is read once.

    Raises:
        NotSaved: what is there is not the version that was listed.
    """
    ask, fill = (client.head_object, _in_parts) if is_large(listed) else (client.get_object, _at_once)
    told = ask(**which, ChecksumMode="ENABLED")
    if missing := told.get("MissingMeta"):
        raise NotSaved(f"S3 doesn't send {missing} of the metadata of {listed.entry.key}, so it is not deleted.")
    proof = _proof(client, which, told)
    if proof:
        writing.follow(proof.made)
    fill(client, writing, which, told)
    writing.sync()
    if writing.bytes != listed.facts["size"] or not _is_proven(client, writing, which, proof):
        entry = listed.entry
        raise NotSaved(
            f"The download of {entry.key} (version {entry.version}) is not what S3 lists: "
            f"{writing.bytes} bytes of {listed.facts['size']}, ETag {told['ETag']}. Run again; if it "
            "fails again, check the disk."
        )
    return told, proof.name if proof else TWICE


def _proof(client: Any, which: Mapping[str, Any], told: Mapping[str, Any]) -> Proof | None:
    """Return what the content must have, None if nothing is told that can be computed."""
    for name, make, digest, parts in _told(told):
        if not parts:
            return Proof(name, make, digest, 0, 0, make())
        first = client.head_object(**which, PartNumber=1)
        if "PartsCount" in first:  # AWS tells it of all that was uploaded in parts, others don't
            size = max(1, first["ContentLength"])
            return Proof(name, make, digest, first["PartsCount"], size, _OfParts(make, size))
    return None


def _told(told: Mapping[str, Any]) -> Iterator[tuple[str, MakeDigest, bytes, int]]:
    """Yield what S3 tells, and of how many parts it is, 0 for the whole."""
    match = ETAG.fullmatch(told["ETag"])
    is_other = told.get("ServerSideEncryption") in OTHER_ETAGS or told.get("SSECustomerAlgorithm")
    if match and not is_other:
        yield "ETag", MD5, bytes.fromhex(match[1]), int(match[2] or 0)
    for name, make in CHECKSUMS.items():
        if told.get(name):
            digest, _, parts = told[name].partition("-")
            yield name, make, b64decode(digest), int(parts or 0)


def _is_proven(client: Any, writing: Writing, which: Mapping[str, Any], proof: Proof | None) -> bool:
    if not proof:
        return _again(client, which) == writing.sha256.digest()
    if proof.made.digest() == proof.digest or not proof.parts:
        return proof.made.digest() == proof.digest
    told = (client.head_object(**which, PartNumber=number) for number in range(2, proof.parts + 1))
    sizes = [proof.size, *(part["ContentLength"] for part in told)]
    return _of_parts(writing, sizes, proof.make) == proof.digest


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


def _at_once(_client: Any, writing: Writing, _which: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    for chunk in told["Body"].iter_chunks(CHUNK):
        writing.write(chunk)


def _in_parts(client: Any, writing: Writing, which: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """Read an object in parts at once, each of which is written where it belongs."""
    more = {
        name: value for name, value in which.items() if name not in ("Bucket", "Key", "IfMatch")
    }  # it adds the last
    known = _Known(told["ContentLength"], told["ETag"])
    with TransferManager(client, PARTS) as manager:
        try:
            manager.download(which["Bucket"], which["Key"], writing, extra_args=more, subscribers=[known]).result()  # type: ignore[arg-type] # it only seeks and writes
        except RetriesExceededError as error:
            raise error.last_exception from error


class _Known(BaseSubscriber):
    """Tells s3transfer what it would ask for once more."""

    def __init__(self, size: int, etag: str) -> None:
        super().__init__()
        self._size, self._etag = size, etag

    def on_queued(self, future: Any, **_more: Any) -> None:
        future.meta.provide_transfer_size(self._size)
        future.meta.provide_object_etag(self._etag)
