"""The files in ``reports/``: regular files with a single name, and never what a link leads to.

Otherwise anybody who can write to that folder could have any of the user's files truncated, or make a run wait for a
pipe.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 2**20  # bytes: more than the reports of an account take
SORTS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class NotOurs(OSError):
    """Something other than a regular file with a single name is in the way; the message says what."""


def refuse_no_file(path: Path) -> None:
    """Check that nothing but a regular file with a single name is in a file's place.

    Raises:
        NotOurs: something else is.
        OSError: the place can't be looked at.
    """
    with suppress(FileNotFoundError):
        if why := _problem(path.lstat()):
            raise NotOurs(0, why)


def _problem(found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return f"it is {next((word for is_one, word in SORTS if is_one(found.st_mode)), 'a device')}, not a file"
    return "it is a file with a second name (a hard link)" if found.st_nlink > 1 else ""


def open_own(path: Path, flags: int) -> int:
    """Open a file with ``os.open``'s flags, in a folder that exists, and return its descriptor.

    Raises:
        NotOurs: something other than a regular file with a single name is in its place.
        OSError: it can't be opened.
    """
    refuse_no_file(path)
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    if why := _problem(os.fstat(descriptor)):  # put there in between
        os.close(descriptor)
        raise NotOurs(0, why)
    return descriptor


def see_writable(path: Path) -> None:
    """Check that a file can be written to, if it exists.

    Raises:
        NotOurs, OSError: it can't.
    """
    with suppress(FileNotFoundError):
        os.close(open_own(path, os.O_WRONLY))


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``: the system may accept less at a time.

    Raises:
        OSError: it can't be written.
    """
    while data:
        data = data[os.write(descriptor, data) :]


def make_folder(path: Path) -> None:
    """Create a folder and its parents, unless they exist.

    Raises:
        NotOurs: a link or a file is in its place.
        OSError: it can't be created.
    """
    refuse_no_folder(path)
    path.mkdir(parents=True, exist_ok=True)


def folders_to_make(path: Path) -> list[Path]:
    """Return those of a folder and its parents that don't exist, the innermost first."""
    return [one for one in (path, *path.absolute().parents) if not one.exists()]


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk.

    Raises:
        OSError: they can't be brought there.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_no_folder(path: Path) -> None:
    """Check that nothing but a folder is in a folder's place.

    Raises:
        NotOurs: a link or a file is.
    """
    if path.is_symlink():
        raise NotOurs(0, "it is a symbolic link, not a folder")
    if path.exists() and not path.is_dir():
        raise NotOurs(0, "it is a file, not a folder")


def write_whole(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a whole file or none; it replaces what was in its place, and a link rather than what the link leads to.

    Raises:
        OSError: it can't be written.
    """
    make_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = open_own(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        write_all(descriptor, text.encode(encoding, errors="replace"))  # others choose names, which need not be Unicode
    finally:
        os.close(descriptor)
    unfinished.replace(path)


def see_room(folder: Path) -> None:
    """Check that a folder can be written to, and has room for an account's reports.

    Raises:
        OSError: the disk is full, or the folder can't be written to.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        write_all(file.fileno(), bytes(ROOM))
