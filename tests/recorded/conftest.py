"""What the tests with recorded answers share: the answers, where they are there, and an account that gives them."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup import workshop
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto.session import REGION, isolated_session
from tests.recorded.collection import VARIABLE, folder, load
from tests.recorded.replay import Replayed, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.recorded.collection import Answers

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
        yield lambda turn: Replayed(recorded, turn, **_account(manifest, tmp_path / f"{turn}.jsonl", pool))


@pytest.fixture
def told(manifest: workshop.Workshop, tmp_path: Path) -> Iterator[Callable[[Answers], Told]]:
    """Return a function that opens an account in which there is what it is told."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda answers: Told(answers, 0, **_account(manifest, tmp_path / "journal.jsonl", pool))


def _account(manifest: workshop.Workshop, journal: Path, pool: ThreadPoolExecutor) -> dict[str, Any]:
    return {
        "session": isolated_session(),
        "account": REHEARSAL_ACCOUNT,
        "caller": CALLER,
        "region": REGION,
        "workshop": manifest,
        "journal": Journal(journal, REHEARSAL_ACCOUNT),
        "clock": Clock(math.inf),
        "pool": pool,
    }
