"""Saving what is in an S3 bucket: versions with what AWS says about them, delete markers, names of unfinished uploads.

A page of the list is saved at a time, so that memory stays flat however much there is. What the parts of an unfinished
upload hold can't be read by any call: they are listed, and that is all. A version of a bucket without versioning has
the id ``null`` and may be written over: its time and ETag tell that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup import tree
from carbuyer_cleanup.backup.entries import Listed, entries_of
from carbuyer_cleanup.backup.folder import NotSaved
from carbuyer_cleanup.backup.rows import OBJECTS, VERSION, Entry, Stored
from carbuyer_cleanup.backup.versions import Versions, folder_of, went
from carbuyer_cleanup.kinds.emptying import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.folder import File
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.backup.versions import Came
    from carbuyer_cleanup.resource import Resource

TAGS = "TagCount"
PAGE = 1000  # versions whose tags are asked for at a time
MOST = 10**9  # versions of a page, and so the longest number below


@dataclass
class _Contents:
    """What is being saved: the bucket, and how many lines of its list were read."""

    versions: Versions
    lines: int = 0

    @property
    def backup(self) -> Backup:
        """Where it is saved."""
        return self.versions.backup

    @property
    def bucket(self) -> Resource:
        """The bucket."""
        return self.versions.bucket


def unsaved(backup: Backup, bucket: Resource, page: Mapping[str, Any]) -> list[Entry]:
    """Return what a page lists that was not saved, or was written since: all of it if the bucket isn't saved whole."""
    is_whole = backup.has_secured(OBJECTS, bucket.id)
    listed = (entry for entry, _, _ in entries_of(page))
    return [entry for entry in listed if not (is_whole and backup.index.has_object(bucket.id, entry))]


async def save(aws: Aws, backup: Backup, bucket: Resource) -> None:
    """Save what is in the bucket and isn't saved yet.

    Raises:
        AwsError, NotSaved, OSError: something can't be read or written; all else of its page is saved.
    """
    contents = _Contents(Versions(aws, backup, bucket))
    for call in ("s3:ListObjectVersions", "s3:ListMultipartUploads"):
        async for page in aws.each_fresh_page(call, **place(aws, bucket)):
            await _save_page(contents, list(_new(contents, page)))
    if backup.index.of(bucket.kind, bucket.id) is None:
        await aws.in_thread(lambda: _finish(backup, bucket))


def _finish(backup: Backup, bucket: Resource) -> None:
    tree.build(backup, bucket.id, folder_of(bucket))
    backup.finish(bucket, place=folder_of(bucket))


def _new(contents: _Contents, page: Mapping[str, Any]) -> Iterator[Listed]:
    """Yield what a page lists that isn't saved yet; S3 lists the newest version of a key first."""
    for entry, what, line in entries_of(page):
        contents.lines += 1
        if not contents.backup.index.has_object(contents.bucket.id, entry):
            modified = line.get("LastModified") or line.get("Initiated")
            order = f"{modified} {int(bool(line.get('IsLatest')))} {MOST - contents.lines:010}"
            yield Listed(entry, what, {"order": order, "size": line.get("Size", 0), "modified": str(modified)})


async def _save_page(contents: _Contents, lines: list[Listed]) -> None:
    """Save a page of the list: what can't be is told when all else of it is saved."""
    versions = contents.versions
    read = await versions.read([line for line in lines if line.what == VERSION])
    tags = await versions.tags([line for line in lines if getattr(read.get(line.entry), "told", {}).get(TAGS)])
    stored = [_stored(line, read, tags) for line in lines]
    saved = [one for one in stored if not isinstance(one, Exception)]
    await versions.aws.in_thread(lambda: _note(contents, saved))
    for error in stored:
        if isinstance(error, Exception):
            raise error


def _stored(line: Listed, read: Came, tags: Came) -> tuple[Stored, File | None] | Exception:
    """Return a line of the list as the index has it, and the file; or why it isn't saved."""
    if line.what != VERSION:
        return Stored(line.entry, line.what, "", line.facts), None
    came, tagged = read[line.entry], tags.get(line.entry, [])
    for one in (came, tagged):
        if one is None or isinstance(one, Exception):
            return one or went(line.entry)
    facts = {**line.facts, "object": came.told, "tags": tagged, "verified": came.proven}
    return Stored(line.entry, line.what, came.file.path, facts), came.file


def _note(contents: _Contents, saved: list[tuple[Stored, File | None]]) -> None:
    """Put into the index what is on the disk, names and all."""
    backup, bucket = contents.backup, contents.bucket
    for path in {file.path.rpartition("/")[0]: file.path for _, file in saved if file}.values():
        backup.folder.settle(path)
    with backup.index.together():
        if saved:
            backup.index.reopen(bucket.kind, bucket.id)
        for stored, file in saved:
            if file:
                backup.index.add_file(bucket.kind, bucket.id, file)
            backup.index.add_object(bucket.id, stored)


async def renew_tags(aws: Aws, backup: Backup, bucket: Resource) -> bool:
    """Ask for the tags of all versions, once a run, and save again those that are no longer what was saved.

    S3 says with an object how many it has, but only to those who may read them (GetObject, ``TagCount``).
    """
    reading, has_changed = Versions(aws, backup, bucket), False
    versions = iter(()) if backup.has_secured(bucket.kind, bucket.id) else backup.index.current(bucket.id)
    while batch := list(islice(versions, PAGE)):
        has_changed |= await _renew_tags(reading, batch)
    return has_changed


async def _renew_tags(reading: Versions, versions: list[Stored]) -> bool:
    found = await reading.tags(versions)
    for error in found.values():
        if isinstance(error, Exception):
            raise error
    await asyncio.gather(*(_refuse_listed(reading, entry) for entry, tags in found.items() if tags is None))
    changed = [
        replace(one, facts={**one.facts, "tags": tags})
        for one, tags in zip(versions, found.values(), strict=True)
        if tags not in (None, one.facts["tags"])
    ]
    await reading.aws.in_thread(lambda: reading.backup.index.tell_anew(reading.bucket.id, changed))
    return bool(changed)


async def _refuse_listed(reading: Versions, gone: Entry) -> None:
    """See that a version of which no tags are told, as if there were none, is listed no more either.

    Raises:
        NotSaved: it is, so nobody knows what its tags are.
    """
    which = {**place(reading.aws, reading.bucket), "Prefix": gone.key}
    async for page in reading.aws.each_fresh_page("s3:ListObjectVersions", **which):
        listed = [entry for entry, _, _ in entries_of(page)]
        if gone in listed:
            raise NotSaved(
                f"{gone.key} (version {gone.version}) is not deleted: S3 lists it, but finds no such version when its "
                "tags are asked for. Run again."
            )
        if any(entry.key != gone.key for entry in listed):  # those of the key itself come first
            return
