"""Saving a DynamoDB table: its description, and its items in the layout of DynamoDB's own export to S3.

The layout is that of "DynamoDB table export output format" (DynamoDB developer guide), so that ``import-table`` takes
it when it is in a bucket; the guide calls the files of checksums ``.checksum``, and what AWS writes is called ``.md5``.

A Scan is no picture of one moment. Neither a table's item count, which AWS renews every six hours, nor a stream, which
would have to be switched on, tells what is written meanwhile. So the table is read twice: what is the same both times
was not written to in between.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.folder import File, NotSaved
from carbuyer_cleanup.backup.paths import is_portable, name_of
from carbuyer_cleanup.backup.plain import line, plain, text
from carbuyer_cleanup.backup.rows import Saved
from carbuyer_cleanup.backup.sameness import digest as digest_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

SETS = ("SS", "NS", "BS")
FASTEST = 1  # level of compression: zlib's documentation


@dataclass(frozen=True)
class Digest:
    """What tells the items of a table from those of another, in whatever order: their number, and a sum of digests."""

    items: int = 0
    total: int = 0

    def with_(self, items: Iterable[Any]) -> Digest:
        """Return the digest of these items and those."""
        digests = [int.from_bytes(hashlib.sha256(_canonical(item)).digest()) for item in items]
        return Digest(self.items + len(digests), (self.total + sum(digests)) % 2**256)

    def __str__(self) -> str:
        return f"{self.items} {self.total:064x}"


def _canonical(item: Any) -> bytes:
    """Return an item as it is always written: sets and maps have no order."""
    return json.dumps(_ordered(plain(item)), sort_keys=True).encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    # An attribute may be called SS, but its value is no list
    return {key: sorted(one) if key in SETS and isinstance(one, list) else _ordered(one) for key, one in value.items()}


async def save(aws: Aws, backup: Backup, table: Resource) -> None:
    """Save a table, unless an earlier run has saved just this table with just these items."""
    description = await _description(aws, table)
    known = backup.index.of(table.kind, table.id)
    if known and known.region != table.region:
        raise NotSaved(
            f"The {table} is not deleted: the folder already has one of that name, of {known.region}, which could then "
            "not be put back. Give another folder with --backup."
        )
    if known is None or await _difference(aws, table, known, description):
        await _Export(aws, backup, table, description).write()


async def check(aws: Aws, backup: Backup, table: Resource) -> bool:
    """Check that nothing was written to the table since it was saved, and that it is the same table.

    Returns:
        False: nothing is saved again.

    Raises:
        NotSaved: something was, or it isn't.
    """
    known = backup.index.of(table.kind, table.id)
    what = await _difference(aws, table, known, await _description(aws, table)) if known else "There is no record of"
    if what:
        raise NotSaved(f"{what} the {table} after it was saved, so it is not deleted: see who uses it, then run again.")
    return False


async def _difference(aws: Aws, table: Resource, known: Saved, description: dict[str, Any]) -> str:
    """Return what was done to a table since it was saved, "" if nothing was."""
    if digest_of(table.kind, description) != known.facts.get("definition"):
        return "Somebody changed the definition of"
    return "" if str(await _digest(aws, table)) == known.facts["digest"] else "Something was written to"


def _pages(aws: Aws, table: Resource) -> AsyncIterator[dict[str, Any]]:
    """Return all items, as they are at the moment when they are read."""
    return aws.each_fresh_page("dynamodb:Scan", TableName=table.id, ConsistentRead=True)


async def _digest(aws: Aws, table: Resource) -> Digest:
    digest = Digest()
    async for page in _pages(aws, table):
        digest = await aws.in_thread(partial(digest.with_, page["Items"]))
    return digest


async def _description(aws: Aws, table: Resource) -> dict[str, Any]:
    described = (await aws.fresh("dynamodb:DescribeTable", TableName=table.id))["Table"]
    if not described:
        raise NotSaved(f"The {table} was deleted before it could be saved: run again.")
    tags = await aws.pages("dynamodb:ListTagsOfResource", "Tags", ResourceArn=described["TableArn"])
    expiry = await aws.fresh("dynamodb:DescribeTimeToLive", TableName=table.id)
    return {"Table": described, "Tags": tags, "TimeToLiveDescription": expiry["TimeToLiveDescription"]}


@dataclass
class _Export:
    """One export of a table."""

    aws: Aws
    backup: Backup
    table: Resource
    description: dict[str, Any]

    def __post_init__(self) -> None:
        self.started = datetime.now(UTC)
        self.id = f"{int(self.started.timestamp() * 1000):014}-{uuid.uuid4().hex[:8]}"
        self.home = f"dynamodb/{self.table.id if is_portable(self.table.id) else name_of(self.table.id)}"
        self.place = f"AWSDynamoDB/{self.id}"
        self.files: list[File] = []

    async def write(self) -> None:
        """Write all of it, the data first and the summary last, and then the index."""
        data, digest = await self._write_items()
        await self.aws.in_thread(lambda: self._write_rest(data, digest))
        facts = {
            "digest": str(digest), "items": digest.items, "definition": digest_of(self.table.kind, self.description),
            "place": f"{self.home}/{self.place}",
        }  # fmt: skip
        table = self.table
        saved = Saved(table.kind, table.id, table.name, table.region, _iso(datetime.now(UTC)), facts)
        with self.backup.index.together():
            for file in self.files:
                self.backup.index.add_file(table.kind, table.id, file)
            self.backup.index.add_saved(saved)
        self.backup.progress.add(self.description["Table"]["TableSizeBytes"])

    async def _write_items(self) -> tuple[dict[str, Any], Digest]:
        """Write the items, and return the line that the manifest has for them."""
        path, digest = f"{self.place}/data/{uuid.uuid4().hex[:26]}.json.gz", Digest()
        file = f"{self.home}/{path}"
        with (
            self.backup.folder.writing(file) as writing,
            gzip.GzipFile("", "wb", FASTEST, writing, mtime=0) as packed,
        ):
            async for page in _pages(self.aws, self.table):
                digest = await self.aws.in_thread(partial(_pack, packed, digest, page["Items"]))
            packed.close()
            md5 = await self.aws.in_thread(writing.md5)
        self.files.append(File(file, writing.bytes, writing.sha256.hexdigest()))
        return {
            "itemCount": digest.items,
            "md5Checksum": b64encode(md5).decode(),
            "etag": md5.hex(),
            "dataFileS3Key": path,
        }, digest

    def _write_rest(self, data: dict[str, Any], digest: Digest) -> None:
        self.backup.folder.settle(self.files[0].path)
        self._put("table.json", text(self.description).encode())
        self._put("_started", b"")
        self._put_with_checksum("manifest-files", line(data))
        self._put_with_checksum("manifest-summary", line(self._summary(digest)))

    def _summary(self, digest: Digest) -> dict[str, Any]:
        described = self.description["Table"]
        return {
            "version": "2020-06-30",
            "exportArn": f"{described['TableArn']}/export/{self.id}",
            "startTime": _iso(self.started),
            "endTime": _iso(datetime.now(UTC)),
            "tableArn": described["TableArn"],
            "tableId": described["TableId"],
            "exportTime": _iso(self.started),
            "s3Bucket": None,
            "s3Prefix": None,
            "s3SseAlgorithm": None,
            "s3SseKmsKeyId": None,
            "manifestFilesS3Key": f"{self.place}/manifest-files.json",
            "billedSizeBytes": described["TableSizeBytes"],
            "itemCount": digest.items,
            "outputFormat": "DYNAMODB_JSON",
            "exportType": "FULL_EXPORT",
        }

    def _put_with_checksum(self, name: str, data: bytes) -> None:
        self._put(f"{name}.json", data)
        self._put(f"{name}.md5", b64encode(hashlib.md5(data, usedforsecurity=False).digest()))

    def _put(self, name: str, data: bytes) -> None:
        self.files.append(self.backup.folder.put(f"{self.home}/{self.place}/{name}", data))


def _pack(packed: gzip.GzipFile, digest: Digest, items: list[Any]) -> Digest:
    for item in items:
        packed.write(line({"Item": item}))
    return digest.with_(items)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
