"""Checking a backup, offline: is every file there, and as it was when it was saved?"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import inside, tree
from carbuyer_cleanup.backup.rows import OBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.folder import File
    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Saved

ANOTHER = "it is not what was saved: its {} is different"


def problems(account: Path, index: Index) -> Iterator[str]:
    """Yield what is wrong with an account's backup, a line each.

    Raises:
        Refused: the index holds what no backup writes.
    """
    yield from damages(account, index.files())
    yield from (f"{path}: it was damaged or lost, and could not be read again" for path in index.unlisted())
    for kind, id_ in index.unfinished():
        yield f"{kind} {id_}: it was not saved completely; run the cleanup again with the same --backup"
    for saved in index.saved():
        if saved.kind == OBJECTS:
            yield from _wrong_in_tree(account, index, saved)


def damages(account: Path, files: Iterable[File]) -> Iterator[str]:
    """Yield which files are missing, or are not what was saved, a line each."""
    for file in files:
        if why := damage(account, file.path, file):
            yield f"{file.path}: {why}"


def damage(account: Path, path: str, file: File) -> str:
    """Return what is wrong with a file or with what is in its place, "" if nothing is."""
    try:
        with inside.opened(account, path) as found:
            if os.fstat(found.fileno()).st_size != file.bytes:
                return ANOTHER.format("size")
            digest = hashlib.file_digest(found, "sha256").hexdigest()  # type: ignore[arg-type] # typeshed wants more
    except OSError as error:
        return f"it can't be read: {error.strerror}"
    return "" if digest == file.sha256 else ANOTHER.format("SHA-256")


def _wrong_in_tree(account: Path, index: Index, bucket: Saved) -> Iterator[str]:
    for newest, place in tree.shown(index, bucket.id):
        path, version = f"{bucket.facts['place']}/{place}", index.file(newest.path)
        if version and not _is_one(account, path, newest.path) and (why := damage(account, path, version)):
            yield f"{path}: {why}"


def _is_one(account: Path, path: str, other: str) -> bool:
    """Say whether both are names of one file."""
    try:
        with inside.opened(account, path) as one, inside.opened(account, other) as another:
            return os.path.sameopenfile(one.fileno(), another.fileno())
    except OSError:
        return False
