"""The code of functions that exist, put in place of what it was: no import sees a change faster."""

from __future__ import annotations

import gc
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Pair = tuple[CodeType, CodeType]
Functions = dict[CodeType, list[FunctionType]]


class OfTheModule(Exception):
    """A change is in what is done on import."""


def functions(folder: Path) -> Functions:
    """Return all functions that exist of the modules in a folder, by their code."""
    found: Functions = {}
    for it in gc.get_objects():
        if isinstance(it, FunctionType) and it.__code__.co_filename.startswith(f"{folder}/"):
            found.setdefault(it.__code__, []).append(it)
    return found


def swap(existing: Functions, path: Path, text: str) -> bool:
    """Give the functions of a module the code that they have in the changed text.

    Returns whether all that differs is in functions, and one of them exists: then nothing else need be done.
    """
    try:
        new = dict(_differing(_compiled(path, path.read_text(encoding="utf-8")), _compiled(path, text)))
    except OfTheModule:
        return False
    live = [(function, new[code]) for code in new for function in existing.get(code, ())]
    for function, code in live:
        function.__code__ = code
    return bool(live)


def _compiled(path: Path, text: str) -> CodeType:
    return compile(text, str(path), "exec", dont_inherit=True)


def _differing(old: CodeType, new: CodeType) -> Iterator[Pair]:
    """Yield each function's code that has changed, with that of the functions in it: they may exist, too."""
    if _body(old) != _body(new):
        raise OfTheModule
    for before, after in zip(_inner(old), _inner(new), strict=True):
        if before != after:
            yield from _changed(before, after) if before.co_flags & CO_OPTIMIZED else _differing(before, after)


def _changed(old: CodeType, new: CodeType) -> Iterator[Pair]:
    yield old, new
    if [code.co_qualname for code in _inner(old)] == [code.co_qualname for code in _inner(new)]:
        for before, after in zip(_inner(old), _inner(new), strict=True):
            yield from _changed(before, after) if before != after else ()


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _body(code: CodeType) -> tuple[object, ...]:
    """Return what a module or a class does when it is made, but for the code of its functions."""
    constants = [it.co_qualname if isinstance(it, CodeType) else it for it in code.co_consts]
    return code.co_code, code.co_names, constants
