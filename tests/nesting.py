"""Running pytest within pytest."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

_collect = gc.collect


def _collect_young(_generation: int = 2) -> int:
    """Collect what is new: none of it need look through moto."""
    return _collect(0)


@contextmanager
def nested() -> Iterator[None]:
    """Let a pytest run within pytest; the modules that the inner one imports are forgotten again."""
    before, environ = dict(sys.modules), dict(os.environ)
    try:
        with patch.object(gc, "collect", _collect_young):  # pytest collects all garbage five times at its end
            yield
    finally:
        for name in set(sys.modules) - set(before):
            if name.startswith(("test_", "conftest")):
                del sys.modules[name]
        sys.modules |= {name: module for name, module in before.items() if name == "conftest"}
        os.environ.clear()
        os.environ.update(environ)
