"""Writing files that are there as a whole, and as they were sent, or not at all.

A file gets its name only when it is on the disk and has been read back from there. What a crash leaves is in
``unfinished``, and is cleared away by the next run.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.files import folders_to_make, refuse_no_folder, settle, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path
    from typing import Protocol

    class Making(Protocol):
        """A digest being made, as ``hashlib`` has them."""

        def update(self, data: bytes | memoryview, /) -> None:
            """Take more."""

        def digest(self) -> bytes:
            """Return the digest of all that was taken."""

    MakeDigest = Callable[[], Making]

PRIVATE = 0o700
CHUNK = 2**20
STRETCH = 2**24  # bytes after which a file is synced and read back, while the next are on their way
UNFINISHED = "unfinished"
# What systems say where a file system has no hard links, or no more for this file: link(2)
NO_LINKS = frozenset({errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EXDEV})


class NotSaved(CleanupError):
    """Something could not be saved, and so is not deleted."""


@dataclass(frozen=True)
class File:
    """A file that was written and checked: its path in the folder, and its SHA-256 in hexadecimal digits."""

    path: str
    bytes: int
    sha256: str


class Writing:
    """A file being written: what of it reads back from the disk is counted and digested, from its beginning on.

    Pieces may come in any order, each with its place (``seek``); ``bytes`` are those without a gap before them. What is
    written is digested, too, to be compared with what reads back; unless it is ``proven`` by whoever writes.
    """

    def __init__(self, descriptor: int, *, proven: bool) -> None:
        self._descriptor = descriptor
        self.bytes, self.sha256 = 0, hashlib.sha256()
        self._written = None if proven else hashlib.sha256()
        self._read_back: list[Making] = [self.sha256]
        self._place, self._ends = 0, dict[int, int]()  # of the next piece; of those behind a gap
        self._begun, self._synced, self._is_synced = 0, 0, False
        self._helper: ThreadPoolExecutor | None = None
        self._ahead: Future[None] | None = None

    def write(self, data: bytes) -> int:
        """Write all of it, but for what is there without a gap: that may have been digested, and must not change."""
        start, self._place = max(self._place, self.bytes), self._place + len(data)
        if start < self._place:
            os.lseek(self._descriptor, start, os.SEEK_SET)
            write_all(self._descriptor, data[start - self._place :])
            self._take(start, self._place)
            if self._written:
                self._written.update(data)
        return len(data)

    def _take(self, start: int, end: int) -> None:
        self._ends[start], self._is_synced = end, False
        while self._ends and (first := min(self._ends)) <= self.bytes:
            self.bytes = max(self.bytes, self._ends.pop(first))
        if self.bytes - self._begun >= STRETCH:
            self._begin()

    def seekable(self) -> bool:
        """Say that pieces may come in any order: else s3transfer keeps them in memory until it is their turn."""
        return self._written is None

    def seek(self, place: int) -> None:
        """Take the place, in bytes from the beginning, of the next piece."""
        self._place = place

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def follow(self, digest: Making) -> None:
        """Let a digest take what is written from the beginning, as it reads back."""
        self._read_back.append(digest)

    def sync(self) -> None:
        """Bring what was written to the disk, and read it back: from there, if the system lets go of its own copy."""
        self._wait()
        if not self._is_synced:
            self._sync(self.bytes)
            self._is_synced = True

    def _begin(self) -> None:
        """Sync what was written so far, while the next is being written."""
        self._wait()
        self._helper = self._helper or ThreadPoolExecutor(1)
        self._begun, self._ahead = self.bytes, self._helper.submit(self._sync, self.bytes)

    def _wait(self) -> None:
        if self._ahead:
            self._ahead.result()
        self._ahead = None

    def _sync(self, end: int) -> None:
        os.fsync(self._descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._descriptor, self._synced, end - self._synced, os.POSIX_FADV_DONTNEED)
        for data in _read(self._descriptor, self._synced, end - self._synced):
            for digest in self._read_back:
                digest.update(data)
        self._synced = end

    def close(self) -> None:
        """Close the file."""
        if self._helper:
            self._helper.shutdown()
        os.close(self._descriptor)

    @property
    def reads_back(self) -> bool:
        """Whether what is on the disk is what was written, if nothing else proves it."""
        return self._written is None or self._written.digest() == self.sha256.digest()

    def md5(self) -> bytes:
        """Return the MD5 of what was written."""
        return self.digests([self.bytes], partial(hashlib.md5, usedforsecurity=False))[0]

    def digests(self, sizes: Iterable[int], make: MakeDigest) -> list[bytes]:
        """Return the digests of what was written, in pieces of these sizes."""
        digests, start = [], 0
        for size in sizes:
            digest = make()
            for data in _read(self._descriptor, start, size):
                digest.update(data)
            start += size
            digests.append(digest.digest())
        return digests


def _read(descriptor: int, start: int, size: int) -> Iterator[bytes]:
    end = start + size
    while start < end and (data := os.pread(descriptor, min(CHUNK, end - start), start)):
        yield data
        start += len(data)


class Folder:
    """The folder of one account's backup, for its owner's eyes only.

    Raises:
        OSError: it can't be made, or something else is in its place.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        make_private(root)
        shutil.rmtree(root / UNFINISHED, ignore_errors=True)
        make_private(root / UNFINISHED)
        self._names = map(f"{uuid.uuid4().hex}-{{}}".format, count())

    @contextmanager
    def writing(self, path: str, *, proven: bool = False) -> Iterator[Writing]:
        """Write the file of that ``path``, which is there when the block has ended, and not before.

        Args:
            path: in the folder.
            proven: the block itself proves that what reads back is what was to be written.

        Raises:
            NotSaved: what is on the disk is not what was written.
            OSError: it can't be written.
        """
        unfinished, place = self._unfinished(), self.root / path
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        writing = Writing(descriptor, proven=proven)
        try:
            try:
                yield writing
                writing.sync()
                _refuse_another(writing, path)
            finally:
                writing.close()
            self.make(path.rpartition("/")[0])
            unfinished.replace(place)
        except BaseException:
            with suppress(FileNotFoundError):
                unfinished.unlink()
            raise

    def _unfinished(self) -> Path:
        """Return the name that a file has until it is whole."""
        return self.root / UNFINISHED / next(self._names)

    def put(self, path: str, data: bytes) -> File:
        """Write a small file, and check that its name is on the disk, too."""
        with self.writing(path) as writing:
            writing.write(data)
        self.settle(path)
        return File(path, writing.bytes, writing.sha256.hexdigest())

    def make(self, path: str) -> None:
        """Make a folder inside, and those above it."""
        place = self.root / path
        if not place.is_dir():
            self.make(path.rpartition("/")[0])
            make_private(place)

    def settle(self, path: str) -> None:
        """Check that the names in the folder of ``path`` are on the disk."""
        settle((self.root / path).parent)

    def link(self, path: str, new: str) -> bool:
        """Give a file a second name, in the place of any other that has it; where links can't be, copy it.

        Returns:
            Whether it is new there.

        Raises:
            OSError: it can be neither linked nor copied.
        """
        file, place = self.root / path, self.root / new
        if place.exists() and place.samefile(file):
            return False
        self.make(new.rpartition("/")[0])
        unfinished = self._unfinished()
        try:
            unfinished.hardlink_to(file)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            self._copy(file, new)
        else:
            unfinished.replace(place)
        return True

    def _copy(self, file: Path, new: str) -> None:
        with self.writing(new) as copy, file.open("rb") as source:
            shutil.copyfileobj(source, copy, CHUNK)


def make_if_missing(path: Path) -> None:
    """Make a folder that its owner alone may enter; one that is there may be shared, such as ``/tmp``, and stays so.

    Raises:
        OSError: it can't be made, or is a link or a file.
    """
    refuse_no_folder(path)
    if not path.exists():
        make_private(path)


def make_private(path: Path) -> None:
    """Make a folder that its owner alone may enter; one that is there is made so.

    Raises:
        OSError: it can't be made, or is a link or a file.
    """
    refuse_no_folder(path)
    made = folders_to_make(path)
    path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path.chmod(PRIVATE)
    for one in made:
        settle(one.parent)


def _refuse_another(writing: Writing, path: str) -> None:
    if not writing.reads_back:
        msg = f"{path} does not read back as it was written: check the disk, then run again."
        raise NotSaved(msg)
