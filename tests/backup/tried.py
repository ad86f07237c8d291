"""A backup that others have altered, and what is said and done when it is verified and restored."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from carbuyer_cleanup.backup.__main__ import main
from strict_moto import Sandbox
from tests.backup.forged import ACCOUNT, Forged

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

OK, DAMAGED, REFUSED = 0, 1, 4


class Tried:
    """A backup that others have altered, beside it what they must not reach; and the account it would be put in."""

    def __init__(self, home: Path, made: Forged, capfd: pytest.CaptureFixture[str]) -> None:
        self.home, self._made, self._capfd = home, made, capfd
        (home / "secret").write_text("secret of another's")
        self.forged = made.copy(home / "saved")
        self.sandbox: Sandbox | None = None

    def anew(self) -> Forged:
        """Take the backup as it was made."""
        self.forged, self.sandbox = self._made.copy(self.home / "saved"), None
        return self.forged

    @contextmanager
    def account(self) -> Iterator[Any]:
        """Yield a session in an account with nothing in it."""
        self.sandbox = Sandbox(Clock(1000.0))
        yield self.sandbox.session(ACCOUNT)

    def told(self, verb: str) -> tuple[int, str]:
        """Return the exit code and what was said; it must be a sentence, and nothing may have been made or written."""
        before = _snapshot(self.home)
        code = main([verb, str(self.forged.root)])
        out, err = self._capfd.readouterr()
        assert _snapshot(self.home) == before
        assert "Traceback" not in out + err
        assert "secret of another's" not in out + err
        assert code == OK or err.strip() or "problems" in out
        assert code == OK or self._made_there() == []
        return code, out + err

    def _made_there(self) -> list[str]:
        calls = [entry.call for entry in (self.sandbox.log if self.sandbox else ())]
        return [call for call in calls if call not in {"s3:GetBucketTagging", "dynamodb:DescribeTable"}]

    def both(self) -> list[tuple[int, str]]:
        """Verify and restore."""
        return [self.told("verify"), self.told("restore")]


def _snapshot(home: Path) -> dict[str, tuple[int, ...]]:
    found = [Path(folder) / name for folder, folders, names in os.walk(home) for name in (*folders, *names)]
    told = {str(path): path.lstat() for path in found}
    return {name: (one.st_mode, one.st_size, one.st_mtime_ns, one.st_ino) for name, one in told.items()}
