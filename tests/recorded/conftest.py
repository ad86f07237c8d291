"""What the tests with recorded answers share: the answers, where they are there, and an account that gives them."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from collection import VARIABLE, folder, load
from replay import Replayed

from carbuyer_cleanup import workshop
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.clock import Clock
from carbuyer_cleanup.journal import Journal
from carbuyer_cleanup.sandbox.session import REGION, isolated_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection import Answers

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"
CALLER = f"arn:aws:iam::{REHEARSAL_ACCOUNT}:user/rehearsal"


@pytest.fixture(scope="session")
def recorded() -> Answers:
    """The recorded answers, by call; without them the test is skipped, and says why."""
    answers = load(folder())
    if not answers:
        pytest.skip(f"no recorded answers in {folder()}: they are no part of the repository; {VARIABLE} says where")
    return answers


@pytest.fixture(scope="session")
def manifest() -> workshop.Workshop:
    """What is the workshop's."""
    return workshop.load(MANIFEST)


@pytest.fixture
def replay(recorded: Answers, manifest: workshop.Workshop, tmp_path: Path) -> Iterator[Callable[[int], Replayed]]:
    """Return a function that opens an account where the recorded answers are combined as the turn says."""
    with ThreadPoolExecutor(1) as pool:

        def opened(turn: int) -> Replayed:
            return Replayed(
                recorded, turn, session=isolated_session(), account=REHEARSAL_ACCOUNT, caller=CALLER, region=REGION,
                workshop=manifest, journal=Journal(tmp_path / f"{turn}.jsonl", REHEARSAL_ACCOUNT),
                clock=Clock(math.inf), pool=pool,
            )  # fmt: skip

        yield opened
