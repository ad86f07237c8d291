"""Whatever is otherwise in an answer of AWS's: all is as before, or it is told; nothing of others' is touched."""

from __future__ import annotations

import math
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from canned import Canned
from lineup import AS_BEFORE, TOLD, Lineup

from aws_clock import Clock
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.empty_lists import NOT_PROVED
from carbuyer_cleanup.teardown.journal import Journal
from inventory import inventory
from strict_moto import estates
from strict_moto.front import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from carbuyer_cleanup import workshop


pytestmark = pytest.mark.exhaustive

WORD = r"\w+"
OTHERS = ("defaults", "network", "identities", "functions", "test_events", "storage")

# After these changes nobody sees something of the workshop's any more, and that is right.
SAYS_SO = {
    "ResolverEndpoints[].Name absent": "it need not have a name",
    "FileSystems[].Name absent": "likewise",
    "AccessPoints[].Name absent": "likewise",
    "GetApiKeys items[].name absent": "likewise",
    "GetRestApis items[].name absent": "the API itself is doubtful, and its log group with it",
    "ListQueues QueueUrls absent": "AWS leaves the list out where it is empty",
    "DescribeBudgets Budgets absent": "likewise",
}


# Nobody has shown that AWS always sends these lists: one that is not there is taken for empty, and the certificate says
# so (tests/audit/test_audit_lists.py).
TAKEN_FOR_EMPTY = {
    f"{type_.call} {re.findall(WORD, type_.items)[0]} absent" for type_ in TYPES if type_.call in NOT_PROVED
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
    estates.settle(session, OTHERS)
    others = {name for _, name in inventory(session)}
    estates.build(session, estates.WORKSHOP)
    caller = session.client("sts").get_caller_identity()
    with ThreadPoolExecutor(1) as pool:
        aws = Canned(
            session=session, account=caller["Account"], caller=caller["Arn"], region=session.region_name,
            workshop=manifest, journal=Forgetful(tmp_path / "journal.jsonl", caller["Account"]),
            clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        yield Lineup(aws, others)


def test_every_change(lineup: Lineup) -> None:
    """Each member of each answer is absent, or empty, or of an unknown value; there are nulls, and more members."""
    outcomes = {str(change): lineup.outcome(change) for change in lineup.changes()}
    wrong = {change: outcome for change, outcome in outcomes.items() if outcome not in (AS_BEFORE, TOLD)}
    assert {change: outcome for change, outcome in wrong.items() if not is_right(change)} == {}
    times = Counter(outcomes.values())
    assert times[AS_BEFORE] > times[TOLD] > len(wrong)


def is_right(change: str) -> bool:
    """Say whether it is right that something is not seen after a change."""
    absent = change.replace(" empty", " absent")
    return absent.endswith(tuple(SAYS_SO)) or absent in TAKEN_FOR_EMPTY


def test_each_exception_is_met(lineup: Lineup) -> None:
    """No line of the table is there in vain."""
    changes = [change for change in map(str, lineup.changes()) if change.endswith(tuple(SAYS_SO))]
    assert {line for line in SAYS_SO if any(change.endswith(line) for change in changes)} == SAYS_SO.keys()
