"""A command on a terminal of its own, and somebody who types there."""

from __future__ import annotations

import errno
import os
import pty
import select
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PROMPT = "to go ahead: "
SILENCE = 120  # seconds without a sign of life, after which it hangs


def on_a_terminal(
    command: Sequence[str],
    answer: str = "",
    *,
    home: Path | None = None,
    env: Mapping[str, str] | None = None,
    prompt: str = PROMPT,
) -> tuple[int, str]:
    """Run a command on a pseudo-terminal, type ``answer`` if asked; return the exit code and what the screen showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=home, env=env, stdin=theirs, stdout=theirs, stderr=theirs) as process:  # noqa: S603 - ourselves
        os.close(theirs)
        screen = _read_until(ours, prompt)
        if screen.endswith(prompt):
            os.write(ours, answer.encode() + b"\n")
            screen += _read_until(ours, "")
        os.close(ours)
    return process.returncode, screen


def _read_until(terminal: int, prompt: str) -> str:
    """Return what is shown up to ``prompt``, which may come in pieces; or to the end."""
    screen = b""
    while not (prompt and screen.decode(errors="ignore").endswith(prompt)):
        shown = _read(terminal)
        if not shown:
            break
        screen += shown
    return screen.decode()


def _read(terminal: int) -> bytes:
    """Return what is shown next, nothing at the end."""
    assert select.select([terminal], [], [], SILENCE)[0], "nothing more is shown: it hangs"
    try:
        return os.read(terminal, 4096)
    except OSError as error:
        if error.errno != errno.EIO:  # Linux's way to say that nobody has the terminal any more
            raise
        return b""
