"""How often Python looks for objects that hold each other: rarely, for a run keeps most of what it makes."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Objects made until the youngest are looked through, and how often these are until older ones are. By Python's own
# numbers an audit at full depth spends a quarter of its CPU on looking through models that stay to its end; its memory
# is the same.
SELDOM = (5_000, 5, 5)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have it look rarely, from now to the end of this, and never again through what is there already."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
