"""Answers that are broken before an account of a class is open: they are asked for again, each account's by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import account
from tests.broken import change_bodies
from tests.choice import one_in
from tests.roster.school import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half": lambda body: body[: len(body) // 2],
    "page": lambda _: b"<html/>",
    "binary": lambda _: bytes(range(128, 256)),
}
CASES = [f"{call} {name}" for call in ("sts:AssumeRole", "sts:GetCallerIdentity") for name in BROKEN]


@pytest.mark.parametrize("case", one_in(8, CASES))
def test_broken_a_few_times(
    run_suite: Callable[..., Result], real_school: School, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """No account is left out of the class for it."""
    call, name = case.split()
    real_school.enrol("alice", "bob")
    times = iter(range(len(account.PAUSES)))
    broken = BROKEN[name]
    change_bodies(
        monkeypatch, real_school.sandbox, call, lambda body: body if next(times, None) is None else broken(body)
    )

    result = run_suite("--aws", "--verify", "--roster", "class.csv", path=KEY_PAIR)

    assert "2 passed" in result.output, result.output
    assert [bool(real_school.calls(number(index))) for index in (1, 2)] == [True, True]
    assert next(times, None) is None
