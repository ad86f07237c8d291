"""Whose each thing is, branch by branch: a few lines of an answer decide it, whatever else may be in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import Several
from tests.recorded.cases import DELETIONS, FOUND
from tests.recorded.replay import run
from tests.recorded.things import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recorded.collection import Answers
    from tests.recorded.replay import Told
    from tests.recorded.things import Case


@pytest.fixture
def found(told: Callable[[Answers], Told]) -> Callable[[Case], tuple[Told, list[Any]]]:
    """Return a function that opens the account of a case, and what its kind finds there."""

    def find(case: Case) -> tuple[Told, list[Any]]:
        aws = told({call: [answer] for call, answer in case.answers.items()})
        aws.caller, aws.read_only = case.caller or aws.caller, case.read_only
        aws.workshop = aws.workshop.with_names(*case.names)
        for topic, region, id_, facts in case.remembered:
            aws.journal.remember(topic, region, [id_], "of something of ours", {id_: facts})
        return aws, run(aws, KINDS[case.kind].find(aws))

    return find


@pytest.mark.parametrize("name", FOUND)
def test_whose(found: Callable[[Case], tuple[Told, list[Any]]], name: str) -> None:
    """What a kind finds is ours, doubtful or foreign, as the case says; of anything else nothing is told."""
    case = FOUND[name]

    _, resources = found(case)

    assert {one.id: one.whose.value for one in resources} == case.whose


@pytest.mark.parametrize("name", DELETIONS)
def test_deletion(found: Callable[[Case], tuple[Told, list[Any]]], name: str) -> None:
    """What others use is left alone, and nothing is changed for it; what they don't use goes."""
    case = DELETIONS[name]
    aws, resources = found(case)
    refused: dict[str, Exception] = {}

    try:
        run(aws, KINDS[case.kind].delete(aws, [one for one in resources if one.ours]))
    except Several as several:
        refused = several.errors
    except Blocked as blocked:
        refused = {"all": blocked}

    assert [type(error) for error in refused.values()] == ([Blocked] if case.written is None else [])
    assert aws.written == list(case.written or ())
