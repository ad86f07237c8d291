"""The current state of a bucket as a plain tree of files, which ``aws s3 sync`` puts back.

Its files are second names of the versions' (hard links). A key that is no path on some system, or whose path another
key has there, is in ``encoded`` under a name that is: with it ``sync`` would put back another key.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.paths import encoded, folded, is_portable
from carbuyer_cleanup.backup.rows import MARKER, VERSION, Stored
from carbuyer_cleanup.files import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.saving import Backup

MANY = 1000  # folders that are remembered


def build(backup: Backup, bucket: str, home: str) -> None:
    """Let the tree show the newest version of each key, and nothing where that is a delete marker.

    Raises:
        OSError: a file can't be linked.
    """
    with backup.index.together():
        _build(backup, bucket, home)


def _build(backup: Backup, bucket: str, home: str) -> None:
    touched: set[str] = set()
    for newest in _newest(backup.index, bucket):
        path = f"{home}/{_place(newest.entry.key, backup.index.take, bucket)}"
        if newest.what == MARKER:
            with suppress(FileNotFoundError):
                (backup.folder.root / path).unlink()
                touched.add(path.rpartition("/")[0])
        elif backup.index.file(newest.path) and backup.folder.link(newest.path, path):  # else it is lost
            touched.add(path.rpartition("/")[0])
        if len(touched) >= MANY:
            _settle(backup, touched)
    _settle(backup, touched)


def _settle(backup: Backup, touched: set[str]) -> None:
    """Check that the names in these folders are on the disk; there may be more than there is room to remember."""
    while touched:
        settle(backup.folder.root / touched.pop())


def _newest(index: Index, bucket: str) -> Iterator[Stored]:
    for _, versions in groupby(index.objects(bucket, VERSION, MARKER), lambda one: one.entry.key):
        *_, newest = versions
        yield newest


def _place(key: str, has: Callable[[str, list[tuple[str, str]]], bool], bucket: str) -> str:
    """Return where the tree has a key: where its path is nobody else's, there."""
    free = is_portable(key) and has(bucket, _steps(key))
    return f"current/{key}" if free else f"encoded/{encoded(key)}"


def _steps(key: str) -> list[tuple[str, str]]:
    """Return the folders on a key's path and the file, each as systems compare it and as it is."""
    *folders, name = key.split("/")
    above = [f"{path}/" for path in accumulate(folders, "{}/{}".format)]
    return [(folded(path).rstrip("/"), path) for path in [*above, "/".join([*folders, name])]]


def shown(index: Index, bucket: str) -> Iterator[tuple[Stored, str]]:
    """Yield the newest version of each key that has one, and where the tree has it."""
    for newest in _newest(index, bucket):
        if newest.what == VERSION:
            yield newest, _place(newest.entry.key, index.has_taken, bucket)
