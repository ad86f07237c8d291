"""The index of a backup: an SQLite file that says what was saved, of which resource, and how to check it.

Whatever is in it is on the disk: it is written after the files. So a run that was interrupted goes on from there, and
a bucket of a million versions takes no memory. ``saved`` has a row for each resource that was saved as a whole,
``files`` one for each file, ``objects`` one for each version, delete marker and unfinished upload of a bucket; ``tree``
remembers which paths of the plain tree are taken, as systems compare them that tell no ``A`` from ``a``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.folder import UNFINISHED
from carbuyer_cleanup.backup.rows import MARKER, OBJECTS, TABLE, VERSION, file_of, saved_of, sealed, stored_of
from carbuyer_cleanup.files import NotOurs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from carbuyer_cleanup.backup.folder import File
    from carbuyer_cleanup.backup.rows import Entry, Saved, Stored

NAME = "index.sqlite"
TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS saved (kind TEXT, id TEXT, name TEXT, region TEXT, at TEXT, facts TEXT,
                                  PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, kind TEXT, id TEXT, bytes INTEGER, sha256 TEXT);
CREATE TABLE IF NOT EXISTS objects (bucket TEXT, key TEXT, version TEXT, stamp TEXT, what TEXT, path TEXT, facts TEXT,
                                    PRIMARY KEY (bucket, key, version, stamp));
CREATE TABLE IF NOT EXISTS tree (bucket TEXT, folded TEXT, exact TEXT, PRIMARY KEY (bucket, folded));
"""
SAVED = "SELECT kind, id, name, region, at, facts FROM saved"
MANY = 1000  # rows read at a time
LONGEST_ROW = 2**20  # bytes: metadata and tags of an object are 6 KB at most


@dataclass(frozen=True)
class Holds:
    """What a backup holds in all."""

    saved: tuple[Saved, ...] = ()
    tables: int = 0
    objects: int = 0
    bytes: int = 0


