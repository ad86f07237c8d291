"""Reading AWS's answers: whatever botocore's model does not require may be absent, or null, and is read in this way.

Of EC2, Elastic Load Balancing and STS no member is required. Paths are JMESPath, with two functions more: ``tail(x)``
is what follows the last slash or colon of an ARN or a URL, ``parts(x)`` a list of all that stands between them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jmespath
from jmespath.functions import Functions, signature

SEPARATORS = re.compile("[:/]")


class Absent(KeyError):
    """A member that is needed is not in an answer; the argument is its name."""


def found(path: str, value: Any) -> Any:
    """Return what a path selects, None if that is absent."""
    return _compiled(path).search(value, options=OPTIONS)


def text(path: str, value: Any) -> str:
    """Return the text that a path selects, "" if it is absent."""
    return str(found(path, value) or "")


def texts(path: str, value: Any) -> list[str]:
    """Return the texts that a path selects, without those that are absent or empty."""
    return [str(one) for one in found(path, value) or () if one]


def needed(path: str, value: Any) -> Any:
    """Return what a path selects, on which a deletion or a verdict rests.

    Raises:
        Absent: it isn't there.
    """
    if (given := found(path, value)) in (None, ""):
        raise Absent(re.split("[^\\w.]", path)[0])
    return given


def tag_in(tags: Any, key: str = "Name") -> str:
    """Return the value of a tag, "" if it is not there; ``tags`` are pairs, or a mapping.

    Raises:
        Absent: a tag has no key, or the one that is asked for no value: nobody can say what it is.
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


OPTIONS = jmespath.Options(custom_functions=_Functions())


@cache
def _compiled(path: str) -> Any:
    return jmespath.compile(path)
