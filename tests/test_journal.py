"""The journal: on the disk before it happens, and readable after a crash."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.journal import Journal, Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

REGION = "ap-southeast-1"
NAT = Resource("NAT gateway", "nat-1", "carbuyer-nat-gateway", "ap-southeast-1", why="the manifest names it")


def test_addresses_are_remembered_by_a_later_run(tmp_path: Path) -> None:
    """What one run keeps, the next one knows, with the reason."""
    facts = {"eipalloc-1": {"PublicIp": "192.0.2.1", "Name": ""}, "eipalloc-2": {"PublicIp": "192.0.2.2"}}
    Journal(tmp_path / "j", "1" * 12).remember(
        "elastic ip", REGION, ["eipalloc-1"], because=f"of the {NAT}", facts=facts
    )

    later = Journal(tmp_path / "j", "1" * 12)

    why = "of the NAT gateway carbuyer-nat-gateway (nat-1)"
    assert later.remembered("elastic ip", REGION) == {"eipalloc-1": Memory(why, facts["eipalloc-1"])}


def test_accounts_and_regions_are_kept_apart(tmp_path: Path) -> None:
    """An address of one account or Region is never another's."""
    Journal(tmp_path / "j", "1" * 12).remember("elastic ip", REGION, ["eipalloc-1"], because="")

    assert Journal(tmp_path / "j", "2" * 12).remembered("elastic ip", REGION) == {}
    assert Journal(tmp_path / "j", "1" * 12).remembered("elastic ip", "eu-west-1") == {}


def test_nothing_is_remembered_twice(tmp_path: Path) -> None:
    """A step that is tried again does not make the journal grow."""
    journal = Journal(tmp_path / "j", "1" * 12)
    for _ in range(2):
        journal.remember("elastic ip", REGION, ["eipalloc-1"], because="")

    assert len(journal.lines()) == 1


@pytest.mark.parametrize("torn", ['{"time": "2026', "\x00\x00", "[1]\n", "\n", "\udcff"])
def test_torn_lines_are_passed_over(tmp_path: Path, torn: str) -> None:
    """A line that a crash cut off spoils neither what is before it nor what comes after."""
    path = tmp_path / "j"
    journal = Journal(path, "1" * 12)
    journal.record("found", [NAT])
    with path.open("ab") as file:
        file.write(torn.encode("utf-8", "surrogateescape"))
    journal.record("gone", [NAT])

    assert [line["event"] for line in journal.lines()] == ["found", "gone"]


def test_second_run_on_an_account_is_refused(tmp_path: Path) -> None:
    """Two runs at once would confuse each other: the second one hears who has the account."""
    first, second = (Journal(tmp_path / "j", "1" * 12) for _ in range(2))
    first.lock()

    with pytest.raises(Refused, match=r"by another run \(host .*, pid \d+, since "):
        second.lock()
    first.unlock()
    second.lock()
    second.unlock()


def test_lock_is_released_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever releases it while another is releasing it closes nothing: by then the number may be another file's."""
    journal = Journal(tmp_path / "j", "1" * 12)
    journal.lock()
    closed: list[int] = []
    close = os.close

    def meanwhile(file: int) -> None:
        closed.append(file)
        if len(closed) == 1:
            journal.unlock()
            close(file)

    monkeypatch.setattr(os, "close", meanwhile)
    journal.unlock()

    assert len(closed) == 1


def test_its_name_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that was made is there when the power fails: its folders were synced, as it was itself."""
    synced: set[int] = set()
    fsync = os.fsync

    def flush(descriptor: int) -> None:
        fsync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", flush)
    path = tmp_path / "reports" / "journal.jsonl"
    Journal(path, "1" * 12).declare(["x"])
    assert {one.stat().st_ino for one in (path, path.parent, tmp_path)} <= synced


def test_on_the_disk_before_it_is_deleted(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When AWS is asked to delete, the line that says so has been flushed to the disk."""
    del workshop_estate
    events: list[str] = []
    handle, fsync = sandbox.handle, os.fsync

    def flush(descriptor: int) -> None:
        fsync(descriptor)
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            events.append(os.pread(descriptor, 2**20, 0).decode())  # what is in the file by now

    def receive(request: Any) -> Any:
        if "Action=DeleteKeyPair" in str(request.body):
            events.append("asked to delete")
        return handle(request)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(sandbox, "handle", receive)

    for step in ("03_ec2_instances", "16_key_pair"):
        assert run_suite(path=f"cleanup_tests/test_{step}.py").exit_code == 0
    before = events[: events.index("asked to delete")]
    assert '"event": "deleting", "kind": "key pair", "id": "carbuyer-keypair"' in before[-1]
