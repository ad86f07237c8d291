"""Which members answers have: always, sometimes, or never."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.recorded.samples import output_of

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Members:
    """What was seen in the answers to one call; members are given by their path: ``Vpcs[].Tags``."""

    times: Counter[str] = field(default_factory=Counter)  # by member, how often it was there
    chances: Counter[str] = field(default_factory=Counter)  # by member, how often it could have been there

    @property
    def always(self) -> set[str]:
        """What is in each answer, wherever it can be."""
        return {path for path, times in self.times.items() if times == self.chances[path]}

    @property
    def absent(self) -> set[str]:
        """What is not in one answer, or in some."""
        return {path for path, chances in self.chances.items() if self.times[path] < chances}

    @property
    def never(self) -> set[str]:
        """What could be there, and isn't in any answer."""
        return {path for path in self.chances if not self.times[path]}


def members(call: str, answers: Iterable[dict[str, Any]]) -> Members:
    """Return which members the answers to a call have, of those that botocore knows."""
    seen = Members()
    for answer in answers:
        _note(seen, output_of(call), answer, "")
    return seen


def _note(seen: Members, shape: Any, value: Any, path: str) -> None:
    if shape.type_name == "list" and isinstance(value, list):
        for one in value:
            _note(seen, shape.member, one, f"{path}[]")
    elif shape.type_name == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            inner = f"{path}.{name}".lstrip(".")
            seen.chances[inner] += 1
            if value.get(name) is not None:
                seen.times[inner] += 1
                _note(seen, member, value[name], inner)
