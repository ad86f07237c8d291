"""A plugin of pytest's: when a test has passed, it runs again without each rule that it used, and one must fail.

So each row of the sandbox's tables is shown to be needed by a test. ``CARBUYER_RULES`` names the modules of the rows.
"""

from __future__ import annotations

import os
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from _pytest.runner import runtestprotocol

from carbuyer_cleanup.sandbox import front
from carbuyer_cleanup.sandbox.rules import RULES
from carbuyer_cleanup.sandbox.world import Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES = os.environ["CARBUYER_RULES"].split()
ROWS = [row for name in MODULES for row in import_module(f"carbuyer_cleanup.sandbox.rules.{name}").RULES]
TRIES = 40  # tests that use a row without needing it; the row of all calls of a service is used by each

used: set[int] = set()
needed: set[int] = set()
tries: Counter[int] = Counter()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test, then run it without each row that it used and that no test was seen to need."""
    used.clear()
    failed = _fails(item, item, log=True)
    for row in ROWS:
        if not failed and id(row) in used and id(row) not in needed and tries[id(row)] < TRIES:
            tries[id(row)] += 1
            without = tuple(rule for rule in RULES if rule is not row)
            with patch.object(front, "RULES", without):
                needed.update([id(row)] if _fails(item, item, log=False) else [])
    _fails(item, nextitem, log=False)  # once more, so that what its module shares is torn down
    return True


def _fails(item: pytest.Item, nextitem: pytest.Item | None, *, log: bool) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=log, nextitem=nextitem))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if there is a row that no test needs, and say which."""
    idle = [f"{type(row).__name__} {row.call} ({row.source})" for row in ROWS if id(row) not in needed]
    if idle:
        print("\nno test needs:", *idle, sep="\n  ")  # noqa: T201 - what the plugin is for
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _watch_refusals(refuse: Callable[..., None]) -> Callable[..., None]:
    def watched(rule: Any, *args: Any) -> None:
        try:
            refuse(rule, *args)
        except Refusal:
            used.add(id(rule))
            raise

    return watched


def _watch_actions(of: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def watched(book: Any, call: str, kind: type) -> list[Any]:
        found = of(book, call, kind)
        used.update(id(rule) for rule in found if kind is not Rule)
        return found

    return watched


front._refuse_if_it_applies = _watch_refusals(front._refuse_if_it_applies)  # noqa: SLF001 - to see it at work
front._Rulebook.of = _watch_actions(front._Rulebook.of)  # type: ignore[method-assign] # noqa: SLF001 - likewise
