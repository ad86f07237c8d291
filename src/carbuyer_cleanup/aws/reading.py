"""Reading AWS's answers: whatever botocore's model does not require may be absent or null, and is read in this way.

EC2, Elastic Load Balancing and STS require no member. So each answer becomes a :class:`Described`: a member that is
absent reads as empty. What a deletion or a verdict rests on is :func:`needed`.

Paths are JMESPath, with three more functions: ``tail(x)`` is what follows the last slash or colon of an ARN or a URL,
``parts(x)`` lists x and what these separate in it; ``within(x, a, b)`` is x without a at its start and b at its end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.functions import Functions, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEPARATORS = re.compile("[:/]")


class Absent(KeyError):
    """A needed member is missing from an answer; the argument is its name."""


EMPTY: dict[str, Callable[[], Any]] = {"integer": int, "long": int, "boolean": bool, "list": list, "map": dict}


class Described(dict[str, Any]):
    """A structure in an answer; ``described["Member"]`` is empty if AWS left out the member.

    It contains only what AWS sent: ``in``, ``get`` and a dictionary's other methods show what is there.
    """

    def __init__(self, sent: Mapping[str, Any], shape: Any) -> None:
        members = shape.members if shape else {}
        given = ((name, value) for name, value in sent.items() if value is not None)
        super().__init__({n: v if type(v) is str else _read(v, members.get(n)) for n, v in given})  # most are texts
        self._shape = shape

    def __missing__(self, name: str) -> Any:
        member = self._shape.members[name]  # else it is our mistake
        return Described({}, member) if member.type_name == "structure" else EMPTY.get(member.type_name, str)()

    def __or__(self, more: Mapping[str, Any]) -> Described:  # type: ignore[override] # of any mapping
        return Described({**self, **more}, self._shape)

    def __deepcopy__(self, _memo: Any) -> Described:
        return Described(self, self._shape)


def _read(value: Any, shape: Any) -> Any:
    if isinstance(value, dict):
        return Described(value, shape) if shape and shape.type_name == "structure" else dict(value)
    if isinstance(value, list):
        member = shape.member if shape and shape.type_name == "list" else None
        return [_read(one, member) for one in value if one is not None]
    return value


def found(path: str, value: Any) -> Any:
    """Return what a path selects, None if that is absent."""
    return _compiled(path).search(value, options=OPTIONS)


def text(path: str, value: Any) -> str:
    """Return the text that a path selects, "" if it is absent."""
    return str(found(path, value) or "")


def texts(path: str, value: Any) -> list[str]:
    """Return the texts that a path selects, except absent and empty ones."""
    return [str(one) for one in found(path, value) or () if one]


def needed(path: str, value: Any) -> Any:
    """Return what a path selects, for a deletion or a verdict to rest on.

    Raises:
        Absent: it isn't there, or is an empty text.
    """
    if (given := found(path, value)) in (None, ""):
        raise Absent(re.split("[^\\w.]", path)[0])
    return given


def tag_in(tags: Any, key: str = "Name") -> str:
    """Return the value of a tag, "" if it is not there; ``tags`` are pairs or a mapping.

    Raises:
        Absent: a tag has no key, or the requested one has no value: nobody can say what it is.
    """
    if isinstance(tags, dict):
        return text(key, tags)
    values = (_half(tag, "Value") for tag in tags or () if tag and _half(tag, "Key") == key)
    return next(values, "")


def _half(tag: dict[str, str], half: str) -> str:
    """Return the key or the value of a tag: EC2 writes ``Key``, others ``key``; a value may be empty."""
    if (given := tag.get(half, tag.get(half.lower()))) is None:
        raise Absent(half)
    return given


class _Functions(Functions):  # type: ignore[misc]  # jmespath has no types
    """JMESPath's functions and our own."""

    @signature({"types": ["string", "null"]})  # type: ignore[untyped-decorator]  # likewise
    def _func_tail(self, value: str | None) -> str | None:
        return value and SEPARATORS.split(value)[-1]

    @signature({"types": ["string", "null"]})  # type: ignore[untyped-decorator]  # likewise
    def _func_parts(self, value: str | None) -> list[str] | None:
        return [value, *SEPARATORS.split(value)] if value else None

    @signature({"types": ["string", "null"]}, {"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]  # likewise
    def _func_within(self, value: str | None, before: str, after: str) -> str | None:
        return value and value.removeprefix(before).removesuffix(after)


OPTIONS = jmespath.Options(custom_functions=_Functions())


@cache
def _compiled(path: str) -> Any:
    return jmespath.compile(path)
