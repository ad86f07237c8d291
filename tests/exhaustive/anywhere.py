"""The workshop beside others' things, torn down again and again: each time something else goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab import is_write

from carbuyer_cleanup.sandbox import estate, estates
from carbuyer_cleanup.sandbox.estates import AS_BUILT, Mess
from inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab import Lab

CHUNKS = 8  # workers of xdist take them as they come
MESS = Mess(dict.fromkeys(estate.PARTS, AS_BUILT), bystanders=("network", "functions"))


def chunk_of(indices: Sequence[int], chunk: int) -> Sequence[int]:
    """Return every eighth index: each chunk then has its share of what is slow."""
    return indices[chunk::CHUNKS]


@dataclass
class Anywhere:
    """An undisturbed run's ``calls`` and ``writes``, as indices: the places where something can go wrong."""

    lab: Lab
    calls: range = field(init=False)
    writes: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.build()
        undisturbed = self.lab.run(audited=False).calls
        self.calls = range(len(undisturbed))
        self.writes = [index for index, entry in enumerate(undisturbed) if is_write(entry.call)]

    def build(self) -> set[tuple[str, str]]:
        """Build others' things and the workshop anew, and return what is others'."""
        self.lab.reset()
        estates.settle(self.lab.session, MESS.bystanders)
        others = inventory(self.lab.session)
        estates.build(self.lab.session, MESS)
        return others
