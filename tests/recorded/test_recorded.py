"""What real accounts answered, in any combination, goes through everything that reads answers, and breaks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.types import TYPES
from tests.recorded.crashes import KINDS, Crashes
from tests.recorded.replay import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.recorded.collection import Answers
    from tests.recorded.replay import Replayed

FEW = range(2)
TURNS, CHUNKS = 160, 8  # more turns than any call has answers; workers of xdist take chunks as they come
EACH_CHUNK = pytest.mark.parametrize("turns", [range(chunk, TURNS, CHUNKS) for chunk in range(CHUNKS)], ids=str)


@pytest.mark.exhaustive
def test_each_answer_has_its_turn(recorded: Answers) -> None:
    """No answer is left out."""
    assert max(map(len, recorded.values())) <= TURNS


def test_kinds(replay: Callable[[int], Replayed]) -> None:
    """A few combinations: every kind finds, judges and deletes."""
    assert str(_kinds(replay, FEW)) == ""


@pytest.mark.exhaustive
@EACH_CHUNK
def test_kinds_at_length(replay: Callable[[int], Replayed], turns: range) -> None:
    """All combinations."""
    crashes = _kinds(replay, turns)
    assert str(crashes) == ""
    assert len(crashes.met) > len(KINDS) / 2


def test_audit(replay: Callable[[int], Replayed]) -> None:
    """A few combinations: every row of the audit's table reads its list, and judges."""
    assert str(_audit(replay, FEW)) == ""


@pytest.mark.exhaustive
@EACH_CHUNK
def test_audit_at_length(replay: Callable[[int], Replayed], turns: range) -> None:
    """All combinations."""
    crashes = _audit(replay, turns)
    assert str(crashes) == ""
    assert len(crashes.met) > len(TYPES) / 2


def _kinds(replay: Callable[[int], Replayed], turns: Iterable[int]) -> Crashes:
    crashes = Crashes()
    for aws in map(replay, turns):
        run(aws, crashes.of_kinds(aws))
    return crashes


def _audit(replay: Callable[[int], Replayed], turns: Iterable[int]) -> Crashes:
    crashes = Crashes()
    for aws in map(replay, turns):
        run(aws, crashes.of_types(aws))
    return crashes