class Index:
    """The index in ``folder``; threads may share it.

    Raises:
        NotOurs: it is gone, and what it was about isn't: a new one would know nothing of that.
        sqlite3.Error: it can't be opened, or is none.
        Refused (by whatever reads rows): one is none that a backup writes.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        if not read_only:
            _refuse_lost(folder)
        mode = "ro" if read_only else "rwc"
        uri = f"{(folder / NAME).absolute().as_uri()}?mode={mode}"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_ROW)
        if not read_only:
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all that the block adds, or nothing of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add_file(self, kind: str, id_: str, file: File) -> None:
        """Remember a file of a resource."""
        self._do("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", file.path, kind, id_, file.bytes, file.sha256)

    def add_saved(self, one: Saved) -> None:
        """Remember that a resource was saved as a whole."""
        row = (one.kind, one.id, one.name, one.region, one.at)
        self._do("INSERT OR REPLACE INTO saved VALUES (?, ?, ?, ?, ?, ?)", *row, sealed(row, one.facts))

    def reopen(self, kind: str, id_: str) -> None:
        """Forget that a resource was saved as a whole: there is more of it."""
        self._do("DELETE FROM saved WHERE kind = ? AND id = ?", kind, id_)

    def forget(self, kind: str, id_: str, paths: Sequence[str]) -> None:
        """Forget files of a resource, and that it was saved as a whole.

        A version that was in one is remembered: if S3 has it no more, nobody will read it again, and it is lost.
        """
        with self.together():
            self.reopen(kind, id_)
            self._connection.executemany("DELETE FROM files WHERE path = ?", ((path,) for path in paths))

    def add_object(self, bucket: str, one: Stored) -> None:
        """Remember something of a bucket."""
        row = (*one.entry, one.what, one.path)
        self._do("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)", bucket, *row, sealed(row, one.facts))

    def tell_anew(self, bucket: str, changed: Sequence[Stored]) -> None:
        """Remember what is told otherwise now of what a bucket has."""
        where = "bucket = ? AND key = ? AND version = ? AND stamp = ?"
        with self.together():
            for one in changed:
                facts = sealed((*one.entry, one.what, one.path), one.facts)
                self._do(f"UPDATE objects SET facts = ? WHERE {where}", facts, bucket, *one.entry)  # noqa: S608 - no value

    def file(self, path: str) -> File | None:
        """Return what is known of a file."""
        row = self._one("SELECT path, bytes, sha256 FROM files WHERE path = ?", path)
        return file_of(row) if row else None

    def files(self, kind: str = "", id_: str = "") -> Iterator[File]:
        """Yield the files of a resource, or all."""
        one = "SELECT path, bytes, sha256 FROM files WHERE kind = ? AND id = ? ORDER BY path"
        rows = self._ask(one, kind, id_) if kind else self._ask("SELECT path, bytes, sha256 FROM files ORDER BY path")
        return map(file_of, rows)

    def saved(self) -> list[Saved]:
        """Return the resources that were saved as a whole."""
        return [saved_of(row) for row in self._ask(f"{SAVED} ORDER BY kind, id")]

    def holds(self) -> Holds:
        """Return what there is in all."""
        saved = tuple(self.saved())
        (objects,) = self._one("SELECT COUNT(*) FROM objects WHERE what = ?", VERSION)
        (size,) = self._one("SELECT COALESCE(SUM(bytes), 0) FROM files")
        return Holds(saved, sum(one.kind == TABLE for one in saved), objects, size)

    @property
    def is_sound(self) -> bool:
        """Whether it has the tables of a backup and nothing else, and SQLite finds nothing wrong with the file."""
        return _schema(self._connection) == _own_schema() and bool(self._one("PRAGMA quick_check") == ("ok",))

    def unfinished(self) -> list[tuple[str, str]]:
        """Return kind and id of what was begun and is not saved as a whole."""
        begun = "SELECT kind, id FROM files UNION SELECT ?, bucket FROM objects"
        return list(self._ask(f"SELECT * FROM ({begun}) EXCEPT SELECT kind, id FROM saved", OBJECTS))  # noqa: S608 - no value

    def see(self) -> None:
        """Look at every row.

        Raises:
            Refused: one is none that a backup writes.
        """
        stored = map(stored_of, self._ask("SELECT key, version, stamp, what, path, facts FROM objects"))
        for rows in (self.files(), self.saved(), stored):
            deque(rows, 0)

    def unlisted(self) -> list[str]:
        """Return the paths of versions of which no digest is known."""
        where = "what = ? AND path NOT IN (SELECT path FROM files)"
        return [path for (path,) in self._ask(f"SELECT path FROM objects WHERE {where}", VERSION)]  # noqa: S608 - no value

    def of(self, kind: str, id_: str) -> Saved | None:
        """Return a resource if it was saved as a whole."""
        row = self._one(f"{SAVED} WHERE kind = ? AND id = ?", kind, id_)
        return saved_of(row) if row else None

    def has_object(self, bucket: str, entry: Entry) -> bool:
        """Say whether something of a bucket was saved, and its file, if it has one, is known."""
        where = "bucket = ? AND key = ? AND version = ? AND stamp = ?"
        is_kept = "what != ? OR EXISTS (SELECT 1 FROM files WHERE files.path = objects.path)"
        found = self._one(f"SELECT 1 FROM objects WHERE {where} AND ({is_kept})", bucket, *entry, VERSION)  # noqa: S608 - no value
        return found is not None

    def has_versions(self, bucket: str) -> bool:
        """Say whether a bucket ever had versions: without, all have the id ``null``, and nothing marks a deletion."""
        where = "bucket = ? AND (what = ? AND version != 'null' OR what = ?) LIMIT 1"
        return self._one(f"SELECT 1 FROM objects WHERE {where}", bucket, VERSION, MARKER) is not None  # noqa: S608 - no value

    def written_over(self, bucket: str) -> int:
        """Return how many contents of a bucket without versions were written over after they had been saved."""
        if self.has_versions(bucket):
            return 0
        counts = "COUNT(*) - COUNT(DISTINCT key)"
        (count,) = self._one(f"SELECT {counts} FROM objects WHERE bucket = ? AND what = ?", bucket, VERSION)  # noqa: S608 - no value
        return int(count)

    def objects(self, bucket: str, *whats: str) -> Iterator[Stored]:
        """Return what was saved of a bucket, key by key, each from its oldest version to its newest."""
        fields = "SELECT key, version, stamp, what, path, facts FROM objects"
        marks = ", ".join("?" * len(whats))
        where = f"WHERE bucket = ? AND what IN ({marks}) ORDER BY key, json_extract(facts, '$.order'), rowid"
        return map(stored_of, self._ask(f"{fields} {where}", bucket, *whats))

    def current(self, bucket: str) -> Iterator[Stored]:
        """Yield the versions of a bucket, but of those of an id that was written over, such as ``null``, the last."""
        same = "o.bucket = objects.bucket AND o.key = objects.key AND o.version = objects.version"
        last = f"NOT EXISTS (SELECT 1 FROM objects AS o WHERE {same} AND o.rowid > objects.rowid)"  # noqa: S608 - no value
        fields = "SELECT key, version, stamp, what, path, facts FROM objects"
        return map(stored_of, self._ask(f"{fields} WHERE bucket = ? AND what = ? AND {last}", bucket, VERSION))

    def take(self, bucket: str, steps: Sequence[tuple[str, str]]) -> bool:
        """Take places in the plain tree, each as systems compare it and as it is; False if another has one."""
        for folded, exact in steps:
            known = self._taken(bucket, folded)
            if known is None:
                self._do("INSERT INTO tree VALUES (?, ?, ?)", bucket, folded, exact)
            elif known != (exact,):
                return False
        return True

    def has_taken(self, bucket: str, steps: Sequence[tuple[str, str]]) -> bool:
        """Say whether all of these places were taken, for just this."""
        return all(self._taken(bucket, folded) == (exact,) for folded, exact in steps)

    def _taken(self, bucket: str, folded: str) -> Any:
        return self._one("SELECT exact FROM tree WHERE bucket = ? AND folded = ?", bucket, folded)

    def _do(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> Any:
        with self._lock:
            return self._connection.execute(statement, values).fetchone()

    def _ask(self, statement: str, *values: Any) -> Iterator[Any]:
        """Yield rows; they are read many at a time, so that others can write in between."""
        with self._lock:
            cursor = self._connection.execute(statement, values)
        while True:
            with self._lock:
                rows = cursor.fetchmany(MANY)
            if not rows:
                return
            yield from rows


def _refuse_lost(folder: Path) -> None:
    index = folder / NAME
    is_there = index.exists() and index.stat().st_size
    if not is_there and any(not one.name.startswith(NAME) for one in folder.iterdir() if one.name != UNFINISHED):
        raise NotOurs(0, f"it has the files of a backup, but not their index ({NAME})")


def _schema(connection: sqlite3.Connection) -> set[Any]:
    """Return what there is in a file of SQLite's: a view or a trigger would do what others want."""
    connection.execute("PRAGMA trusted_schema = OFF")
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


@cache
def _own_schema() -> set[Any]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(TABLES)
        return _schema(connection)
