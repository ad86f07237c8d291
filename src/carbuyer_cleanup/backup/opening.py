"""Opening a backup to read it, whoever made it: nothing outside is read, and nothing is written.

The index of a run that died while it wrote has a journal beside it, by which SQLite undoes what is half-written: that
is done in a copy. SQLite would also open what is beside the index as ``-wal``, follow links, and delete the file of
which a journal says that it coordinates several ("Atomic Commit In SQLite", 5.0): so these are refused.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import inside
from carbuyer_cleanup.backup.index import NAME, Index
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.workshop import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

JOURNAL, BESIDE = f"{NAME}-journal", (f"{NAME}-wal", f"{NAME}-shm")
SEVERAL = bytes.fromhex("d9d505f920a163d7")  # ends a journal that names another file: SQLite's file format, 3
ONE_JOURNAL = b"\1\1"  # in the header's bytes 18 and 19: SQLite's file format, 1.3.3


def accounts(folder: Path) -> list[Path]:
    """Return the folders of the accounts that were saved in a folder.

    Raises:
        Refused: there are none.
    """
    try:
        found = sorted(path for path in folder.iterdir() if ACCOUNT.fullmatch(path.name) and _is_account(path))
    except OSError as error:
        raise Refused(f"{folder} can't be read: {error.strerror}.") from error
    if not found:
        raise Refused(f"{folder} holds no backup: give the folder that was given with --backup.")
    return found


def _is_account(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()  # with an index or without: then it is damaged


@contextmanager
def opened(account: Path) -> Iterator[Index]:
    """Open the index of an account's backup for as long as the block lasts.

    Raises:
        Refused: it is damaged, or not a backup's.
    """
    try:
        with _whole(account) as folder, closing(Index(folder, read_only=True)) as index:
            if not index.is_sound:
                raise Refused(f"{account / NAME} is damaged, or not a backup's. Use a copy of the folder.")
            index.see()
            yield index
    except sqlite3.Error as error:
        raise Refused(f"{account / NAME} can't be read: {error}. Use a copy of the folder.") from error
    except OSError as error:
        raise Refused(f"{account / NAME} can't be read: {error.strerror or error}.") from error


@contextmanager
def _whole(account: Path) -> Iterator[Path]:
    """Yield the folder in which the index is, without a journal."""
    _refuse_others(account)
    if not _is_there(account / JOURNAL):
        yield account
        return
    with tempfile.TemporaryDirectory(prefix="carbuyer-cleanup-") as made:
        for name in (NAME, JOURNAL):
            with inside.opened(account, name) as source, (Path(made) / name).open("wb") as copy:
                shutil.copyfileobj(source, copy)
        with closing(sqlite3.connect(Path(made) / NAME)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # undoes what is half-written
        yield Path(made)


def _refuse_others(account: Path) -> None:
    """Check that SQLite will open the index alone, and the journal that goes with it.

    Raises:
        Refused, OSError: it would open something else.
    """
    with inside.opened(account, NAME) as file:
        header = file.read(20)
    is_odd = header.startswith(b"SQLite format 3\0") and header[18:] != ONE_JOURNAL
    if is_odd or any(map(_is_there, (account / name for name in BESIDE))) or _names_another(account):
        raise Refused(f"{account / NAME} is not as a backup leaves it. Use a copy of the folder.")


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _names_another(account: Path) -> bool:
    if not _is_there(account / JOURNAL):
        return False
    with inside.opened(account, JOURNAL) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - len(SEVERAL)))
        return file.read() == SEVERAL
