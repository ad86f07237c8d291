"""The file of a recording: lines of JSON, compressed with gzip, each on the disk as soon as it is written.

After a crash, all lines but the last can be read. A file may come from anybody, so only so much of it is read.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import zlib
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import NotOurs, make_folder, open_own, write_all
from carbuyer_cleanup.recording.allowed import dated, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Line = dict[str, Any]

SORT = "carbuyer-cleanup recording"
FORMAT = 1
GZIP = 31  # zlib's number for gzip's format
LEVEL = 3
MEGA = 2**20
MOST = 64 * MEGA  # bytes of a file
MOST_TEXT = 256 * MEGA  # of all lines, uncompressed
LONGEST = 4 * MEGA  # of a line
CHUNK = 64 * 1024
BITE = 512  # bytes read at once: that many before a damaged place are lost
FULL = "it is full"

NO_USE = "The recording {path} can't be {done}: {why}. Nothing was done; give another file."
NO_RECORDING = "it is not a recording of carbuyer-cleanup, and is left as it is"


class Tape:
    """A recording that is being written; ``ended`` says why it accepts no more lines, "" while it does.

    Args:
        path: the file; an existing recording is replaced, but nothing else is.
        most: the most bytes that it may have.

    Raises:
        Refused: it can't be written, or is something other than a recording.
    """

    def __init__(self, path: Path, most: int = MOST) -> None:
        self.path, self.ended, self._room = path, "", most
        self._text, self._lock = 0, threading.Lock()
        self._gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        try:
            self._file, self._is_open = _opened(path), True
        except OSError as error:
            raise Refused(NO_USE.format(path=path, done="written", why=_why(error))) from error
        self.write({"sort": SORT, "format": FORMAT})

    def write(self, line: Line) -> None:
        """Append a line. What can't be written ends the recording, and never the run."""
        text = _written(line)
        if len(text) >= LONGEST:  # an answer of megabytes: keep only that it was given
            text = _written({name: value for name, value in line.items() if name not in ("params", "answer")})
        with self._lock:
            self._text += len(text) + 1
            if self._text > MOST_TEXT:
                self.ended = self.ended or FULL
            if not self.ended:
                self._append(self._gzip.compress(text + b"\n") + self._gzip.flush(zlib.Z_SYNC_FLUSH))

    def _append(self, data: bytes) -> None:
        if len(data) > self._room:
            self.ended = FULL
            return
        self._room -= len(data)
        try:
            write_all(self._file, data)
        except OSError as error:
            self.ended = str(error.strerror)

    def close(self) -> None:
        """End the file; do nothing if it has ended."""
        with self._lock:
            if not self._is_open:
                return
            self._is_open, self._room = False, CHUNK
            if not self.ended:  # else it is cut off, and is read as such
                self._append(self._gzip.flush())
            os.close(self._file)
            self.ended = self.ended or "it is closed"


_encode = json.JSONEncoder(separators=(",", ":"), default=dated).encode  # json.dumps makes a new one each time


def _written(line: Line) -> bytes:
    return _encode(line).encode()


def _opened(path: Path) -> int:
    """Open a file for its owner alone, lock it against a second run, and empty it if it holds a recording."""
    make_folder(path.parent)
    file = open_own(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_size and not is_recording(path):
            raise NotOurs(0, NO_RECORDING)
        os.fchmod(file, 0o600)
        os.ftruncate(file, 0)
    except OSError:
        os.close(file)
        raise
    return file


def _why(error: OSError) -> str:
    return "another run writes to it" if isinstance(error, BlockingIOError) else str(error.strerror)


def is_recording(path: Path) -> bool:
    """Return whether a file is a recording."""
    try:
        next(lines(path))
    except (Refused, StopIteration):
        return False
    return True


def lines(path: Path) -> Iterator[Line]:
    """Yield those lines of a recording that can be read.

    Raises:
        Refused: it can't be read, is not a recording, or was made by another version.
    """
    found = _objects(path)
    head = next(found, {})
    if head.get("sort") != SORT:
        msg = f"{path} is not a recording of carbuyer-cleanup; pytest cleanup_tests/ --record FILE makes one."
        raise Refused(msg)
    if head.get("format") != FORMAT:
        msg = f"{path} was recorded by another version of carbuyer-cleanup; use that one, or update this one."
        raise Refused(msg)
    yield from found


def _objects(path: Path) -> Iterator[Line]:
    for text in _texts(path):
        try:
            found = json.loads(text.decode(), object_hook=read)
        except (ValueError, RecursionError, OverflowError):
            return
        if not isinstance(found, dict):
            return
        yield found


def _texts(path: Path) -> Iterator[bytes]:
    """Yield the lines, up to where the file is cut off, damaged or too big."""
    rest, total = b"", 0
    for part in _unzipped(path):
        total += len(part)
        *whole, rest = (rest + part).split(b"\n")
        if total > MOST_TEXT or len(rest) > LONGEST:
            return
        yield from whole


def _unzipped(path: Path) -> Iterator[bytes]:
    gzip = zlib.decompressobj(GZIP)
    try:
        with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
            while data := gzip.unconsumed_tail or file.read(BITE):
                yield gzip.decompress(data, CHUNK)
    except zlib.error:
        return
    except OSError as error:
        raise Refused(NO_USE.format(path=path, done="read", why=_why(error))) from error
