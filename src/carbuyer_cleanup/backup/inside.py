"""Reading the files of a backup that anybody may have made: regular ones inside its folder, and nothing else.

No link is followed on the way there: it may lead anywhere. A pipe would be waited for, a device never ends.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, BinaryIO

from carbuyer_cleanup.backup.paths import is_inside
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import NotOurs
from carbuyer_cleanup.strict_json import loaded

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 2**24  # bytes of a definition: DynamoDB's own longest answers have 1 MB
NOT_READ = (ValueError, RecursionError)  # of what is no JSON, or too deep, or is read otherwise by others


def opened(root: Path, path: str) -> BinaryIO:
    """Open a file in a folder.

    Raises:
        NotOurs: the path leads out, or over a link, or to what is no file.
        OSError: it can't be opened.
    """
    if not is_inside(path):
        raise NotOurs(0, "its path leads out of the folder, or is not a path")
    *folders, name = path.split("/")
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            above, descriptor = descriptor, _open(folder, os.O_DIRECTORY, descriptor)
            os.close(above)
        return _regular(_open(name, os.O_NONBLOCK, descriptor))
    finally:
        os.close(descriptor)


def _open(name: str, flags: int, folder: int) -> int:
    if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise NotOurs(0, f"{name} is a symbolic link")
    return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=folder)


def _regular(descriptor: int) -> BinaryIO:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotOurs(0, "it is not a file")
    return os.fdopen(descriptor, "rb")


def read_json(root: Path, path: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        Refused: there is none.
    """
    try:
        with opened(root, path) as file:
            value = loaded(file.read(LARGEST))
    except OSError as error:
        raise damaged(root, path, f"it can't be read: {error.strerror}") from error
    except NOT_READ as error:
        raise damaged(root, path, f"it is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise damaged(root, path, "it is not what a backup has there")
    return value


def damaged(root: Path, path: str, why: str) -> Refused:
    """Return what is said of a file with which nothing can be done."""
    return Refused(f"{root / path}: {why}. Nothing was done; use a copy of the folder.")
