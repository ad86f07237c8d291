"""Accounts by the thousand: so many at once, in the roster's order, and all of them in the end."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING
from unittest.mock import patch

from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.teardown import engine
from carbuyer_cleanup.teardown.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School


async def use(turn: Turn, name: str, told: list[str]) -> None:
    """Begin, let others begin, and end."""
    async with turn:
        told.append(name)
        await asyncio.sleep(0)


def test_turns() -> None:
    """A turn lasts while anything of the account is under way; the next one gets what the last one has given back."""
    told: list[str] = []

    async def all_of_them() -> None:
        turns = asyncio.Semaphore(1)
        accounts = {name: Turn(turns, partial(told.append, f"{name} rests")) for name in "abc"}
        await asyncio.gather(*(use(turn, name, told) for name, turn in accounts.items() for _ in "12"))

    asyncio.run(all_of_them())
    assert told == ["a", "a", "a rests", "b", "b", "b rests", "c", "c", "c rests"]


def test_turn_that_is_given_up() -> None:
    """Whoever is cancelled while he waits keeps nobody from his turn; the last one, told to rest, clears the list."""
    told: list[str] = []

    async def cancelled() -> None:
        turns = asyncio.Semaphore(1)
        await turns.acquire()
        work = [asyncio.create_task(use(Turn(turns, told.clear), name, told)) for name in "ab"]
        await asyncio.sleep(0)
        work[0].cancel()
        turns.release()
        await asyncio.wait_for(work[1], 5)
        assert work[0].cancelled()
        told.append("done")

    asyncio.run(cancelled())
    assert told == ["done"]


def test_one_account_after_another(run_suite: Callable[..., Result], school: School) -> None:
    """With room for one account, none has a client while another one has."""
    school.enrol("alice", "bob", "carl")
    open_at_once: set[tuple[str, ...]] = set()
    everybody: list[Aws] = []
    make = Aws.make_client

    def made(aws: Aws, service: str, region: str) -> object:
        everybody.append(aws)
        open_at_once.add(tuple(sorted({one.account for one in everybody if one.clients} | {aws.account})))
        return make(aws, service, region)

    with patch.object(engine, "WAVE", 1), patch.object(Aws, "make_client", made):
        result = run_suite("--roster", "class.csv", path="cleanup_tests/test_16_key_pair.py")

    assert result.exit_code == 0, result.output
    assert {len(accounts) for accounts in open_at_once} == {1}
    assert len(open_at_once) == 3
