"""Answers made up from botocore's models, for the calls of which nothing is recorded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

DEEP = 6  # models refer to themselves
ABSENT = 0.2  # of the members that AWS need not give


@cache
def output_of(call: str) -> Any:
    """Return botocore's model of a call's answer, None if it has none."""
    service, operation = call.split(":")
    return _session().get_service_model(service).operation_model(operation).output_shape


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def sample(call: str, chance: random.Random) -> dict[str, Any]:
    """Return an answer in which some of the members are absent that the model does not require."""
    made: dict[str, Any] = _sample(output_of(call), chance, 0)
    return made


def _sample(shape: Any, chance: random.Random, depth: int) -> Any:
    make = SAMPLES.get(shape.type_name)
    return make(shape, chance, depth + 1) if make and depth < DEEP else None


def _structure(shape: Any, chance: random.Random, depth: int) -> dict[str, Any]:
    given = [name for name in shape.members if name in shape.required_members or chance.random() >= ABSENT]
    made = {name: _sample(shape.members[name], chance, depth) for name in given}
    return {name: value for name, value in made.items() if value is not None}


def _listed(shape: Any, chance: random.Random, depth: int) -> list[Any]:
    made = [_sample(shape.member, chance, depth) for _ in range(chance.randrange(1, 3))]
    return [one for one in made if one is not None]


def _text(shape: Any, chance: random.Random, _depth: int) -> str:
    return str(chance.choice(getattr(shape, "enum", None) or [f"{shape.name}-{chance.randrange(3)}"]))


SAMPLES: dict[str, Callable[[Any, random.Random, int], Any]] = {
    "structure": _structure,
    "list": _listed,
    "map": lambda _shape, chance, _depth: {"Name": f"name-{chance.randrange(3)}"},
    "string": _text,
    "boolean": lambda _shape, chance, _depth: chance.random() < 0.5,
    "integer": lambda _shape, chance, _depth: chance.randrange(10),
}
