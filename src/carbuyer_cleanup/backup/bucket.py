"""Saving what is in an S3 bucket: versions with what AWS says about them, delete markers, names of unfinished uploads.

A page of the list is saved at a time, so that memory stays flat however much there is. What the parts of an unfinished
upload hold can't be read by any call: they are listed, and that is all. A version of a bucket without versioning has
the id ``null`` and may be written over: its time and ETag tell that.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.backup import content, tree
from carbuyer_cleanup.backup.entries import entries_of
from carbuyer_cleanup.backup.folder import File, NotSaved
from carbuyer_cleanup.backup.paths import name_of
from carbuyer_cleanup.backup.plain import line as line_of
from carbuyer_cleanup.backup.plain import plain
from carbuyer_cleanup.backup.rows import OBJECTS, VERSION, Entry, Stored
from carbuyer_cleanup.kinds.emptying import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

AT_ONCE = 32  # versions that are read at once: S3 is far away
NOT_KEPT = frozenset({"AcceptRanges", "Body", "ContentRange", "RequestCharged", "ResponseMetadata"})
TAGS = "TagCount"
PAGE = 1000  # versions whose tags are asked for at a time
MOST = 10**9  # versions of a page, and so the longest number below


class Listed(NamedTuple):
    """A line of S3's list: what it is, how it sorts among the versions of its key, and what is told of it."""

    entry: Entry
    what: str
    facts: Mapping[str, Any]


class _Read(NamedTuple):
    """A version that was read: the file, what S3 says about it, and what proved that it is that version."""

    file: File
    told: Any
    proven: str


@dataclass
class _Contents:
    """What is being saved: the bucket, and how many lines of its list were read."""

    aws: Aws
    backup: Backup
    bucket: Resource
    lines: int = 0
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


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
    contents = _Contents(aws, backup, bucket)
    for call in ("s3:ListObjectVersions", "s3:ListMultipartUploads"):
        async for page in aws.each_fresh_page(call, **place(aws, bucket)):
            await _save_page(contents, list(_new(contents, page)))
    if backup.index.of(bucket.kind, bucket.id) is None:
        await aws.in_thread(lambda: _finish(backup, bucket))


def _finish(backup: Backup, bucket: Resource) -> None:
    tree.build(backup, bucket.id, folder_of(bucket))
    backup.finish(bucket, place=folder_of(bucket))


def folder_of(bucket: Resource) -> str:
    """Return the path of a bucket's folder in the backup."""
    return f"s3/{name_of(bucket.id)}"


def _new(contents: _Contents, page: Mapping[str, Any]) -> Iterator[Listed]:
    """Yield what a page lists that isn't saved yet; S3 lists the newest version of a key first."""
    for entry, what, line in entries_of(page):
        contents.lines += 1
        if not contents.backup.index.has_object(contents.bucket.id, entry):
            modified = line.get("LastModified") or line.get("Initiated")
            order = f"{modified} {int(bool(line.get('IsLatest')))} {MOST - contents.lines:010}"
            yield Listed(entry, what, {"order": order, "size": line.get("Size", 0), "modified": str(modified)})


async def _save_page(contents: _Contents, lines: list[Listed]) -> None:
    results = await asyncio.gather(*(_saved(contents, line) for line in lines), return_exceptions=True)
    saved = [one for one in results if not isinstance(one, BaseException)]
    await contents.aws.in_thread(lambda: _note(contents, saved))
    for error in results:
        if isinstance(error, BaseException):
            raise error


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


async def _saved(contents: _Contents, line: Listed) -> tuple[Stored, File | None]:
    """Save a line of the list, with its content if it has any."""
    if line.what != VERSION:
        return Stored(line.entry, line.what, "", line.facts), None
    async with contents.slots:
        file, told, proven = await _download(contents, line)
        tags = await _tags(contents, line.entry) if told.get(TAGS) else []
    if tags is None:
        raise _went(line.entry)
    contents.backup.progress.add(file.bytes)
    facts = {**line.facts, "object": told, "tags": tags, "verified": proven}
    return Stored(line.entry, line.what, file.path, facts), file


async def _tags(contents: _Contents, entry: Entry) -> list[Any] | None:
    """Return the tags of a version, None if it is gone."""
    answer = await contents.aws.fresh("s3:GetObjectTagging", **_which(contents, entry))
    return list(plain(answer["TagSet"])) if answer else None


async def renew_tags(aws: Aws, backup: Backup, bucket: Resource) -> bool:
    """Ask for the tags of all versions, once a run, and save again those that are no longer what was saved.

    S3 says with an object how many it has, but only to those who may read them (GetObject, ``TagCount``).
    """
    contents, has_changed = _Contents(aws, backup, bucket), False
    versions = backup.index.objects(bucket.id, *([] if backup.has_secured(bucket.kind, bucket.id) else [VERSION]))
    while batch := list(islice(versions, PAGE)):
        has_changed |= await _renew_tags(contents, batch)
    return has_changed


async def _renew_tags(contents: _Contents, versions: list[Stored]) -> bool:
    async def ask(version: Stored) -> list[Any] | None:
        async with contents.slots:
            return await _tags(contents, version.entry)

    found = await asyncio.gather(*map(ask, versions))
    changed = [
        replace(one, facts={**one.facts, "tags": tags})
        for one, tags in zip(versions, found, strict=True)
        if tags not in (None, one.facts["tags"])
    ]
    await contents.aws.in_thread(lambda: contents.backup.index.tell_anew(contents.bucket.id, changed))
    return bool(changed)


def _which(contents: _Contents, entry: Entry) -> dict[str, Any]:
    return {**place(contents.aws, contents.bucket), "Key": entry.key, "VersionId": entry.version}


async def _download(contents: _Contents, line: Listed) -> _Read:
    which = _which(contents, line.entry)
    region, path = which.pop("region"), _path(contents, line.entry)
    etag = line.entry.stamp.rpartition(" ")[2]
    call = "s3:HeadObject" if content.is_large(line) else "s3:GetObject"

    def act(client: Any) -> _Read:
        with contents.backup.folder.writing(path) as writing:
            told, proven = content.read(client, writing, {**which, "IfMatch": etag}, line)
        return _Read(File(path, writing.bytes, writing.sha256.hexdigest()), plain(_kept(told)), proven)

    done = await contents.aws.transfer(call, act, region=region)
    if done is None:
        raise _went(line.entry)
    return done


def _went(entry: Entry) -> NotSaved:
    return NotSaved(f"{entry.key} (version {entry.version}) was deleted while the bucket was being saved: run again.")


def _path(contents: _Contents, entry: Entry) -> str:
    digest = hashlib.sha256(line_of(entry)).hexdigest()
    return f"{folder_of(contents.bucket)}/versions/{digest[0]}/{digest}"


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in NOT_KEPT}
