"""What the caller declares not to be the workshop's is in the journal before anything is deleted."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from strict_moto.sandbox import ACCOUNT
from tests.real.real_account import calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
DECLARED = ("--aws", "--account", ACCOUNT, "--not-ours", "Slider,eipalloc-1")


@pytest.mark.parametrize("order", [pytest.param((), marks=pytest.mark.exhaustive), ("--one-by-one",)])
def test_written_down(run_suite: Callable[..., Result], order: tuple[str, ...]) -> None:
    """Each word is a line of its own, in whatever order the steps are taken."""
    result = run_suite(*DECLARED, *order, path=KEY_PAIR)

    lines = [json.loads(line) for line in (result.reports / "journal.jsonl").read_text().splitlines()]
    assert [(line["event"], line["id"]) for line in lines][:2] == [("declared", "Slider"), ("declared", "eipalloc-1")]


@pytest.mark.exhaustive
@pytest.mark.parametrize("look", ["--plan", "--verify"])
def test_a_look_writes_none(run_suite: Callable[..., Result], look: str) -> None:
    """It is of no consequence to what is only looked at."""
    result = run_suite("--aws", look, "--not-ours", "Slider", path=KEY_PAIR)

    journal = result.reports / "journal.jsonl"
    assert not journal.exists() or "declared" not in journal.read_text()


def test_can_not_be_written_down(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that line nothing is deleted: exit code 4, not an error of pytest's."""
    sandbox.session(ACCOUNT).client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    write = os.write

    def full(file: int, data: bytes) -> int:
        if b'"declared"' in data and Path(f"/proc/self/fd/{file}").readlink().name == "journal.jsonl":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data)

    monkeypatch.setattr(os, "write", full)

    result = run_suite(*DECLARED, path=KEY_PAIR)

    assert result.exit_code == 4
    assert "can't be written: No space left on device" in result.errors
    assert "Traceback" not in result.output + result.errors
    assert "ec2:DeleteKeyPair" not in calls(sandbox)
