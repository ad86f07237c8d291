"""What the user is told of a backup: before anything is deleted what it saves, or would; afterwards what it holds."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import sizes
from carbuyer_cleanup.backup.progress import sized
from carbuyer_cleanup.backup.sizes import Size
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carbuyer_cleanup.plugin.run import Run, Runs
    from carbuyer_cleanup.resource import Resource

SPARE = 2**26  # bytes that are left free: for the index, the definitions and what file systems need themselves
NONE = "nothing is backed up; --backup DIR saves {}"
FIRST = "saved first in {}: {}, and the definition of each resource; that takes about {} min"
VERIFY = "python -m carbuyer_cleanup.backup verify {}"
NO_DISKS = "the contents of disks (EBS volumes) are not saved"


def planned(backup: str, found: Iterable[Resource]) -> list[str]:
    """Say what the backup saves, or that there is none of the tables and objects that go."""
    gone = list(found)
    size = sizes.of(gone)
    if not backup:
        return [NONE.format(size)] if size.tables or size.objects else []
    if not gone:
        return []
    has_disks = any(r.kind in ("EC2 instance", "EBS volume") for r in gone)
    return [FIRST.format(printable(backup), size, size.minutes), *([NO_DISKS] if has_disks else [])]


def prepare(runs: Runs, steps: Mapping[str, Sequence[int]]) -> None:
    """Measure what is to be saved, and check that there is room for it.

    Raises:
        Refused: there isn't.
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
    _refuse_if_full(runs.settings.backup, total)


def _expect(run: Run, size: Size) -> Size:
    """Remember how much there is, for the display."""
    if run.aws.backup:
        run.aws.backup.progress.total = size.bytes
    return size


def _refuse_if_full(folder: str, size: Size) -> None:
    free = shutil.disk_usage(folder).free
    if size.bytes + SPARE > free:
        msg = (
            f"--backup {folder}: the backup takes {sized(size.bytes)}, but {sized(free)} are free there. Nothing was "
            "deleted; make room, or give a folder on another disk."
        )
        raise Refused(msg)


def held(run: Run) -> list[str]:
    """Say what the backup holds when all is done, and how it is checked; nothing without one."""
    backup = run.aws.backup
    if backup is None:
        return []
    size = Size(backup.holds.tables, backup.holds.objects, backup.holds.bytes)
    what = f"{size}, {len(backup.holds.saved)} definitions"
    return [f"saved in {printable(str(backup.root))}: {what}; check it with {VERIFY.format(run.settings.backup)}"]


def rows(run: Run) -> list[tuple[str, str, str, str]]:
    """Return what was saved, when and where, a row a resource."""
    backup = run.aws.backup
    saved = backup.holds.saved if backup else ()
    return [(f"{one.kind} {one.name}", one.region, one.at, str(one.facts["place"])) for one in saved]
