"""A run that dies at any call or any operation on a file: nothing unsaved is gone, and the next run completes."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.opening import opened
from carbuyer_cleanup.backup.saving import Backup
from carbuyer_cleanup.backup.verify import problems
from carbuyer_cleanup.kinds import bucket
from strict_moto import estate_services
from strict_moto.faults import Died, Fault, Faults, Kind
from strict_moto.site import Site
from tests.backup.savings import BUCKET, KINDS, TABLES, Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.exhaustive
STRIDE = 31  # each place would take ten minutes; what repeats has another period
OPERATIONS = ("open", "write", "fsync", "replace", "rename", "link", "mkdir", "unlink")


class Disk:
    """Operations on files, which are counted; from a certain one on each fails."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.count, self.fails_at = 0, -1
        self.error: Callable[[], BaseException] = Died
        self._folder = str(folder)
        for name in OPERATIONS:
            patch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, honest: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **more: Any) -> Any:
            if honest.__name__ in ("write", "fsync") or str(args[0]).startswith(self._folder):
                self.count += 1
                if 0 <= self.fails_at <= self.count:
                    raise self.error()
            return honest(*args, **more)

        return act


def everything(saved: Saved) -> set[Any]:
    """Return what there is by plain boto3: items and versions."""
    dynamodb = saved.client("dynamodb")
    items = {(name, str(item["id"])) for name in saved.tables() for item in dynamodb.scan(TableName=name)["Items"]}
    buckets = {one["Name"] for one in saved.client("s3").list_buckets()["Buckets"]}
    return items | (saved.versions() if BUCKET in buckets else set())


def backed_up(saved: Saved) -> set[Any]:
    """Return what the backup has, all of it checked."""
    with opened(saved.folder) as index:
        assert [one for one in problems(saved.folder, index) if "as a whole" not in one] == []
        objects = {(one.entry.key, one.entry.version) for one in index.objects(BUCKET, "version", "delete marker")}
        tables = {one.id for one in index.saved() if one.kind == "DynamoDB table"}
    return objects | {(name, str({"S": f"{name}-{number}"})) for name in tables for number in range(3)}


def rebuild(saved: Saved) -> None:
    """Make again what was deleted."""
    site = Site(saved.session, BUCKET)
    for name in set(TABLES) - set(saved.tables()):
        estate_services.table(site, name)
    site.wait(60)
    for name in TABLES:
        estate_services.items(site, name)
    if not saved.client("s3").list_buckets()["Buckets"]:
        estate_services.bucket(site)
        site.wait(86400)


def die_and_go_on(saved: Saved, fails: Callable[[], None], mends: Callable[[], None], number: int) -> None:
    """Take down until it dies; look at what is left; take down the rest."""
    rebuild(saved)
    before = everything(saved)
    saved.end()
    saved.folder = saved.folder.with_name(f"backup-{number}")
    fails()
    with suppress(Died, OSError):
        saved.aws.backup = Backup(saved.folder, logs=True)
        for kind in KINDS:
            saved.take_down(kind)
    mends()
    if (saved.folder / "index.sqlite").exists():
        assert before - everything(saved) <= backed_up(saved), "something unsaved is gone"
    else:
        assert everything(saved) == before
    saved.again()
    assert [saved.take_down(kind) for kind in KINDS] == [None] * len(KINDS)
    assert before <= backed_up(saved)


def test_dying_at_any_operation(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dead at each operation on a file, and those after it."""
    disk = Disk(monkeypatch, saved.folder.parent)
    for number in _places(saved, disk):
        die_and_go_on(saved, lambda at=number: _fail(disk, at, Died), lambda: _fail(disk, -1, Died), number)  # type: ignore[misc] # mypy can't infer it


def test_full_at_any_write(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full from each write on."""
    disk = Disk(monkeypatch, saved.folder.parent)
    for number in _places(saved, disk):
        die_and_go_on(saved, lambda at=number: _fail(disk, at, _full), lambda: _fail(disk, -1, _full), number)  # type: ignore[misc] # likewise


def test_dying_at_any_call(saved: Saved) -> None:
    """Dead before each call."""
    saved.sandbox.faults = Faults()
    for kind in KINDS:
        saved.take_down(kind)
    for number in range(0, saved.sandbox.faults.index, STRIDE):
        fault = Faults((Fault(Kind.DIE, at=number),))
        die_and_go_on(saved, lambda f=fault: _befall(saved, f), lambda: _befall(saved, Faults()), number)  # type: ignore[misc] # likewise


def _befall(saved: Saved, faults: Faults) -> None:
    saved.sandbox.faults = faults


def _places(saved: Saved, disk: Disk) -> Iterator[int]:
    """Yield some places of a whole run, counted once."""
    for kind in KINDS:
        saved.take_down(kind)
    return iter(range(1, disk.count, STRIDE))


def _fail(disk: Disk, at: int, error: Callable[[], BaseException]) -> None:
    disk.count, disk.fails_at, disk.error = 0, at, error


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_small_disk(saved: Saved, tmp_path: Path) -> None:
    """On a real disk of 256 KiB: what doesn't fit stays, and goes when there is room."""
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(mount)], check=False)  # noqa: S603, S607 - ours
    if done.returncode:
        pytest.skip("only root may mount a disk")
    try:
        saved.client("s3").put_object(Bucket=BUCKET, Key="too large", Body=os.urandom(400_000))
        before = everything(saved)
        saved.end()
        saved.folder = mount / "account"
        saved.aws.backup = Backup(saved.folder)
        assert "No space left on device" in str(saved.take_down(bucket.OBJECTS))
        assert everything(saved) == before
        subprocess.run(["mount", "-o", "remount,size=4m", str(mount)], check=True)  # noqa: S603, S607 - ours
        saved.again()
        assert [saved.take_down(kind) for kind in KINDS] == [None] * len(KINDS)
        assert before <= backed_up(saved)
    finally:
        saved.end()
        subprocess.run(["umount", str(mount)], check=True)  # noqa: S603, S607 - ours
