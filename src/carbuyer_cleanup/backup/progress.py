"""How far the saving is, and how long it will take at this rate."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

UNITS = ("bytes", "KB", "MB", "GB", "TB")
STEP = 1000


@dataclass
class Progress:
    """How many bytes there are to save of an account, and how many were saved; threads may share it."""

    total: int = 0
    bytes: int = 0
    started: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, size: int) -> None:
        """Count bytes that were saved."""
        with self._lock:
            self.started = time.monotonic() if self.started is None else self.started
            self.bytes += size

    def __str__(self) -> str:
        left = f", about {self._left():.0f} s left" if self._left() else ""
        return f"saved {sized(self.bytes)} of {sized(max(self.total, self.bytes))}{left}"

    def _left(self) -> float:
        """Return the seconds that the rest takes at the rate so far, 0 if that can't be said."""
        elapsed = time.monotonic() - self.started if self.started is not None else 0.0
        return elapsed * max(0, self.total - self.bytes) / self.bytes if self.bytes else 0.0


def sized(size: float) -> str:
    """Return a number of bytes as people read it: ``85 MB``."""
    for unit in UNITS[:-1]:
        if size < STEP:
            return f"{size:.0f} {unit}"
        size /= STEP
    return f"{size:,.0f} {UNITS[-1]}"
