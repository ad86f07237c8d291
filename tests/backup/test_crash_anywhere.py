"""A run that dies, or has no room, at any call or operation on a file: nothing unsaved is gone, and the next completes.

Each place is tried in a copy of the process, in which the account is as it was built.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.saving import Backup
from strict_moto.faults import Died, Fault, FaultKind, Faults
from tests.backup import small
from tests.copies import in_a_copy
from tests.exhaustive.lab import is_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.backup.savings import Saved

pytestmark = pytest.mark.exhaustive
FILLING = ("open", "write", "fsync", "link", "mkdir")  # what a full disk refuses
OPERATIONS = (*FILLING, "replace", "unlink")
UNSEEN = "fsync"  # whoever dies at it leaves what he leaves who dies at the next


class Disk:
    """Operations on files of the backup, which are counted by name; at a certain one, and after it, each fails."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.done: list[str] = []
        self.fails_at = -1
        self._failing: tuple[str, ...] = OPERATIONS
        self._error: Callable[[], BaseException] = Died
        self._folder, self._open = str(folder), set[int]()
        for name in OPERATIONS:
            patch.setattr(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, honest: Callable[..., Any]) -> Callable[..., Any]:
        def act(file: Any, *args: Any, **more: Any) -> Any:
            is_ours = file in self._open if isinstance(file, int) else str(file).startswith(self._folder)
            if not is_ours or (name == "open" and not args[0] & os.O_CREAT):  # what is only read, or a folder
                return self._opened(name, honest(file, *args, **more), is_ours=False)
            self.done.append(name)
            if 0 <= self.fails_at < len(self.done) and name in self._failing:
                raise self._error()
            return self._opened(name, honest(file, *args, **more), is_ours=True)

        return act

    def _opened(self, name: str, done: Any, *, is_ours: bool) -> Any:
        """Remember what was opened; a number that is given to something else is another file's."""
        if name == "open":
            self._open = self._open | {done} if is_ours else self._open - {done}
        return done

    def fail(self, place: int, error: Callable[[], BaseException], failing: tuple[str, ...] = OPERATIONS) -> None:
        """Let those operations fail that are ``failing``, from one of that number on."""
        self.fails_at, self._error, self._failing = place, error, failing


@pytest.fixture
def disk(few: Saved, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The operations on files below the backup's folder, and on what is open."""
    return Disk(monkeypatch, few.folder.parent)


def undisturbed(saved: Saved, disk: Disk, told: Path) -> list[Any]:
    """Return the operations on files, and the calls, of a run in which nothing goes wrong."""

    def run() -> None:
        seen = len(saved.sandbox.log)
        saved.go(small.KINDS)
        told.write_text(json.dumps([disk.done, [entry.call for entry in list(saved.sandbox.log)[seen:]]]), "utf-8")

    assert in_a_copy(run) == ""
    return list(json.loads(told.read_text("utf-8")))


def go_wrong_and_go_on(saved: Saved, disk: Disk, fail: Callable[[], object]) -> None:
    """Take down until it fails; look at what is left; take down the rest."""
    before = small.everything(saved)
    disk.done.clear()
    fail()
    with suppress(Died, OSError):
        saved.aws.backup = Backup(saved.folder, logs=True)
        for kind in small.KINDS:
            saved.take_down(kind)
    disk.fails_at, saved.sandbox.faults = -1, Faults()
    assert before - small.everything(saved) <= small.backed_up(saved), "something unsaved is gone"
    saved.go(small.KINDS)
    assert before <= small.backed_up(saved)


def test_dying_at_any_operation(few: Saved, disk: Disk, tmp_path: Path) -> None:
    """Dead at each operation that changes something on the disk."""
    operations, _ = undisturbed(few, disk, tmp_path / "told")

    def die() -> BaseException:
        few.sandbox.faults = Faults((Fault(FaultKind.DIE),))  # who is dead asks nothing either
        return Died()

    for place in (number for number, name in enumerate(operations) if name != UNSEEN):
        fail = partial(disk.fail, place, die)
        assert in_a_copy(partial(go_wrong_and_go_on, few, disk, fail)) == "", (place, operations[place])


def test_full_at_any_operation(few: Saved, disk: Disk, tmp_path: Path) -> None:
    """No room from each operation on that takes some."""
    operations, _ = undisturbed(few, disk, tmp_path / "told")
    for place in (number for number, name in enumerate(operations) if name in FILLING):
        fail = partial(disk.fail, place, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), FILLING)
        assert in_a_copy(partial(go_wrong_and_go_on, few, disk, fail)) == "", (place, operations[place])


def test_dying_at_any_call(few: Saved, disk: Disk, tmp_path: Path) -> None:
    """Dead before each call, or when it has taken effect."""
    _, calls = undisturbed(few, disk, tmp_path / "told")
    for place, call in enumerate(calls):
        for after in (False, True)[: 1 + is_write(call)]:
            later = (Fault(FaultKind.DIE, at=number) for number in range(place + 1, 2 * len(calls)))
            faults = Faults((Fault(FaultKind.DIE, at=place, after=after), *later))
            fail = partial(setattr, few.sandbox, "faults", faults)
            assert in_a_copy(partial(go_wrong_and_go_on, few, disk, fail)) == "", (place, call, after)
