"""A class that is torn down at a terminal: the number of its accounts is typed."""

from __future__ import annotations

import errno
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import number

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


@pytest.mark.parametrize(("typed", "code", "gone"), [("2", 8, True), ("3", 4, False)])
def test_number_typed(real_school: School, typed: str, code: int, *, gone: bool) -> None:
    """It is asked for below a line for each account; another number deletes nothing."""
    real_school.enrol("alice", "bob")
    ec2 = real_school.sandbox.session(number(2)).client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")

    exit_code, shown = on_a_terminal(real_school.roster.parent, [KEY_PAIR, "--aws", "--roster", "class.csv"], typed)

    assert shown.index(f"bob  account {number(2)}, ap-southeast-1: 1 resources to be deleted") < shown.index("Type the")
    assert exit_code == code, shown
    assert (ec2.describe_key_pairs()["KeyPairs"] == []) is gone
    assert "Traceback" not in shown


def on_a_terminal(home: Path, args: list[str], answer: str) -> tuple[int, str]:
    """Run pytest on a pseudo-terminal, type ``answer`` when asked; return the exit code and what the screen showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args]
    with subprocess.Popen(command, cwd=home, stdin=theirs, stdout=theirs, stderr=theirs) as process:  # noqa: S603 - ourselves
        os.close(theirs)
        screen = b""
        while shown := _read(ours):
            screen += shown
            if b"all of that: " in shown:
                os.write(ours, answer.encode() + b"\n")
        os.close(ours)
    return process.returncode, screen.decode()


def _read(terminal: int) -> bytes:
    """Return what is shown next, nothing at the end."""
    try:
        return os.read(terminal, 4096)
    except OSError as error:
        if error.errno != errno.EIO:  # Linux's way to say that nobody has the terminal any more
            raise
        return b""
