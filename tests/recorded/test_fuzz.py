"""Whatever is otherwise in an answer of AWS's: all is as before, or it is told; nothing of others' is touched."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto import messy_estates
from strict_moto.sandbox import Sandbox
from tests.inventory import inventory
from tests.recorded.canned import Canned
from tests.recorded.lineup import AS_BEFORE, FAILED, RESERVED, TOLD, Lineup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from carbuyer_cleanup import workshop


pytestmark = pytest.mark.exhaustive

ALLOWED = (AS_BEFORE, TOLD, FAILED, RESERVED)
OTHERS = ("defaults", "network", "identities", "functions", "test_events", "storage")

# After these changes nobody sees something of the workshop's any more, and that is right.
SAYS_SO = {
    "ResolverEndpoints[].Name absent": "it need not have a name",
    "FileSystems[].Name absent": "likewise",
    "AccessPoints[].Name absent": "likewise",
    "GetApiKeys items[].name absent": "likewise",
    "GetRestApis items[].name absent": "the API itself is doubtful, and its log group with it",
    "ListQueues QueueUrls absent": "AWS leaves the list out where it is empty",
}


class Forgetful(Journal):
    """A journal that keeps nothing: each experiment begins as the first one."""

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        list(lines)


@pytest.fixture
def lineup(tmp_path: Path, manifest: workshop.Workshop) -> Iterator[Lineup]:
    """The whole workshop beside others' things, and what is seen of it."""
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session()
    messy_estates.settle(session, OTHERS)
    others = {name for _, name in inventory(session)}
    messy_estates.build(session, messy_estates.WORKSHOP)
    caller = session.client("sts").get_caller_identity()
    with ThreadPoolExecutor(1) as pool:
        aws = Canned(
            session=session, account=caller["Account"], caller=caller["Arn"], region=session.region_name,
            workshop=manifest, journal=Forgetful(tmp_path / "journal.jsonl", caller["Account"]),
            clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        yield Lineup(aws, others)


def test_every_change(lineup: Lineup, capsys: pytest.CaptureFixture[str]) -> None:
    """Each member of each answer is absent, or empty, or of an unknown value; there are nulls, and more members."""
    outcomes = {str(change): lineup.outcome(change) for change in lineup.changes()}
    unseen = {change: outcome for change, outcome in outcomes.items() if outcome not in ALLOWED}
    wrong = {change: outcome for change, outcome in unseen.items() if not is_right(change)}
    times = Counter(outcomes.values())
    table = {one: times[one] for one in ALLOWED}
    with capsys.disabled():
        print(f"\n{len(outcomes)} changes: {table}, rightly not seen: {len(unseen) - len(wrong)}, other: {len(wrong)}")  # noqa: T201 - figures
    assert wrong == {}
    assert times[AS_BEFORE] > times[TOLD] + times[FAILED] > len(unseen)


def is_right(change: str) -> bool:
    """Say whether it is right that something is not seen after a change."""
    return change.replace(" empty", " absent").endswith(tuple(SAYS_SO))


def test_each_exception_is_met(lineup: Lineup) -> None:
    """No line of the table is there in vain."""
    changes = [change for change in map(str, lineup.changes()) if change.endswith(tuple(SAYS_SO))]
    assert {line for line in SAYS_SO if any(change.endswith(line) for change in changes)} == SAYS_SO.keys()
