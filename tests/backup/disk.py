"""A disk that fails at any operation, and loses what was not synced when the power fails."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strict_moto.faults import Died

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

FILLING = ("open", "write", "fsync", "link", "mkdir")  # what a full disk refuses
OPERATIONS = (*FILLING, "replace", "unlink")


class Disk:
    """Operations on files of the backup, which are counted by name; at a certain one, and after it, each fails.

    ``lose_power`` takes back what was not synced: content that its file's fsync, and names that their folder's, did not
    bring to the disk. SQLite writes by itself, and sees to that, too.
    """

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.done: list[str] = []
        self.fails_at = -1
        self._failing: tuple[str, ...] = OPERATIONS
        self._error: Callable[[], BaseException] = Died
        self._folder, self._aside = str(folder), folder.with_name("aside")
        self._open: dict[int, str] = {}  # files, and folders, by their descriptors
        self._unsynced: list[tuple[Path, Callable[[], object]]] = []  # by path, what takes it back
        self._aside.mkdir()
        self._honest = {name: getattr(os, name) for name in OPERATIONS}
        for name in OPERATIONS:
            patch.setattr(os, name, self._counted(name))

    def _counted(self, name: str) -> Callable[..., Any]:
        def act(file: Any, *args: Any, **more: Any) -> Any:
            path = self._open.get(file, "") if isinstance(file, int) else str(file)
            if not path.startswith(self._folder):
                if name == "fsync":  # of the folder that the backup is in
                    self._note_fsync(path)
                return self._opened(name, self._honest[name](file, *args, **more), path)
            if name == "open" and not args[0] & os.O_CREAT:  # what is only read, or a folder
                return self._opened(name, self._honest[name](file, *args, **more), path)
            self.done.append(name)
            if 0 <= self.fails_at < len(self.done) and name in self._failing:
                raise self._error()
            getattr(self, f"_note_{name}")(path, *map(str, args))
            return self._opened(name, self._honest[name](file, *args, **more), path)

        return act

    def _opened(self, name: str, done: Any, path: str) -> Any:
        """Remember what was opened; a number that is given to something else is another file's."""
        if name == "open":
            self._open[done] = path
        return done

    def _note_open(self, path: str, *_more: str) -> None:
        self._unsynced.append((Path(path).parent, partial(self._gone, path)))

    def _note_write(self, path: str, *_more: str) -> None:
        self._unsynced.append((Path(path), partial(self._emptied, path)))

    def _note_mkdir(self, path: str, *_more: str) -> None:
        if not Path(path).exists():
            self._unsynced.append((Path(path).parent, partial(shutil.rmtree, path, ignore_errors=True)))

    def _note_fsync(self, path: str, *_more: str) -> None:
        self._unsynced = [one for one in self._unsynced if one[0] != Path(path)]

    def _note_link(self, _path: str, new: str, *_more: str) -> None:
        self._note_open(new)

    def _note_unlink(self, path: str, *_more: str) -> None:
        if Path(path).is_file():
            self._unsynced.append((Path(path).parent, partial(self._back, self._kept(path), path)))

    def _note_replace(self, path: str, new: str, *_more: str) -> None:
        """Let what is known of a file be known under its new name."""
        before = self._kept(new) if Path(new).is_file() else ""
        self._unsynced.append((Path(new).parent, partial(self._back, before, new)))
        self._open = {number: new if one == path else one for number, one in self._open.items()}

    def _kept(self, path: str) -> str:
        kept = str(self._aside / uuid.uuid4().hex)
        self._honest["link"](path, kept)
        return kept

    def _back(self, kept: str, path: str) -> None:
        self._gone(path)
        if kept and Path(path).parent.is_dir():
            self._honest["link"](kept, path)

    def _gone(self, path: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            self._honest["unlink"](path)

    @staticmethod
    def _emptied(path: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.truncate(path, 0)

    def lose_power(self) -> None:
        """Take back what was not synced, the last first."""
        for _, take_back in reversed(self._unsynced):
            take_back()
        self._unsynced.clear()

    def fail(self, place: int, error: Callable[[], BaseException], failing: tuple[str, ...] = OPERATIONS) -> None:
        """Let those operations fail that are ``failing``, from one of that number on."""
        self.fails_at, self._error, self._failing = place, error, failing
