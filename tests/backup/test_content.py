"""Whether what came of a version is what S3 stores: by its size, and by the ETag as far as that tells."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode
from contextlib import nullcontext
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.response import StreamingBody

from carbuyer_cleanup.backup import content
from carbuyer_cleanup.backup.entries import Listed
from carbuyer_cleanup.backup.folder import Folder, NotSaved
from carbuyer_cleanup.backup.rows import Entry

if TYPE_CHECKING:
    from pathlib import Path

WHICH = {"Bucket": "b", "Key": "k", "VersionId": "null", "IfMatch": ""}
SENT = bytes(range(250)) * 4


def _etag(parts: list[int]) -> str:
    digests, start = [], 0
    for size in parts:
        digests.append(hashlib.md5(SENT[start : start + size], usedforsecurity=False).digest())
        start += size
    if len(parts) == 1:
        return f'"{digests[0].hex()}"'
    return f'"{hashlib.md5(b"".join(digests), usedforsecurity=False).hexdigest()}-{len(parts)}"'


class S3:
    """An S3 with one object, uploaded in parts of these sizes."""

    def __init__(
        self, parts: list[int], sends: bytes, more: dict[str, str], *, tells: bool, again: bytes = b""
    ) -> None:
        self.parts, self.sends, self.tells, self.asked, self.again = parts, sends, tells, 0, again
        self._told = {"ETag": _etag(parts), **more}

    def get_object(self, **_which: Any) -> dict[str, Any]:
        """Send what is there; another time perhaps something else."""
        sends, self.sends = self.sends, self.again or self.sends
        return {**self._told, "Body": StreamingBody(BytesIO(sends), len(sends))}

    def head_object(self, *, PartNumber: int, **_which: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        """Tell of a part."""
        self.asked += 1
        told = {**self._told, "ContentLength": self.parts[PartNumber - 1] if self.tells else len(SENT)}
        return told | ({"PartsCount": len(self.parts)} if self.tells else {})


ANOTHER = SENT[:-1] + b"\0"
KMS = {"ServerSideEncryption": "aws:kms"}
CUSTOMER = {"SSECustomerAlgorithm": "AES256"}


class Case(NamedTuple):
    """An object as it was uploaded, what is sent of it and told; is it kept, and how often are parts asked for?"""

    parts: list[int]
    sends: bytes
    more: dict[str, str]
    tells: bool
    kept: bool
    asked: int


CASES = [Case(*case) for case in (
    ([1000], SENT, {}, True, True, 0),
    ([1000], ANOTHER, {}, True, False, 0),
    ([1000], SENT[:-1], {}, True, False, 0),
    ([400, 400, 200], SENT, {}, True, True, 1),
    ([500, 500], SENT, {}, True, True, 1),
    ([400, 100, 500], SENT, {}, True, True, 3),
    ([400, 400, 200], ANOTHER, {}, True, False, 3),
    ([400, 100, 500], ANOTHER, {}, True, False, 3),
    ([400, 100, 500], SENT, {}, False, True, 1),
    ([1000], ANOTHER, KMS, True, True, 0),
    ([1000], ANOTHER, CUSTOMER, True, True, 0),
    ([1000], SENT + b"\0", KMS, True, False, 0),
)]  # fmt: skip


def _sum(make: Any, parts: list[int]) -> str:
    """Return a checksum as S3 has it: of the content, or of the checksums of its parts."""
    digests, start = [], 0
    for size in parts:
        digest = make()
        digest.update(SENT[start : start + size])
        start += size
        digests.append(digest.digest())
    if len(parts) == 1:
        return b64encode(digests[0]).decode()
    digest = make()
    digest.update(b"".join(digests))
    return f"{b64encode(digest.digest()).decode()}-{len(parts)}"


PARTS = [400, 400, 200]


@pytest.mark.parametrize("parts", [[1000], PARTS, [400, 100, 500]])
@pytest.mark.parametrize("name", content.CHECKSUMS)
@pytest.mark.parametrize("is_it", [True, False])
def test_checksum(tmp_path: Path, name: str, parts: list[int], *, is_it: bool) -> None:
    """What was encrypted with a key of KMS's is proven by its checksum, of the whole or of the parts."""
    told = {**KMS, name: _sum(content.CHECKSUMS[name], parts)}
    s3 = S3(parts, SENT if is_it else ANOTHER, told, tells=True)
    assert _read(tmp_path, s3) == (name if is_it else "")


@pytest.mark.parametrize("told", [KMS, CUSTOMER, {**KMS, "ChecksumCRC64NVME": "AAAAAAAAAAA="}])
@pytest.mark.parametrize("again", [b"", ANOTHER])
def test_nothing_tells(tmp_path: Path, told: dict[str, str], again: bytes) -> None:
    """What no ETag and no checksum proves is read twice, and kept if it is the same both times."""
    assert _read(tmp_path, S3(PARTS, SENT, told, tells=True, again=again)) == ("" if again else content.TWICE)
    assert _read(tmp_path, S3(PARTS, SENT, {}, tells=False, again=again)) == ("" if again else content.TWICE)


def test_checksum_of_the_whole(tmp_path: Path) -> None:
    """An object in parts may have a checksum of the whole; zlib's CRC32 is S3's."""
    told = {**KMS, "ChecksumCRC32": b64encode(zlib.crc32(SENT).to_bytes(4)).decode(), "ChecksumType": "FULL_OBJECT"}
    assert _read(tmp_path, S3(PARTS, SENT, told, tells=True)) == "ChecksumCRC32"


def _read(home: Path, s3: S3) -> str:
    listed = Listed(Entry("k", "null", ""), "version", {"size": len(SENT)})
    try:
        with Folder(home / "saved").writing("file", proven=True) as writing:
            return content.read(s3, writing, WHICH, listed)[1]
    except NotSaved:
        return ""


def test_metadata_that_is_not_sent(tmp_path: Path) -> None:
    """S3 says how many of the metadata HTTP can't carry: without these a version isn't saved."""
    assert _read(tmp_path, S3([1000], SENT, {"MissingMeta": "1"}, tells=True)) == ""


@pytest.mark.parametrize("case", CASES)
def test_etag(tmp_path: Path, case: Case) -> None:
    """Another content is not taken for what was stored, whatever its size, unless nothing tells them apart."""
    s3 = S3(case.parts, case.sends, case.more, tells=case.tells)
    listed = Listed(Entry("k", "null", ""), "version", {"size": len(SENT)})

    refused = nullcontext() if case.kept else pytest.raises(NotSaved, match="is not what S3 lists")
    with refused, Folder(tmp_path / "saved").writing("file", proven=True) as writing:
        content.read(s3, writing, WHICH, listed)

    assert (tmp_path / "saved" / "file").exists() == case.kept
    assert s3.asked == case.asked
