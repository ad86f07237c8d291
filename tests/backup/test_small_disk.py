"""A disk that is too small for the backup: what doesn't fit stays, and goes when there is room."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.backup.saving import Backup
from carbuyer_cleanup.kinds import bucket
from tests.backup.savings import BUCKET, KINDS, Saved, backed_up, everything

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.exhaustive
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
