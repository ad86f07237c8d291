"""Running pytest within pytest."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def nested() -> Iterator[None]:
    """Let a pytest run within pytest; the modules that the inner one imports are forgotten again."""
    before, environ = dict(sys.modules), dict(os.environ)
    gc.freeze()  # pytest collects garbage five times at its end: none of it need look through moto
    try:
        yield
    finally:
        gc.unfreeze()
        for name in set(sys.modules) - set(before):
            if name.startswith(("test_", "conftest")):
                del sys.modules[name]
        sys.modules |= {name: module for name, module in before.items() if name == "conftest"}
        os.environ.clear()
        os.environ.update(environ)
