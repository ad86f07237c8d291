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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.files import folders_to_make, refuse_no_folder, settle, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Protocol

    class Making(Protocol):
        """A digest being made, as ``hashlib`` has them."""

        def update(self, data: bytes, /) -> None:
            """Take more."""

        def digest(self) -> bytes:
            """Return the digest of all that was taken."""

    MakeDigest = Callable[[], Making]

PRIVATE = 0o700
CHUNK = 2**20
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
    """A file being written, which counts and digests what is written to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.bytes, self.sha256 = 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        write_all(self._descriptor, data)
        self.bytes += len(data)
        self.sha256.update(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

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
    while data := os.pread(descriptor, min(CHUNK, end - start), start):
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

    @contextmanager
    def writing(self, path: str) -> Iterator[Writing]:
        """Write the file of that ``path``, which is there when the block has ended, and not before.

        Raises:
            NotSaved: what is on the disk is not what was written.
            OSError: it can't be written.
        """
        unfinished, place = self.root / UNFINISHED / uuid.uuid4().hex, self.root / path
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            try:
                writing = Writing(descriptor)
                yield writing
                os.fsync(descriptor)
                _check(descriptor, writing, path)
            finally:
                os.close(descriptor)
            self.make(path.rpartition("/")[0])
            unfinished.replace(place)
        except BaseException:
            with suppress(FileNotFoundError):
                unfinished.unlink()
            raise

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
        unfinished = self.root / UNFINISHED / uuid.uuid4().hex
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


def _check(descriptor: int, written: Writing, path: str) -> None:
    """Read a file back, from the disk if the system lets go of its own copy."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.lseek(descriptor, 0, os.SEEK_SET)
    digest = hashlib.sha256()
    while data := os.read(descriptor, CHUNK):
        digest.update(data)
    if digest.digest() != written.sha256.digest():
        msg = f"{path} does not read back as it was written: check the disk, then run again."
        raise NotSaved(msg)
