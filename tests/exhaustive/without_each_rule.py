"""A plugin of pytest's: it runs the tests, and then, without each rule, those that used it, until one fails.

So each row of the sandbox's tables is shown to be needed by a test. ``CARBUYER_RULES`` names the modules of the rows.
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from _pytest.runner import runtestprotocol

from strict_moto import sandbox
from strict_moto.rules import RULES
from strict_moto.world import Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

MODULES = os.environ["CARBUYER_RULES"].split()
ROWS = [row for name in MODULES for row in import_module(f"strict_moto.rules.{name}").RULES]

used: set[int] = set()  # ids of the rows, by the test that runs


class _Run(NamedTuple):
    """A test as it ran with all rules: the rows it used, and how long it took."""

    item: pytest.Item
    rows: frozenset[int]
    seconds: float

    @property
    def cost(self) -> float:
        """What sorts the tests: a short one that uses few rows is likely to be about the row."""
        return self.seconds * len(self.rows)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests, then without each row; fail if there is one that no test needs, and say which."""
    runs = sorted((_run(item) for item in session.items), key=lambda run: run.cost)
    idle = [row for row in ROWS if not _is_needed(row, runs)]
    named = [f"{type(row).__name__} {row.call} ({row.source})" for row in idle]
    print("\nno test needs:", *named, sep="\n  ")  # noqa: T201 - what the plugin is for
    session.testsfailed += len(idle)
    return True


def _run(item: pytest.Item) -> _Run:
    used.clear()
    start = time.process_time()
    _fails(item, log=True)
    return _Run(item, frozenset(used), time.process_time() - start)


def _is_needed(row: Any, runs: Sequence[_Run]) -> bool:
    with patch.object(sandbox, "RULES", tuple(rule for rule in RULES if rule is not row)):
        return any(_fails(run.item, log=False) for run in runs if id(row) in run.rows)


def _fails(item: pytest.Item, *, log: bool) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=log, nextitem=None))


def _watch_refusals(refuse: Callable[..., None]) -> Callable[..., None]:
    def watched(rule: Any, *args: Any) -> None:
        try:
            refuse(rule, *args)
        except Refusal:
            used.add(id(rule))
            raise

    return watched


def _watch_actions(of: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """Note what acts: all rules but those that refuse; one without a code only takes notes."""

    def watched(book: Any, call: str, kind: type) -> list[Any]:
        found = of(book, call, kind)
        used.update(id(rule) for rule in found if kind is not Rule or not rule.code)
        return found

    return watched


sandbox.refuse_if_it_applies = _watch_refusals(sandbox.refuse_if_it_applies)
sandbox.Rulebook.of = _watch_actions(sandbox.Rulebook.of)  # type: ignore[method-assign]
