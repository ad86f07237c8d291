"""Which members an answer has. moto always returns all it knows; AWS leaves out what does not apply, or came later.

Measured against the answers of real accounts (``tests/recorded``): what these always have is added, and what AWS need
not return is left out of some resources, by a seed (``Quirks.absent_members``). A resource that lacks a member always
lacks it. What the suite reads is a fact of the estate, and left out only where it is empty.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.world import Params

TABLE = Path(__file__).with_name("shapes.json")  # made by tests/recorded/write_shapes.py
SENT_BACK = frozenset({"cloudfront:GetDistributionConfig"})  # AWS wants all of it back: it stays as it is
SHARE = 2  # one in so many resources lacks a member
IDENTIFYING = ("Id", "ID", "id", "Arn", "ARN", "arn", "Name", "name")
EMPTY: dict[str, Callable[[], Any]] = {"string": str, "list": list, "map": dict, "structure": dict, "boolean": bool}


class _Given(NamedTuple):
    """What is known about an answer's members, by their paths: ``Vpcs[].VpcId``."""

    always: frozenset[str]
    added: frozenset[str]  # always in AWS's answers too, but never in moto's


@cache
def _table() -> dict[str, _Given]:
    calls = json.loads(TABLE.read_text(encoding="utf-8"))["calls"]
    return {call: _Given(*(frozenset(row[name].split()) for name in _Given._fields)) for call, row in calls.items()}


def given(call: str) -> _Given:
    """Return what is known about the answers to a call."""
    return _table().get(call, _Given(frozenset(), frozenset()))


@cache
def names_read() -> frozenset[str]:
    """Return the names of the members that the suite reads."""
    return frozenset(json.loads(TABLE.read_text(encoding="utf-8"))["read"].split())


def is_shaped(call: str, seed: int) -> bool:
    """Return whether anything must be added to answers to a call, or left out."""
    return call in _table() and call not in SENT_BACK and (seed != 0 or bool(given(call).added))


def shaped(call: str, result: Params, shape: Any, seed: int) -> Params:
    """Return an answer with the members that AWS would return; a seed of 0 leaves none out."""
    if not is_shaped(call, seed):
        return result
    made: Params = _Shaper(given(call), seed).value(result, shape, "", "")
    return made


class _Shaper:
    """Walks through the answer to a call."""

    def __init__(self, given: _Given, seed: int) -> None:
        self._given, self._seed = given, seed

    def value(self, value: Any, shape: Any, path: str, thing: str) -> Any:
        """Return a value as AWS would; ``thing`` identifies the innermost item of a list."""
        if shape.type_name == "list" and isinstance(value, list):
            return [self.value(one, shape.member, f"{path}[]", _thing(one) or thing) for one in value]
        if shape.type_name == "structure" and isinstance(value, dict):
            return self._structure(value, shape, path, thing)
        return value

    def _structure(self, value: Params, shape: Any, path: str, thing: str) -> Params:
        paths = {name: f"{path}.{name}".lstrip(".") for name in shape.members}
        added = {name: _empty(shape.members[name]) for name in paths if paths[name] in self._given.added}
        return {
            name: self.value(one, shape.members[name], paths[name], thing) if name in paths else one
            for name, one in (added | value).items()
            if name in shape.required_members or not self._lacks(paths.get(name, ""), one, thing)
        }

    def _lacks(self, path: str, value: Any, thing: str) -> bool:
        if not self._seed or "." not in path or path in self._given.always | self._given.added:
            return False
        is_fact = path.rpartition(".")[2] in names_read() and value not in ("", [], {}, None, False)
        return not is_fact and crc32(f"{self._seed} {path} {thing}".encode()) % SHARE == 0


def _thing(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((str(one) for name, one in value.items() if name.endswith(IDENTIFYING) and isinstance(one, str)), "")


def _empty(shape: Any) -> Any:
    """Return what AWS returns for nothing; an enumeration has no empty value."""
    enum = getattr(shape, "enum", None)
    return enum[0] if enum else EMPTY.get(shape.type_name, int)()
