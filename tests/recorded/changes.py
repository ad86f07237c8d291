"""What can be otherwise in an answer: each member absent, empty or unknown, nulls in lists, more members."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.recorded.samples import output_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Path = tuple[str, ...]  # "[]" stands for each item of a list
GONE = object()


@dataclass(frozen=True)
class Change:
    """A change of all answers to a call; ``what`` and ``path`` name it."""

    call: str
    what: str
    path: Path
    edit: Callable[[Any], Any]

    def __str__(self) -> str:
        return f"{self.call} {'.'.join(self.path).replace('.[]', '[]')} {self.what}"

    def made(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the answer with the change."""
        changed: dict[str, Any] = _edited(answer, self.path, self.edit)
        return changed


def changes(call: str, answers: Iterable[dict[str, Any]]) -> list[Change]:
    """Return all changes that can be made to the answers to a call."""
    found: dict[Path, Any] = {}
    for answer in answers:
        found |= dict(_members(output_of(call), answer, ()))
    return [
        Change(call, what, path, edit)
        for path, shape in found.items()
        for applies, what, edit in EDITS
        if applies(path, shape)
    ]


def _members(shape: Any, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield each member that a value has, with its shape."""
    yield path, shape
    if shape.type_name == "list" and isinstance(value, list):
        for one in value:
            yield from _members(shape.member, one, (*path, "[]"))
    elif shape.type_name == "structure" and isinstance(value, dict):
        for name in (name for name in shape.members if name in value):  # in one order: workers must collect alike
            yield from _members(shape.members[name], value[name], (*path, name))


def _edited(value: Any, path: Path, edit: Callable[[Any], Any]) -> Any:
    """Return a copy with an edit at a path, wherever that leads."""
    if not path:
        return edit(value)
    head, *rest = path
    if head == "[]":
        return [_edited(one, tuple(rest), edit) for one in value] if isinstance(value, list) else value
    if not isinstance(value, dict) or head not in value:
        return value
    new = _edited(value[head], tuple(rest), edit)
    return {name: new if name == head else one for name, one in value.items() if name != head or new is not GONE}


def _is_member(path: Path, _shape: Any) -> bool:
    return bool(path) and path[-1] != "[]"


def _is(type_name: str, path: Path, shape: Any) -> bool:
    return bool(path) and shape.type_name == type_name


# What it applies to, what it is called, and the edit.
EDITS: tuple[tuple[Callable[[Path, Any], bool], str, Callable[[Any], Any]], ...] = (
    (_is_member, "absent", lambda _value: GONE),
    (partial(_is, "string"), "empty", lambda _value: ""),
    (lambda _path, shape: bool(getattr(shape, "enum", None)), "unknown", lambda _value: "SomethingNew"),
    (partial(_is, "list"), "with null", lambda value: [None, *value]),
    (lambda path, _shape: not path, "with more", lambda value: value | {"SomethingNew": {"Of": ["AWS"]}}),
)
