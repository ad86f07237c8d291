"""How much there is to save, before anything is saved or deleted: by AWS's own lists, without reading any of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.entries import entries_of
from carbuyer_cleanup.backup.progress import sized
from carbuyer_cleanup.kinds import bucket, table
from carbuyer_cleanup.kinds.emptying import place
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

# What was read in a second of many small objects, and of large ones, by a line of 100 Mbit/s.
OBJECTS_A_SECOND, BYTES_A_SECOND = 100, 10_000_000
MINUTE = 60


@dataclass(frozen=True)
class Size:
    """How much of what there is to save; ``or_more`` if AWS was not asked for all."""

    tables: int = 0
    objects: int = 0
    bytes: int = 0
    or_more: bool = False

    def __add__(self, other: Size) -> Size:
        """Return both together."""
        sums = self.tables + other.tables, self.objects + other.objects, self.bytes + other.bytes
        return Size(*sums, self.or_more or other.or_more)

    def __str__(self) -> str:
        tables, objects = counted(self.tables, "table"), counted(self.objects, "object")
        return f"{tables}, {'at least ' if self.or_more else ''}{objects}, {sized(self.bytes)}"

    @property
    def minutes(self) -> int:
        """How many minutes it takes to read all of it, at least one."""
        seconds = self.objects / OBJECTS_A_SECOND + self.bytes / BYTES_A_SECOND
        return max(1, round(seconds / MINUTE))


def of(found: Iterable[Resource]) -> Size:
    """Return the size of what was found, as far as the look for it has told."""
    size = Size()
    for one in {(r.kind, r.id): r for r in found}.values():
        if one.contents and one.kind == table.KIND.name:
            size += Size(tables=1, bytes=one.contents.size)
        elif one.contents and one.kind == bucket.OBJECTS.name:
            size += Size(objects=one.contents.count, bytes=one.contents.size, or_more=one.contents.or_more)
    return size


async def measure(aws: Aws, numbers: Iterable[int]) -> Size:
    """Ask AWS how much there is that isn't saved yet.

    Args:
        aws: the account.
        numbers: of the steps that are to be taken.

    Raises:
        CleanupError: AWS can't be asked.
    """
    kinds = {kind for number in numbers for kind in BY_NUMBER[number].kinds}
    tables = await table.find(aws) if table.KIND in kinds else []
    size = of(one for one in tables if one.ours)
    for one in await bucket.find_objects(aws) if bucket.OBJECTS in kinds else ():
        size += await _inside(aws, one)
    return size


async def _inside(aws: Aws, bucket: Resource) -> Size:
    size = Size()
    async for page in aws.each_page("s3:ListObjectVersions", **place(aws, bucket)):
        new = [
            line.get("Size", 0)
            for entry, _, line in entries_of(page)
            if not (aws.backup and aws.backup.index.has_object(bucket.id, entry))
        ]
        size += Size(objects=len(new), bytes=sum(new))
    return size
