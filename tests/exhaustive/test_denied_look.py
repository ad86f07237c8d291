"""A look that AWS denies while the plan is made costs one kind and what rests on it; nothing of others' goes for it."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import pytest

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.teardown.engine import Loop, Teardown, Unmet
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto.faults import Fault, FaultKind
from tests.exhaustive.anywhere import CHUNKS, Anywhere, chunk_of
from tests.exhaustive.lab import OneByOne

pytestmark = pytest.mark.exhaustive

# What nobody can know any more when the load balancer is gone: which web ACL guarded it. It stays in doubt.
LOST = frozenset({"wafv2:GetWebACLForResource"})


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_each_look(anywhere: Anywhere, chunk: int) -> None:
    """Each call that the plan takes is denied in turn; when it is allowed again, all that was left is found."""
    for call in chunk_of(looks(anywhere), chunk):
        anywhere.try_out(partial(denied, anywhere, call), call)


def looks(anywhere: Anywhere) -> list[str]:
    """Return what is asked for while the plan is made."""
    lab = anywhere.lab
    begun = len(lab.sandbox.log)
    with closing(Loop(lab.sandbox.clock)) as loop:
        Teardown(lab.open(OneByOne()), loop).survey(STEPS).result()
    return sorted({entry.call for entry in lab.sandbox.log[begun:]} - {"sts:GetCallerIdentity"})


def denied(anywhere: Anywhere, call: str) -> None:
    """Deny a call in one run and not in the next: the first one fails where it must, the second one finishes."""
    lab = anywhere.lab
    outcomes = lab.run(Fault(FaultKind.DENY, calls=call), audited=False, planned=True).outcomes
    assert anywhere.others <= lab.stock()
    assert [t.kind.name for o in outcomes for t in o.deletions if t.not_seen and (t.acted or not o.error)] == []
    told = [outcome.error for outcome in outcomes if outcome.error]
    assert all(isinstance(error, Unmet) or f"{call} " in str(error) for error in told)
    assert any(not isinstance(error, Unmet) for error in told) is not CALLS[call].optional

    again = lab.run(audited=False, planned=True)
    left = lab.stock() - anywhere.others
    assert (bool(left), bool(again.complaints)) == (call in LOST, call in LOST)
    assert anywhere.others <= lab.stock()
