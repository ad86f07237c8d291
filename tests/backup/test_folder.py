"""Writing a large file: what was written is synced and read back in stretches, while the next are being written."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.backup import folder as folders
from carbuyer_cleanup.backup import tree
from carbuyer_cleanup.backup.folder import Folder, NotSaved
from carbuyer_cleanup.kinds import bucket
from tests.backup.savings import BUCKET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.backup.savings import Saved

STRETCH = 1000
SENT = bytes(range(250)) * 21


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder in which four stretches, and a part of one, are written."""
    monkeypatch.setattr(folders, "STRETCH", STRETCH)
    return Folder(tmp_path / "saved")


def _write(folder: Folder, *, proven: bool = False) -> tuple[str, str]:
    follower = hashlib.md5(usedforsecurity=False)
    with folder.writing("file", proven=proven) as writing:
        writing.follow(follower)
        for start in range(0, len(SENT), 300):
            writing.write(SENT[start : start + 300])
    return writing.sha256.hexdigest(), follower.hexdigest()


@pytest.mark.parametrize("proven", [True, False])
def test_stretches(folder: Folder, *, proven: bool) -> None:
    """Each digest is of all that is on the disk, once."""
    digests = hashlib.sha256(SENT).hexdigest(), hashlib.md5(SENT, usedforsecurity=False).hexdigest()
    assert _write(folder, proven=proven) == digests
    assert (folder.root / "file").read_bytes() == SENT


PIECE = 300


def _pieces(*starts: int) -> list[tuple[int, bytes]]:
    return [(start, SENT[start : start + PIECE]) for start in starts]


@settings(deadline=None)
@given(st.permutations(range(0, len(SENT), PIECE)), st.lists(st.sampled_from(range(0, len(SENT), PIECE))))
def test_any_order(tmp_path_factory: pytest.TempPathFactory, order: list[int], again: list[int]) -> None:
    """Pieces come in any order, some once more: what reads back is digested once, from the beginning on."""
    folder, follower = Folder(tmp_path_factory.mktemp("any") / "saved"), hashlib.sha256()
    with patch.object(folders, "STRETCH", STRETCH), folder.writing("file", proven=True) as writing:
        writing.follow(follower)
        for start, data in _pieces(*order, *again):
            writing.seek(start)
            writing.write(data)
    assert writing.bytes == len(SENT)
    assert writing.sha256.digest() == follower.digest() == hashlib.sha256(SENT).digest()
    assert (folder.root / "file").read_bytes() == SENT


def test_gap(folder: Folder) -> None:
    """What comes behind a gap doesn't count until that is closed."""
    with folder.writing("file", proven=True) as writing:
        for start, data in _pieces(0, 600):
            writing.seek(start)
            writing.write(data)
        assert writing.bytes == PIECE
        writing.sync()
        assert writing.sha256.digest() == hashlib.sha256(SENT[:PIECE]).digest()


def test_a_part_that_comes_anew(folder: Folder) -> None:
    """A piece that broke off comes whole another time; of what was whole nothing is written over."""
    with folder.writing("file", proven=True) as writing:
        for start, data in [(0, SENT[:400]), (600, SENT[600:700]), (0, b"x" * 500), (600, SENT[600:900])]:
            writing.seek(start)
            writing.write(data)
        assert writing.bytes == 500
        writing.seek(500)
        writing.write(SENT[500:600])
    assert writing.bytes == 900
    assert (folder.root / "file").read_bytes() == SENT[:400] + b"x" * 100 + SENT[500:900]


@pytest.mark.parametrize("fails_at", range(5))
def test_disk_that_fails(folder: Folder, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    """Whichever stretch can't be brought to the disk, there is no file, and nothing is left of one."""
    honest, done = os.fsync, iter(range(100))

    def fsync(descriptor: int) -> None:
        if next(done) == fails_at:
            raise OSError(5, "Input/output error")
        honest(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output error"):
        _write(folder)
    assert list((folder.root / folders.UNFINISHED).iterdir()) == []
    assert not (folder.root / "file").exists()


def test_disk_that_forgets_a_stretch(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads back otherwise in a stretch is another file."""
    honest, done = os.pread, iter(range(100))
    monkeypatch.setattr(os, "pread", lambda fd, size, at: bytes(size) if next(done) == 2 else honest(fd, size, at))
    with pytest.raises(NotSaved, match="does not read back as it was written"):
        _write(folder)


def test_nothing_is_synced_too(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file is synced once, as is one that was synced before it was closed."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with folder.writing("empty"):
        pass
    with folder.writing("synced") as writing:
        writing.write(b"content")
        writing.sync()
    assert len(synced) == 2


def test_more_folders_than_are_remembered(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree is the same if few folders are remembered at a time; each is synced."""
    synced: set[Path] = set()
    monkeypatch.setattr(tree, "MANY", 2)
    monkeypatch.setattr(tree, "settle", synced.add)
    for number in range(5):
        saved.client("s3").put_object(Bucket=BUCKET, Key=f"folder-{number}/a", Body=b"content")

    assert saved.take_down(bucket.OBJECTS) is None
    home = saved.folder / "s3" / BUCKET / "current"
    assert {home / f"folder-{number}" for number in range(5)} <= synced
    assert {file.parent for file in home.rglob("*") if file.is_file()} <= synced


def test_folder_that_is_there(tmp_path: Path) -> None:
    """A new folder is its owner's alone; who may enter one that is there, such as /tmp, is not changed."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    for path in (shared, tmp_path / "new"):
        folders.make_if_missing(path)

    assert [path.stat().st_mode & 0o777 for path in (shared, tmp_path / "new")] == [0o755, 0o700]
    (tmp_path / "link").symlink_to(shared)
    with pytest.raises(OSError, match="symbolic link"):
        folders.make_if_missing(tmp_path / "link")
