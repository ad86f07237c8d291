"""Answers made up from botocore's models, for the calls of which nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    import random

DEEP = 6  # models refer to themselves
# What all of the recorded answers have, and a name of which a list is made: without it the look fails.
IDENTIFYING = ("Id", "id", "Arn", "Key", "RegistryName")
ABSENT, EITHER = 0.2, 0.5  # of the members that AWS need not give, and of what is true


@cache
def output_of(call: str) -> Any:
    """Return botocore's model of a call's answer, None if it has none."""
    service, operation = call.split(":")
    return model_of(service).operation_model(operation).output_shape


@cache
def model_of(service: str) -> Any:
    """Return botocore's model of a service."""
    return _session().get_service_model(service)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def sample(call: str, chance: random.Random, name: str = "") -> dict[str, Any]:
    """Return an answer: with a ``name`` whole, and every text is that; without some members absent, and any texts."""
    made: dict[str, Any] = _sample(output_of(call), _Maker(chance, name), 0)
    return made


def nothing(call: str) -> dict[str, Any]:
    """Return the answer that there is nothing: all lists are empty, and all else is absent."""
    made: dict[str, Any] = _nothing(output_of(call), 0)
    return made


def _nothing(shape: Any, depth: int) -> Any:
    if shape.type_name == "structure" and depth < DEEP:
        inner = {name: _nothing(member, depth + 1) for name, member in shape.members.items()}
        return {name: value for name, value in inner.items() if value is not None}
    return [] if shape.type_name == "list" else None


@dataclass(frozen=True)
class _Maker:
    """What is made up of each type of shape."""

    chance: random.Random
    name: str
    in_list: bool = False

    def structure(self, shape: Any, depth: int) -> dict[str, Any]:
        made = {name: _sample(shape.members[name], self, depth) for name in shape.members if self._gives(shape, name)}
        return {name: value for name, value in made.items() if value is not None}

    def _gives(self, shape: Any, name: str) -> bool:
        return (
            bool(self.name)
            or not self.in_list
            or name.endswith(IDENTIFYING)
            or name in shape.required_members
            or self.chance.random() >= ABSENT
        )

    def list(self, shape: Any, depth: int) -> list[Any]:
        times, inside = 1 if self.name else self.chance.randrange(1, 3), replace(self, in_list=True)
        made = [_sample(shape.member, inside, depth) for _ in range(times)]
        return [one for one in made if one is not None]

    def map(self, _shape: Any, _depth: int) -> dict[str, str]:
        return {"Name": self.name or f"name-{self.chance.randrange(3)}"}

    def string(self, shape: Any, _depth: int) -> str:
        texts = getattr(shape, "enum", None) or [f"{shape.name}-{number}" for number in range(3)]
        return self.name or str(self.chance.choice(texts))

    def boolean(self, _shape: Any, _depth: int) -> bool:
        return not self.name and self.chance.random() < EITHER

    def integer(self, _shape: Any, _depth: int) -> int:
        return 1 if self.name else self.chance.randrange(10)


def _sample(shape: Any, maker: _Maker, depth: int) -> Any:
    make = getattr(maker, shape.type_name, None)
    return make(shape, depth + 1) if make and depth < DEEP else None
