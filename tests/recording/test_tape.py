"""The file: what is written is there after a crash, it has an end, and what anybody puts in its place is safe."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.recording.tape import FULL, LONGEST, MEGA, SORT, Tape, lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = {"sort": SORT, "format": 1}


def _recording(*found: object) -> bytes:
    return gzip.compress("".join(f"{json.dumps(one)}\n" for one in (HEAD, *found)).encode())


def test_crash(tmp_path: Path) -> None:
    """Each line can be read as soon as it is written; what is cut off loses the last one alone."""
    path = tmp_path / "x.rec"
    tape = Tape(path)
    for number in range(3):
        tape.write({"sort": "interrupted", "at": number})
    assert [line["at"] for line in lines(path)] == [0, 1, 2]
    path.write_bytes(path.read_bytes()[:-12])
    assert [line["at"] for line in lines(path)] == [0, 1]


def test_full(tmp_path: Path) -> None:
    """A file grows to its bound, and says so; what is in it can be read."""
    tape = Tape(tmp_path / "x.rec", most=2000)
    for number in range(100):
        tape.write({"sort": "interrupted", "at": number, "more": os.urandom(50).hex()})
    assert tape.ended == FULL
    tape.close()
    assert (tmp_path / "x.rec").stat().st_size <= 2100
    assert 5 < len(list(lines(tmp_path / "x.rec"))) < 40


def test_long_answer(tmp_path: Path) -> None:
    """An answer of millions is not kept, but that it was given is."""
    tape = Tape(tmp_path / "x.rec")
    tape.write({"sort": "call", "call": "ec2:DescribeVpcs", "answer": {"x": "y" * LONGEST}})
    assert list(lines(tmp_path / "x.rec")) == [{"sort": "call", "call": "ec2:DescribeVpcs"}]


def test_modes(tmp_path: Path) -> None:
    """Nobody else may read it."""
    Tape(tmp_path / "x.rec").close()
    assert (tmp_path / "x.rec").stat().st_mode & 0o777 == 0o600


def test_replaces_a_recording(tmp_path: Path) -> None:
    """A recording is replaced."""
    (tmp_path / "x.rec").write_bytes(_recording({"sort": "old"}))
    Tape(tmp_path / "x.rec").close()
    assert list(lines(tmp_path / "x.rec")) == []


def _link(path: Path) -> None:
    (path.parent / "own").write_text("mine")
    path.symlink_to(path.parent / "own")


OTHERS: dict[str, Callable[[Path], object]] = {
    "a text": lambda path: path.write_text("mine"),
    "a gzip of something else": lambda path: path.write_bytes(gzip.compress(b"mine")),
    "a link": _link,
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("put", OTHERS.values(), ids=list(OTHERS))
def test_leaves_others_alone(put: Callable[[Path], object], tmp_path: Path) -> None:
    """What is no recording is left as it is, and what a link leads to, too."""
    put(tmp_path / "x.rec")
    with pytest.raises(Refused, match=r"x\.rec can't be written: "):
        Tape(tmp_path / "x.rec")
    assert [path.read_text() for path in tmp_path.glob("own")] in ([], ["mine"])


def test_two_at_once(tmp_path: Path) -> None:
    """A second run can't write to the same file."""
    first = Tape(tmp_path / "x.rec")
    with pytest.raises(Refused, match="another run writes to it"):
        Tape(tmp_path / "x.rec")
    first.close()


def _bomb() -> bytes:
    """Return a recording of 300 MiB; after a full flush the same MiB is the same few bytes again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(json.dumps(HEAD).encode() + b"\n") + packer.flush(zlib.Z_FULL_FLUSH)
    mega = packer.compress(bytes(MEGA)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + 300 * mega + packer.flush()


BAD: dict[str, bytes] = {
    "nothing": b"",
    "a text": b"mine",
    "cut in the head": _recording()[:15],
    "another format": gzip.compress(json.dumps(HEAD | {"format": 99}).encode() + b"\n"),
    "no run": _recording(),
    "a wrong line": _recording({"sort": "run", "task": []}),
    "too deep": gzip.compress(json.dumps(HEAD).encode() + b"\n" + b"[" * 100_000 + b"\n"),
    "a bomb": _bomb(),
    "another number": _recording({"sort": "call", "from": 10**400}),
    "a time": _recording({"sort": "call", "from": {"~time": "yesterday"}}),
}


@pytest.mark.parametrize("data", BAD.values(), ids=list(BAD))
def test_bad_file(data: bytes, tmp_path: Path, command: Callable[..., tuple[int, str, str]]) -> None:
    """What is no recording, or a damaged one, gets one sentence and exit code 4."""
    (tmp_path / "x.rec").write_bytes(data)
    code, output, errors = command("show", tmp_path / "x.rec")
    assert (code, output, errors.count("\n")) == (4, "", 1)
    assert "x.rec" in errors
