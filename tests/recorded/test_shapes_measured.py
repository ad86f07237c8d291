"""The sandbox's answers have the members that real ones have: all that these always have, and no other for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import shapes
from tests.recorded.members import members
from tests.recorded.samples import output_of
from tests.recorded.stocked import stocked_answers
from tests.recorded.write_shapes import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.recorded.collection import Answers

SEEDS = range(1, 13)


@pytest.mark.exhaustive
def test_measured(recorded: Answers) -> None:
    """Of each call that both know, nothing is lacking, and nothing always there, but for a reason."""
    of_sandbox = stocked_answers()
    both = [call for call in recorded if of_sandbox.get(call)]
    assert len(both) > 130
    lacking, always = zip(*(_differences(call, recorded[call], of_sandbox[call]) for call in both), strict=True)
    assert [path for paths in lacking for path in paths] == []
    assert [path for paths in always for path in paths] == []


def _differences(call: str, real: list[dict[str, Any]], given: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return what real answers always have and the sandbox never, and what it always has and they sometimes don't."""
    shape = output_of(call)
    there = members(call, real)
    seen = members(call, (shapes.shaped(call, answer, shape, seed) for answer in given for seed in SEEDS))
    never = there.always & seen.never if call not in shapes.SENT_BACK else ()
    lacking = [f"{call} {path}" for path in never if not _is_of_pages(path)]
    return lacking, [f"{call} {path}" for path in seen.always & there.absent if not any(_reasons(call, path))]


def _reasons(call: str, path: str) -> Iterator[bool]:
    """Yield whether there is one of the reasons for which the sandbox always gives a member."""
    yield "." not in path  # without it nobody could tell an empty list from an answer that is cut short
    yield _is_of_pages(path)
    yield _is_required(call, path)  # by botocore's model: what is recorded without it was shortened by hand
    yield path.rpartition(".")[2] in shapes.names_read()  # a fact of the estate: without it, it would be another
    yield call in shapes.SENT_BACK
    yield path in shapes.given(call).always  # in all answers that were known when the table was written


def _is_of_pages(path: str) -> bool:
    return path.rpartition(".")[2] in PAGES


def _is_required(call: str, path: str) -> bool:
    shape = output_of(call)
    *outer, last = path.split(".")
    for part in outer:
        shape = shape.members[part.replace("[]", "")]
        for _ in range(part.count("[]")):
            shape = shape.member
    return last in shape.required_members
