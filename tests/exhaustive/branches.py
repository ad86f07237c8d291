"""Copies of this process that go on where they are made: so each place of a run is tried at the price of its rest."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from strict_moto.faults import Faults
from tests import copies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from strict_moto.faults import Fault
    from strict_moto.world import Request
    from tests.exhaustive.lab import Lab


class Branches:
    """The copies of a process, which waits for the end of each; ``told`` is what went wrong in them."""

    def __init__(self) -> None:
        self.made, self.told = 0, list[str]()
        self._pipe: int | None = None

    @property
    def in_a_copy(self) -> bool:
        """Whether this is one of the copies."""
        return self._pipe is not None

    def branch(self, what: str) -> bool:
        """Make a copy in which ``what`` happens, and return whether this is it."""
        loop = asyncio.get_running_loop()
        self.made += 1
        self._pipe, told = copies.copy()
        if self._pipe is not None:
            asyncio._set_running_loop(loop)  # noqa: SLF001 - asyncio holds that it runs in the other process only
        elif told:
            self.told.append(f"{what}: {told}")
        return self.in_a_copy

    @contextmanager
    def run(self) -> Iterator[None]:
        """End a copy where the block ends: it must not go on as a second pytest. The process fails if a copy did."""
        try:
            yield
        except BaseException:
            if self._pipe is None:
                raise
            copies.end(self._pipe, traceback.format_exc())
        if self._pipe is not None:
            copies.end(self._pipe, "")
        assert self.told == [], "\n".join(self.told)


class OneEach(Faults):
    """Each fault befalls a copy of its own, made when it is due; the process itself suffers none."""

    def __init__(self, lab: Lab, branches: Branches, faults: Iterable[Fault]) -> None:
        super().__init__()
        self._lab, self._branches = lab, branches
        self._due = {fault.at: fault for fault in faults}

    def strike(self, request: Request) -> Fault | None:
        """Count a request, and return the fault that befalls it in this copy.

        Raises:
            Died: the process has died at an earlier request.
        """
        fault = None if self._branches.in_a_copy else self._due.pop(self.index, None)
        if fault and self._branches.branch(str(fault)):
            self._lab.own_journal()
            self.schedule = (fault,)
        return super().strike(request)
