"""A backup that somebody else has altered: nothing outside it is read or written, nothing of it is restored."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.backup.index import NAME
from tests.backup.forged import (
    ACCOUNT,
    CONFIGURATION,
    CONTENT,
    DATA,
    DEFINITION,
    NAMED,
    REGION,
    Forged,
)  # fmt: skip
from tests.backup.tried import DAMAGED, OK, REFUSED, Tried

if TYPE_CHECKING:
    from collections.abc import Callable


DEEP = "[" * 100_000
PATHS = (
    "../../secret", "/etc/passwd", "s3/../../../secret", "a\x00b", "", ".", "..", "a//b", "s3", "C:\\x", "x" * 300,
    "nobody/is/here", "\n", "-rf", "~root", 7, -1, 2**62, 1.5, None, b"\xff\xfe", "[]",
)  # fmt: skip
PLACES = [json.dumps({"place": path, "items": 1, "digest": ""}, default=repr) for path in PATHS]
STORED = {"order": "1", "size": 7, "object": {}, "tags": []}
ODD: tuple[dict[str, Any], ...] = (
    {"object": {"Metadata": {"a\r\nx-amz-acl": "public-read"}}},
    {"object": {"Metadata": {"a": "b\r\nx-amz-acl: public-read"}}},
    {"object": {"Metadata": {"a": "ế"}}},
    {"object": {"ContentType": 3}},
    {"object": {"Metadata": []}},
    {"object": []},
    {"tags": {"a": "b"}},
    {"tags": [{"Key": "\ud800", "Value": ""}]},
    {"order": 1},
)
STORIES = [json.dumps({**STORED, **odd}) for odd in ODD]
NO_FACTS = ["", "null", "[]", "{}", DEEP, '{"place":' + DEEP, "1" * 5000, '{"place": NaN}', "{" * 50]
NUMBERS = (-1, 2**62, 2**63 - 1, 1e300, "many", None, b"7")
COLUMNS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("files", "path", PATHS),
    ("files", "bytes", NUMBERS),
    ("files", "sha256", (*NUMBERS, "0" * 64, "Z" * 64)),
    ("objects", "path", PATHS),
    ("objects", "key", (None, b"\xff", "k" * 3000, "")),
    ("objects", "what", ("directory", None, 1)),
    ("objects", "facts", (*NO_FACTS, *STORIES)),
    ("saved", "facts", (*NO_FACTS, *PLACES)),
    ("saved", "region", ("evil.example/#", "ap-southeast-1.evil.example", "x@y", None, 1)),
    ("saved", "kind", (None, 1, b"x")),
    ("saved", "id", ("..", "../x", "arn:aws:s3:us-east-1:999999999999:accesspoint/theirs", None, 5, "x" * 4000)),
)

# Not text() and the like: these draw on what modules have been imported, which a first restore changes.
ATOMS = st.sampled_from([None, True, 0, -1, 2**70, 1.5, "", "x", "..", "\u0000", "\ud800", "version", "Enabled"])
PARTS = st.sampled_from(["place", "items", "digest", "order", "object", "tags", "Metadata", "Key", "Value", "Expires"])
JSON = st.recursive(ATOMS, lambda one: st.lists(one, max_size=2) | st.dictionaries(PARTS, one), max_leaves=6).map(
    json.dumps
)
MAY_BE = {("objects", "key"), ("saved", "kind"), ("saved", "id"), ("saved", "facts")}  # some of these values


def test_not_altered(tried: Tried) -> None:
    """As it was made it is whole, and is put back: the tests below alter that."""
    assert [code for code, _ in tried.both()] == [OK, OK]
    assert tried.sandbox
    s3 = tried.sandbox.session(ACCOUNT).client("s3", region_name=REGION)
    assert s3.get_object(Bucket=NAMED, Key="a")["Body"].read() == b"content"


CHANGES = st.tuples(st.integers(0, 99), st.integers(0, 5), JSON)  # which value, of which row; and one more value


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(len(COLUMNS)), ids=[f"{table}-{column}" for table, column, _ in COLUMNS])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=CHANGES)
def test_index(tried: Tried, number: int, change: tuple[int, int, str]) -> None:
    """Whatever stands in the index, of whatever type, leads nowhere; what could be is all that is put back."""
    (table, column, values), (which, row, odd) = COLUMNS[number], change
    value, forged = [*values, odd][which % (len(values) + 1)], tried.anew()
    rows = _rows(forged, table)
    try:
        forged.alter(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", value, rows[row % len(rows)])  # noqa: S608 - ours
    except (sqlite3.IntegrityError, UnicodeEncodeError):
        return  # SQLite doesn't take it
    told = tried.both()
    assert value not in values or (table, column) in MAY_BE or told[-1][0] == REFUSED, told


def _rows(forged: Forged, table: str) -> list[int]:
    with closing(sqlite3.connect(forged.account / NAME)) as connection:
        return [row for (row,) in connection.execute(f"SELECT rowid FROM {table}")]  # noqa: S608 - ours


def _link(path: Path) -> None:
    shutil.copy(path, path.parents[-1] / path.with_name("elsewhere"))
    path.unlink()
    path.symlink_to(path.with_name("elsewhere"))


def _linked_folder(path: Path) -> None:
    elsewhere = path.parent.with_name("elsewhere")
    path.parent.rename(elsewhere)
    path.parent.symlink_to(elsewhere)


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Return what puts something else in a file's place."""

    def put(path: Path) -> None:
        path.unlink()
        make(path)

    return put


