"""Answers of AWS made up from botocore's models, in which everything has one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.calls import CALLS
from tests.audit.shapes import operation_model, paginator

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.audit.types import Type

DEEP = 8  # models refer to themselves


def answer(call: str, name: str, *, more: bool) -> dict[str, Any]:
    """Return an answer with one item in every list; ``more`` says that there is another page."""
    made: dict[str, Any] = _sample(operation_model(call).output_shape, name, more=more, depth=0)
    if not more:
        for path in tokens(call).values():
            _clear(made, path)
    return made


def tokens(call: str) -> dict[str, str]:
    """Return which parameter goes on from which part of an answer."""
    table = paginator(call)
    if CALLS[call].tokens or table is None:
        return dict(CALLS[call].tokens)
    return dict(zip(_listed(table["input_token"]), _listed(table["output_token"]), strict=True))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _sample(shape: Any, name: str, *, more: bool, depth: int) -> Any:
    if depth > DEEP:
        return None
    make = SAMPLES.get(shape.type_name)
    return make(shape, name, more, depth) if make else 1


def _structure(shape: Any, name: str, more: bool, depth: int) -> Any:  # noqa: FBT001 - called through SAMPLES
    return {key: _sample(member, name, more=more, depth=depth + 1) for key, member in shape.members.items()}


SAMPLES: dict[str, Callable[[Any, str, bool, int], Any]] = {
    "structure": _structure,
    "list": lambda shape, name, more, depth: [_sample(shape.member, name, more=more, depth=depth + 1)],
    "map": lambda _shape, name, _more, _depth: {"Name": name},
    "string": lambda _shape, name, _more, _depth: name,
    "boolean": lambda _shape, _name, more, _depth: more,
    "timestamp": lambda _shape, _name, _more, _depth: "",
}


def _clear(made: dict[str, Any], path: str) -> None:
    """Take the tokens that a path names out of an answer."""
    for one in path.split(" && "):
        *outer, last = one.split(" ", maxsplit=1)[0].split("[")[0].split(".")
        place = made
        for key in outer:
            place = place[key]
        place[last] = "" if isinstance(place[last], str) else place[last]


class Pages:
    """Answers a type's calls with two pages: somebody else's things on the first, ours on the second."""

    def __init__(self, type_: Type) -> None:
        self._type = type_
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, operation: str, _region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Answer as ``Aws`` would."""
        if operation != self._type.call:
            return answer(operation, "somebody", more=False)
        self.asked.append(params)
        first = tokens(operation) and not tokens(operation).keys() & params.keys()
        return answer(operation, "somebody", more=True) if first else answer(operation, "carbuyer-x", more=False)
