"""What the index alone knows: a letter of it that the disk has changed is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.backup.folder import Folder
from carbuyer_cleanup.backup.index import NAME, Index
from carbuyer_cleanup.backup.rows import Entry, Saved, Stored
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import NotOurs

if TYPE_CHECKING:
    from collections.abc import Callable

KEY, METADATA, TAG, PLACE = "the-key", "the-metadata", "the-tag", "s3/the-place"
FACTS = {"order": "1", "object": {"Metadata": {"a": METADATA}}, "tags": [{"Key": "a", "Value": "old"}]}
STORED = Stored(Entry(KEY, "1", "now"), "version", "s3/x", FACTS)


@pytest.fixture(autouse=True)
def _index(tmp_path: Path) -> None:
    """An index with a version, whose tags were told anew, and a bucket."""
    Folder(tmp_path)
    made = Index(tmp_path)
    made.add_object("b", STORED)
    made.tell_anew("b", [_tagged()])
    made.add_saved(Saved("S3 objects", "b", "b", "eu-west-1", "", {"place": PLACE}))
    made.close()


def _tagged() -> Stored:
    return Stored(STORED.entry, STORED.what, STORED.path, {**FACTS, "tags": [{"Key": "a", "Value": TAG}]})


def test_as_it_was_written(tmp_path: Path) -> None:
    """What was written is read."""
    index = Index(tmp_path, read_only=True)
    assert list(index.objects("b", "version")) == [_tagged()]
    assert index.saved()[0].facts == {"place": PLACE}
    index.see()
    index.close()


@pytest.mark.parametrize("what", [KEY, METADATA, TAG, PLACE])
def test_another_letter(tmp_path: Path, what: str) -> None:
    """SQLite takes another letter in a text for what was written; a key and metadata are nowhere else."""
    path = tmp_path / NAME
    content = path.read_bytes()
    assert what.encode() in content
    path.write_bytes(content.replace(what.encode(), what.replace("the", "teh").encode()))
    read = Index(tmp_path, read_only=True)

    assert read.is_sound
    with pytest.raises(Refused, match="it was altered"):
        read.see()
    read.close()


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_lost(tmp_path: Path, lose: Callable[[Path], object]) -> None:
    """Where the index of what was saved is gone, a new one would say that this is all: no run goes on there."""
    lose(tmp_path / NAME)
    Index(tmp_path).close()  # there was nothing else
    Folder(tmp_path).put("s3/x", b"content")
    lose(tmp_path / NAME)

    with pytest.raises(NotOurs, match="but not their index"):
        Index(tmp_path)
