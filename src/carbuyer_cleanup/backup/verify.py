"""Checking a backup, offline: is every file there, and as it was when it was saved?"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import tree
from carbuyer_cleanup.backup.index import NAME, OBJECTS, Index
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Saved


def accounts(folder: Path) -> list[Path]:
    """Return the folders of the accounts that were saved in a folder.

    Raises:
        Refused: there are none.
    """
    found = sorted(path.parent for path in folder.glob(f"*/{NAME}"))
    if not found:
        raise Refused(f"{folder} holds no backup: give the folder that was given with --backup.")
    return found


def opened(account: Path) -> Index:
    """Open the index of an account's backup.

    Raises:
        Refused: it is damaged.
    """
    try:
        index = Index(account, read_only=True)
        if index.is_sound:
            return index
    except sqlite3.Error as error:
        raise Refused(f"{account / NAME} can't be read: {error}. Take the folder from a copy of it.") from error
    raise Refused(f"{account / NAME} is damaged. Take the folder from a copy of it.")


def problems(account: Path, index: Index) -> Iterator[str]:
    """Yield what is wrong with an account's backup, a line each."""
    for file in index.files():
        if why := _why(account, file.path, file.sha256):
            yield f"{file.path}: {why}"
    for kind, id_ in index.unfinished():
        yield f"{kind} {id_}: it was not saved as a whole; run the cleanup again with the same --backup"
    for saved in index.saved():
        if saved.kind == OBJECTS:
            yield from _wrong_in_tree(account, index, saved)


def _why(account: Path, path: str, sha256: str) -> str:
    """Return what is wrong with a file, "" if nothing is."""
    try:
        with (account / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        return f"it can't be read: {error.strerror}"
    return "" if digest.hexdigest() == sha256 else "it is not what was saved: its SHA-256 is another"


def _wrong_in_tree(account: Path, index: Index, bucket: Saved) -> Iterator[str]:
    for newest, place in tree.shown(index, bucket.id):
        path, version = f"{bucket.facts['place']}/{place}", index.file(newest.path)
        if _is_one(account / path, account / newest.path):
            continue
        if why := _why(account, path, version.sha256 if version else ""):
            yield f"{path}: {why}"


def _is_one(path: Path, other: Path) -> bool:
    """Say whether both are names of one file."""
    return path.exists() and other.exists() and path.samefile(other)
