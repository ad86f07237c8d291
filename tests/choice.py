"""Which cases of a table run in the quick tests; all of them run in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def quick(cases: Sequence[Callable[..., Any]], *chosen: Callable[..., Any]) -> list[Any]:
    """Return the cases as parameters named after themselves; those not chosen are marked exhaustive."""
    return [
        pytest.param(case, id=case.__name__, marks=() if case in chosen else pytest.mark.exhaustive) for case in cases
    ]


def rows_in(every: int, rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Return rows of several parameters; all but one in so many are marked exhaustive."""
    return [pytest.param(*row, marks=pytest.mark.exhaustive if n % every else ()) for n, row in enumerate(rows)]


def one_in(every: int, cases: Iterable[Any]) -> list[Any]:
    """Return the cases as parameters; all but one in so many are marked exhaustive."""
    return [pytest.param(case, marks=pytest.mark.exhaustive if n % every else ()) for n, case in enumerate(cases)]
