"""What the user is told about a backup: what it will save, before anything is deleted; what it holds, afterwards."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import sizes
from carbuyer_cleanup.backup.progress import sized
from carbuyer_cleanup.backup.sizes import Size
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carbuyer_cleanup.plugin.run import Run, Runs
    from carbuyer_cleanup.resource import Resource

SPARE = 2**26  # bytes to leave free: for the definitions and the file system's own needs
EACH = 6 * 2**10  # bytes that an object takes besides its own: the block that it doesn't fill, two names, two rows
NONE = "nothing is backed up; --backup DIR saves {}"
FIRST = "saved first in {}: {}, and the definition of each resource; that takes about {} min"
VERIFY = "python -m carbuyer_cleanup.backup verify {}"
NO_DISKS = "the contents of disks (EBS volumes) are not saved"


def planned(backup: str, found: Iterable[Resource]) -> list[str]:
    """Return lines that say what the backup will save, or that the tables and objects to be deleted have none."""
    gone = list(found)
    size = sizes.of(gone)
    if not backup:
        return [NONE.format(size)] if size.tables or size.objects else []
    if not gone:
        return []
    has_disks = any(r.kind in ("EC2 instance", "EBS volume") for r in gone)
    return [FIRST.format(printable(backup), size, size.minutes), *([NO_DISKS] if has_disks else [])]


def prepare(runs: Runs, steps: Mapping[str, Sequence[int]]) -> None:
    """Measure what the backup has to save, and check that there is room for it.

    Raises:
        Refused: there is no room.
        CleanupError: the account of a run without a roster can't be measured; in a class it is left alone.
    """
    if not runs.settings.backup or runs.settings.task is not Task.TEARDOWN:
        return
    measured = {
        alias: run.teardown.afterwards(sizes.measure(run.aws, steps[alias])) for alias, run in runs.open.items()
    }
    total = Size()
    for alias, size in measured.items():
        try:
            total += _expect(runs.open[alias], size.result())
        except CleanupError as error:
            if not alias:
                raise
            runs.refuse(alias, error)
    refuse_if_full(runs.settings.backup, total)


def _expect(run: Run, size: Size) -> Size:
    """Remember the size for the progress line, and return it."""
    if run.aws.backup:
        run.aws.backup.progress.total = size.bytes
    return size


def refuse_if_full(folder: str, size: Size) -> None:
    """Check that a disk has room for a backup of that size.

    Raises:
        Refused: it hasn't.
    """
    free, needed = shutil.disk_usage(folder).free, size.bytes + size.objects * EACH
    if needed + SPARE > free:
        msg = (
            f"--backup {folder}: the backup takes {sized(needed)}, but {sized(free)} are free there. Nothing was "
            "deleted; make room, or give a folder on another disk."
        )
        raise Refused(msg)


def held(run: Run) -> list[str]:
    """Return a line that says what the finished backup holds and how to check it; empty without a backup."""
    backup = run.aws.backup
    if backup is None:
        return []
    size = Size(backup.holds.tables, backup.holds.objects, backup.holds.bytes)
    what = f"{size}, {len(backup.holds.saved)} definitions"
    return [f"saved in {printable(str(backup.root))}: {what}; check it with {VERIFY.format(run.settings.backup)}"]


def rows(run: Run) -> list[tuple[str, str, str, str]]:
    """Return a row for each saved resource: kind and name, Region, time, and place in the backup."""
    backup = run.aws.backup
    saved = backup.holds.saved if backup else ()
    return [(f"{one.kind} {one.name}", one.region, one.at, str(one.facts["place"])) for one in saved]
