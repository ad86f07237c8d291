"""The workshop beside others' things, torn down again and again: each time something else goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pytest

from strict_moto import estate, messy_estates
from strict_moto.faults import Fault, FaultKind
from strict_moto.messy_estates import AS_BUILT, Mess
from tests.beside import leave_beside
from tests.copies import in_a_copy
from tests.exhaustive.branches import Branches, OneEach
from tests.exhaustive.lab import is_write
from tests.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.exhaustive.lab import Lab

T = TypeVar("T")
CHUNKS = 8  # workers of xdist take them as they come
TOGETHER = 10  # faults in a run, far from each other: what comes of one ends when its call is made again
MESS = Mess(dict.fromkeys(estate.PARTS, AS_BUILT), bystanders=("network", "functions", "test_events"))


def chunk_of(cases: Sequence[T], chunk: int, chunks: int = CHUNKS) -> Sequence[T]:
    """Return every eighth case, or as many parts as asked for: each chunk then has its share of what is slow."""
    return cases[chunk::chunks]


def together(indices: Sequence[int], kind: FaultKind, *, after: bool = False) -> list[tuple[Fault, ...]]:
    """Return a fault at each index, as many together as a run takes; each of them adds a call, its repetition."""
    apart = -(-len(indices) // TOGETHER)
    return [
        tuple(Fault(kind, at=index + before, after=after) for before, index in enumerate(indices[first::apart]))
        for first in range(apart)
    ]


@dataclass
class Anywhere:
    """An account as it is before a teardown, and an undisturbed run's ``calls`` and ``writes``, as indices.

    These are the places where something can go wrong. To die before a call is something else than to die before the
    last one only if something has changed or was written down since: at ``turns``. ``others`` is not the workshop's.
    """

    lab: Lab
    others: set[tuple[str, str]] = field(init=False)
    everything: set[tuple[str, str]] = field(init=False)
    calls: range = field(init=False)
    writes: list[int] = field(init=False)
    turns: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._build()
        undisturbed = self.lab.run()
        self.calls = range(len(undisturbed.calls))
        self.writes = [index for index, entry in enumerate(undisturbed.calls) if is_write(entry.call)]
        changed = {index + 1 for index in self.writes} | undisturbed.noted
        self.turns = [index for index in self.calls if index == 0 or index in changed]
        self._build()

    def _build(self) -> None:
        self.lab.reset()
        messy_estates.settle(self.lab.session, MESS.bystanders)
        self.others = inventory(self.lab.session)
        leave_beside(messy_estates.build(self.lab.session, MESS))
        self.everything = self.lab.stock()

    def restore(self) -> None:
        """Build it anew if another test has made a sandbox since: moto keeps its state per process."""
        if self.lab.stock() != self.everything:
            self._build()

    def try_each(self, cases: Sequence[tuple[Fault, ...]], experiment: Callable[..., None]) -> None:
        """Make an experiment with the faults of each case, every time with the account as it is now."""
        assert cases
        for faults in cases:
            self.try_out(partial(experiment, self, *faults), str(faults))

    def try_in_one_run(self, faults: Sequence[Fault], experiment: Callable[..., None]) -> None:
        """Make an experiment once, with the account as it is now: each fault befalls a copy that is made when it comes.

        That spares each the run until then.
        """
        assert faults
        self.try_out(partial(self._branching, faults, experiment), experiment.__name__)

    def _branching(self, faults: Sequence[Fault], experiment: Callable[..., None]) -> None:
        branches = Branches()
        with branches.run():
            experiment(self, OneEach(self.lab, branches, faults))
        assert branches.made == len(faults)

    def assert_struck(self) -> None:
        """Assert that all faults came: only a run that needed fewer calls than the first one ends before one."""
        faults = self.lab.sandbox.faults
        missed = set(faults.schedule) - {fault for _, _, fault in faults.struck}
        assert all(fault.at is not None and faults.index <= fault.at for fault in missed)

    def try_out(self, experiment: Callable[[], None], what: str) -> None:
        """Make one experiment with the account as it is now, and leave it so; fail if the experiment fails."""
        if told := in_a_copy(partial(self._alone, experiment)):
            pytest.fail(f"{what}\n{told}")

    def _alone(self, experiment: Callable[[], None]) -> None:
        self.lab.own_journal()
        experiment()
