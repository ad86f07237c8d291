"""What the user is told of a backup before anything is deleted, and when there can be none."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.backup.sizes import Size
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin import backups
from carbuyer_cleanup.resource import Contents, Resource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.result import Result

TABLE = Resource("DynamoDB table", "User", "User", "eu-west-1", "", contents=Contents(36, "item", size=5_000))
KEY_PAIR = Resource("key pair", "carbuyer-keypair", "carbuyer-keypair", "eu-west-1", "")
INSTANCE = Resource("EC2 instance", "i-1", "", "eu-west-1", "")
NO_BACKUP = "nothing is backed up; --backup DIR saves 1 table, 0 objects, 5 KB"
SAVED = "saved first in kept: {}, and the definition of each resource; that takes about 1 min"


@pytest.mark.parametrize(
    ("folder", "found", "told"),
    [
        ("", [], []),
        ("", [KEY_PAIR], []),
        ("", [TABLE, KEY_PAIR], [NO_BACKUP]),
        ("kept", [], []),
        ("kept", [TABLE], [SAVED.format("1 table, 0 objects, 5 KB")]),
        ("kept", [INSTANCE], [SAVED.format("0 tables, 0 objects, 0 bytes"), backups.NO_DISKS]),
    ],
)
def test_planned(folder: str, found: list[Resource], told: list[str]) -> None:
    """Whoever makes no backup is told of data only; whoever makes one, what isn't in it."""
    assert backups.planned(folder, found) == told


@pytest.mark.parametrize(
    ("size", "fits"),
    [(Size(objects=1, bytes=2 * 10**9), True), (Size(objects=1, bytes=10**10), False), (Size(objects=10**6), False)],
)
def test_room(monkeypatch: pytest.MonkeyPatch, size: Size, *, fits: bool) -> None:
    """A disk with 3 GB free has no room for more, nor for a million objects, be they as small as can be."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3 * 10**9))
    with nullcontext() if fits else pytest.raises(Refused, match="but 3 GB are free there"):
        backups.refuse_if_full("kept", size)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--verify", "--backup", "kept"], "--backup"),
        (["--backup-secrets"], "--backup"),
        (["--backup", "a_file"], "a_file"),
    ],
)
def test_refused(run_suite: Callable[..., Result], project: Path, options: list[str], complaint: str) -> None:
    """What can't be a backup is refused at once, with a sentence."""
    (project / "a_file").write_text("mine", "utf-8")

    result = run_suite(*options)

    assert result.exit_code == 4, result.output
    assert complaint in result.errors
    assert "Traceback" not in result.output + result.errors
    assert (project / "a_file").read_text("utf-8") == "mine"
