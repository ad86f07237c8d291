"""What a page of S3's list of versions, or of unfinished uploads, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.rows import MARKER, UPLOAD, VERSION, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Listed(NamedTuple):
    """A line of S3's list: what it is, how it sorts among the versions of its key, and what is told of it."""

    entry: Entry
    what: str
    facts: Mapping[str, Any]


def entries_of(page: Mapping[str, Any]) -> Iterator[tuple[Entry, str, Mapping[str, Any]]]:
    """Yield what a page of versions or of uploads lists."""
    for what, lines in (
        (VERSION, page.get("Versions")),
        (MARKER, page.get("DeleteMarkers")),
        (UPLOAD, page.get("Uploads")),
    ):
        for line in lines or ():
            id_ = needed("UploadId" if what == UPLOAD else "VersionId", line)
            stamp = " ".join(
                str(line.get(name, "")) for name in ("LastModified", "Initiated", "ETag") if line.get(name)
            )
            yield Entry(needed("Key", line), id_, stamp), what, line
