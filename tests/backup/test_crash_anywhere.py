"""A run that dies, or has no room, at any call or operation on a file: nothing unsaved is gone, and the next completes.

Each place is tried in a copy of the process, in which the account is as it was built.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.saving import Backup
from strict_moto.faults import Died, Fault, FaultKind, Faults
from tests.backup import small
from tests.backup.disk import FILLING, Disk
from tests.copies import in_a_copy
from tests.exhaustive.lab import is_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.backup.savings import Saved

pytestmark = pytest.mark.exhaustive
CHUNKS = 4  # workers of xdist take them as they come
UNSEEN = "fsync"  # whoever dies at it leaves what he leaves who dies at the next, unless the power fails


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


def go_wrong_and_go_on(saved: Saved, disk: Disk, fail: Callable[[], object], *, loses_power: bool = False) -> None:
    """Take down until it fails; look at what is left; take down the rest."""
    before = small.everything(saved)
    shutil.rmtree(saved.folder.parent)  # the disk is no copy: what was saved before would not be saved again
    disk.done.clear()
    fail()
    failed_at = disk.fails_at
    with suppress(Died, OSError):
        saved.aws.backup = Backup(saved.folder, logs=True)
        for kind in small.KINDS:
            saved.take_down(kind)
    assert failed_at < len(disk.done), "it was not reached"
    disk.fails_at, saved.sandbox.faults = -1, Faults()
    if loses_power:
        saved.end()
        disk.lose_power()
    assert before - small.everything(saved) <= small.backed_up(saved), "something unsaved is gone"
    saved.go(small.KINDS)
    assert before <= small.backed_up(saved)


@pytest.mark.parametrize("loses_power", [False, True])
def test_dying_at_any_operation(few: Saved, disk: Disk, tmp_path: Path, *, loses_power: bool) -> None:
    """Dead at each operation that changes something on the disk, and what was not synced is on it, or isn't."""
    operations, _ = undisturbed(few, disk, tmp_path / "told")

    def die() -> BaseException:
        few.sandbox.faults = Faults((Fault(FaultKind.DIE),))  # who is dead asks nothing either
        return Died()

    for place in (number for number, name in enumerate(operations) if loses_power or name != UNSEEN):
        fail = partial(disk.fail, place, die)
        act = partial(go_wrong_and_go_on, few, disk, fail, loses_power=loses_power)
        assert in_a_copy(act) == "", (place, operations[place])


def test_full_at_any_operation(few: Saved, disk: Disk, tmp_path: Path) -> None:
    """No room from each operation on that takes some."""
    operations, _ = undisturbed(few, disk, tmp_path / "told")
    for place in (number for number, name in enumerate(operations) if name in FILLING):
        fail = partial(disk.fail, place, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), FILLING)
        assert in_a_copy(partial(go_wrong_and_go_on, few, disk, fail)) == "", (place, operations[place])


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dying_at_any_call(few: Saved, disk: Disk, tmp_path: Path, chunk: int) -> None:
    """Dead before each call, or when it has taken effect."""
    _, calls = undisturbed(few, disk, tmp_path / "told")
    for place, call in list(enumerate(calls))[chunk::CHUNKS]:
        for after in (False, True)[: 1 + is_write(call)]:
            later = (Fault(FaultKind.DIE, at=number) for number in range(place + 1, 2 * len(calls)))
            faults = Faults((Fault(FaultKind.DIE, at=place, after=after), *later))
            fail = partial(setattr, few.sandbox, "faults", faults)
            assert in_a_copy(partial(go_wrong_and_go_on, few, disk, fail)) == "", (place, call, after)
