"""Copies of this process, whose world ends with them: to build it anew for each experiment costs far more."""

from __future__ import annotations

import gc
import os
import traceback
import warnings
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


def in_a_copy(act: Callable[[], object]) -> str:
    """Do it in a copy of this process, and return what went wrong."""
    pipe, told = copy()
    if pipe is not None:
        end(pipe, _what_goes_wrong(act))
    return told


def copy() -> tuple[int | None, str]:
    """Make a copy of this process, and wait for its end.

    Returns:
        In the copy what it must ``end`` with; in the process None, and what went wrong in the copy.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads of xdist's worker do nothing in the copy
        child = os.fork()
    if not child:
        gc.disable()  # it doesn't live long, and looking for garbage copies the memory that it shares
        return writing, ""
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return None, told if os.waitstatus_to_exitcode(status) == 0 else f"the copy ended with {status}: {told}"


def end(pipe: int, told: str) -> NoReturn:
    """End a copy, and let the process know what went wrong; the copy must not go on as a second pytest."""
    os.write(pipe, told.encode()[-50_000:])
    os._exit(0)


def _what_goes_wrong(act: Callable[[], object]) -> str:
    try:
        act()
    except BaseException:  # noqa: BLE001 - the copy must not go on as a second pytest
        return traceback.format_exc()
    return ""
