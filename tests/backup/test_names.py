"""Names of files made of keys: safe, legible where they can be, and no two alike, on any system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.backup import tree
from carbuyer_cleanup.backup.folder import Folder
from carbuyer_cleanup.backup.index import Index
from carbuyer_cleanup.backup.paths import encoded, folded, is_portable, name_of
from carbuyer_cleanup.backup.rows import Entry, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "b"
HOSTILE = (
    "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "", ".", "./a", "C:\\x", "c:x", "a\x00b", "a\nb", "a\x7f",
    "nul", "NUL.txt", "com1/x", "LPT¹", "x.", "x ", " x", "a./b", "x" * 201, "a/" * 400 + "a",
    "a:b", "a|b", "a?", "a*", '"', "<", "\x85",
)  # fmt: skip
HARMLESS = (
    "a",
    "a/b.txt",
    "Database/User.json",
    "ảnh/xe ô tô.jpg",
    "😀",
    "a..b",
    "...a",
    "~",
    "-rf",
    "$(x)",
    "a&b",
    "%2e%2e",
)
KEYS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(HOSTILE + HARMLESS),
    st.lists(st.sampled_from(["a", "A", "é", "e\u0301", "..", ".", "", "b.", "ẞ", "ss", "İ"]), max_size=4).map(
        "/".join
    ),
)


@pytest.mark.parametrize("key", HOSTILE)
def test_not_a_path(key: str) -> None:
    """What leads out, or some system can't have, gets a name that every system can have."""
    assert not is_portable(key)
    assert is_portable(encoded(key))


@pytest.mark.parametrize("key", HARMLESS)
def test_a_path_as_it_is(key: str) -> None:
    """All other keys are paths."""
    assert is_portable(key)


@settings(max_examples=50, deadline=None)
@given(KEYS)
def test_inside(key: str) -> None:
    """A key that is used as a path stays inside the folder, on POSIX and on Windows; encoded it is one name."""
    for name in [encoded(key), name_of(key or "x"), *([key] if is_portable(key) else [])]:
        assert not PurePosixPath(name).is_absolute()
        assert not PureWindowsPath(name).is_absolute()
        assert not PureWindowsPath(name).drive
        assert ".." not in PureWindowsPath(name).parts
        assert is_portable(name)
    assert "/" not in encoded(key)


@settings(max_examples=50, deadline=None)
@given(st.lists(KEYS, unique=True, max_size=8))
def test_encoded_differently(keys: list[str]) -> None:
    """No two keys have one name, not even where A is a."""
    assert len({folded(encoded(key)) for key in keys}) == len(keys)


class InMemory:
    """A backup of which the tree is built, in a folder that is emptied for each example."""

    def __init__(self, root: Path) -> None:
        shutil.rmtree(root, ignore_errors=True)
        self.root, self.folder, self.index = root, Folder(root), Index(root)

    def add(self, key: str, content: bytes) -> None:
        """Save a version of a key."""
        file = self.folder.put(f"s3/b/versions/{encoded(key)}", content)
        self.index.add_file("S3 objects", BUCKET, file)
        facts = {"order": "1", "object": {}, "tags": []}
        self.index.add_object(BUCKET, Stored(Entry(key, "null", "1"), "version", file.path, facts))


@pytest.mark.exhaustive
@settings(max_examples=100, deadline=None)
@given(keys=st.lists(KEYS, unique=True, max_size=8))
def test_tree(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> None:
    """Each key has one file, with its content; none is another's on any system, and none is outside."""
    backup = InMemory(tmp_path_factory.getbasetemp() / "tree")
    for key in keys:
        backup.add(key, repr(key).encode())
    tree.build(backup, BUCKET, "s3/b")  # type: ignore[arg-type] # that is all that it takes
    shown = {one.entry.key: place for one, place in tree.shown(backup.index, BUCKET)}
    backup.index.close()

    assert set(shown) == set(keys)
    assert len({folded(place) for place in shown.values()}) == len(keys)
    assert {key: (backup.root / "s3/b" / place).read_bytes() for key, place in shown.items()} == {
        key: repr(key).encode() for key in keys
    }
    assert {path for path in _files(backup.root / "s3/b") if "versions" not in path} == set(shown.values())
    assert [key for key, place in shown.items() if place.startswith("current/") and place != f"current/{key}"] == []


def _files(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        yield from (str((Path(folder) / name).relative_to(root)) for name in names)
