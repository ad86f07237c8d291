"""How often Python collects cyclic garbage: rarely, because a run keeps most of what it makes."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# New objects before the youngest generation is collected, and collections of it before older ones are. With Python's
# own thresholds, a full audit spends a quarter of its CPU on traversing models that stay to its end; its memory use is
# the same.
SELDOM = (5_000, 5, 5)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Make Python collect rarely inside this context, and never again traverse what exists already."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