ON_THE_DISK: dict[str, Callable[[Path], object]] = {
    "a link": _link,
    "a link to a device": _instead(lambda path: path.symlink_to("/dev/zero")),
    "a link to itself": _instead(lambda path: path.symlink_to(path)),
    "in a folder that is a link": _linked_folder,
    "a pipe": _instead(os.mkfifo),
    "a folder": _instead(Path.mkdir),
    "gone": Path.unlink,
    "enormous": lambda path: os.truncate(path, 2**40),
    "another": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


@pytest.mark.parametrize("change", ON_THE_DISK)
@pytest.mark.parametrize("path", [NAME, DATA, DEFINITION, CONTENT, CONFIGURATION])
def test_on_the_disk(tried: Tried, path: str, change: str) -> None:
    """What stands in a file's place is neither followed nor waited for, and read no further than the file was long."""
    ON_THE_DISK[change](tried.forged.account / path)

    codes = [code for code, _ in tried.both()]
    is_left = (path, change) == (NAME, "enormous")  # SQLite reads what the index's own header says
    assert codes in ([DAMAGED, REFUSED], [REFUSED, REFUSED]) or is_left


def _unfolded(forged: Forged) -> None:
    """Leave an index that is written in another way, in which SQLite writes when it reads."""
    with closing(sqlite3.connect(forged.account / NAME)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _journal_of_several(forged: Forged) -> None:
    end = bytes.fromhex("d9d505f920a163d7")
    (forged.account / f"{NAME}-journal").write_bytes(bytes(512) + bytes(forged.root.parent / "secret") + end)


def _a_view(forged: Forged) -> None:
    forged.alter("DROP TABLE tree")
    forged.alter("CREATE VIEW tree AS SELECT 1")


OTHER_INDICES: dict[str, Callable[[Forged], object]] = {
    "a view": _a_view,
    "a trigger": lambda forged: forged.alter("CREATE TRIGGER t AFTER INSERT ON tree BEGIN DELETE FROM files; END"),
    "a table more": lambda forged: forged.alter("CREATE TABLE more (x)"),
    "a column more": lambda forged: forged.alter("ALTER TABLE files ADD COLUMN x"),
    "a way to write when it is read": _unfolded,
    "what is to be added": lambda forged: (forged.account / f"{NAME}-wal").symlink_to(forged.root.parent / "secret"),
    "a journal that is a link": lambda forged: (forged.account / f"{NAME}-journal").symlink_to("/dev/zero"),
    "a journal of several": _journal_of_several,
    "only half of it": lambda forged: os.truncate(forged.account / NAME, 5000),
    "nothing": lambda forged: os.truncate(forged.account / NAME, 0),
}


@pytest.mark.parametrize("change", OTHER_INDICES)
def test_another_index(tried: Tried, change: str) -> None:
    """An index that would have SQLite do more than read it is refused."""
    OTHER_INDICES[change](tried.forged)

    assert [code for code, _ in tried.both()] == [REFUSED, REFUSED]


def test_account_that_is_a_link(tried: Tried) -> None:
    """The folder of an account is one."""
    shutil.move(tried.forged.account, tried.home / "elsewhere")
    tried.forged.account.symlink_to(tried.home / "elsewhere")

    assert [code for code, _ in tried.both()] == [REFUSED, REFUSED]


def test_account_without_an_index(tried: Tried) -> None:
    """Beside an account that is whole, one whose index is gone is not passed over."""
    tried.forged.account.with_name("999988887777").mkdir()

    code, said = tried.told("verify")
    assert code == REFUSED
    assert "999988887777/index.sqlite can't be read: No such file" in said


def test_interrupted_index(tried: Tried) -> None:
    """What a run that died has left half-written in the index is undone, without writing in the folder."""
    with closing(sqlite3.connect(tried.forged.account / NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO tree VALUES ('b', ?, ?)", ((str(n), "x" * 500) for n in range(100)))
        half = tried.forged.copy(tried.home / "half")
    tried.forged = half

    assert (half.account / f"{NAME}-journal").stat().st_size > 0
    assert [code for code, _ in tried.both()] == [OK, OK]
