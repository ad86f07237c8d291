"""Reading the versions of a bucket, many at once: their content into files, and their tags."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from carbuyer_cleanup.aws.answers import demand
from carbuyer_cleanup.aws.at_once import Pace, Question, ask_about_each
from carbuyer_cleanup.backup import content
from carbuyer_cleanup.backup.folder import File, NotSaved
from carbuyer_cleanup.backup.paths import name_of
from carbuyer_cleanup.backup.plain import line as line_of
from carbuyer_cleanup.backup.plain import plain
from carbuyer_cleanup.kinds.emptying import place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.entries import Listed
    from carbuyer_cleanup.backup.rows import Entry, Stored
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

    T = TypeVar("T", Listed, Listed | Stored)

AT_ONCE = 32  # small versions: S3 is far away
LARGE_AT_ONCE = 2  # each is read in parts, several at once, which take memory
NOT_KEPT = frozenset({"AcceptRanges", "Body", "ContentRange", "RequestCharged", "ResponseMetadata"})
GET, HEAD, TAGS = "s3:GetObject", "s3:HeadObject", "s3:GetObjectTagging"


class Read(NamedTuple):
    """A version that was read: the file, what S3 says about it, and what proved that it is that version."""

    file: File
    told: Any
    proven: str


Came = dict["Entry", Any]  # of each what was asked for, None if it is gone, or the error


def folder_of(bucket: Resource) -> str:
    """Return the path of a bucket's folder in the backup."""
    return f"s3/{name_of(bucket.id)}"


@dataclass(frozen=True)
class Versions:
    """The versions of a bucket, which are read into a backup."""

    aws: Aws
    backup: Backup
    bucket: Resource
    _paces: defaultdict[str, Pace] = field(default_factory=partial(defaultdict, Pace))

    async def read(self, listed: Sequence[Listed]) -> Came:
        """Read versions, and return of each the ``Read``, None if it is gone, or the error."""
        small, large = ([one for one in listed if content.is_large(one) == is_large] for is_large in (False, True))
        return await self._each(GET, self._read, small) | await self._each(HEAD, self._read, large, LARGE_AT_ONCE)

    async def tags(self, versions: Sequence[Listed | Stored]) -> Came:
        """Ask for the tags of versions, and return of each the list, None if it is gone, or the error."""
        return await self._each(TAGS, self._tags, versions)

    async def _each(self, call: str, act: Callable[[Any, T], object], some: Sequence[T], most: int = AT_ONCE) -> Came:
        came = await ask_about_each(self.aws, Question(call, act, self.bucket.region), some, most, self._paces[call])
        return dict(zip((one.entry for one in some), came, strict=True))

    def _which(self, entry: Entry) -> dict[str, Any]:
        which = place(self.aws, self.bucket) | {"Key": entry.key, "VersionId": entry.version}
        return {name: value for name, value in which.items() if name != "region"}

    def _read(self, client: Any, listed: Listed) -> Read:
        entry, path = listed.entry, self._path(listed.entry)
        which = {**self._which(entry), "IfMatch": entry.stamp.rpartition(" ")[2]}
        with self.backup.folder.writing(path, proven=True) as writing:
            told, proven = content.read(client, writing, which, listed)
        self.backup.progress.add(writing.bytes)
        return Read(File(path, writing.bytes, writing.sha256.hexdigest()), plain(_kept(told)), proven)

    def _tags(self, client: Any, version: Listed | Stored) -> list[Any]:
        answer = client.get_object_tagging(**self._which(version.entry))
        demand(TAGS, self.bucket.region, answer)
        return list(plain(answer["TagSet"]))

    def _path(self, entry: Entry) -> str:
        digest = hashlib.sha256(line_of(entry)).hexdigest()
        return f"{folder_of(self.bucket)}/versions/{digest[0]}/{digest}"


def went(entry: Entry) -> NotSaved:
    """Return what is said of a version that is no longer there."""
    return NotSaved(f"{entry.key} (version {entry.version}) was deleted while the bucket was being saved: run again.")


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in NOT_KEPT}
