"""The files in ``reports/``: regular ones that have no other name, and never what a link leads to.

Whoever else may write in that folder could otherwise have any file of the user's truncated, or a run wait for a pipe.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SORTS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class NotOurs(OSError):
    """Something other than a regular file of one name is in the place; the message says what."""


def problem(path: Path) -> str:
    """Return what is wrong with what stands in a file's place, "" if nothing is or nothing is there."""
    try:
        return _problem(path.lstat())
    except FileNotFoundError:
        return ""
    except OSError as error:
        return str(error.strerror)


def _problem(found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return f"it is {next((word for is_one, word in SORTS if is_one(found.st_mode)), 'a device')}, not a file"
    return "it is a file with a second name (a hard link)" if found.st_nlink > 1 else ""


def open_own(path: Path, flags: int) -> int:
    """Open a file and return its descriptor; its folder is there.

    Raises:
        NotOurs: a link or anything else that is not a regular file stands in its place.
        OSError: it can't be opened.
    """
    if why := problem(path):
        raise NotOurs(0, why)
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    if why := _problem(os.fstat(descriptor)):  # put there in between
        os.close(descriptor)
        raise NotOurs(0, why)
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it: the system may take less at a time."""
    while data:
        data = data[os.write(descriptor, data) :]
