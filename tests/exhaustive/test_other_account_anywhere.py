"""Credentials that become another account's at any call: nothing is ever asked of that one but who it is."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from anywhere import CHUNKS, chunk_of
from botocore.credentials import Credentials
from lab import OneByOne

from carbuyer_cleanup.audit import sweep
from carbuyer_cleanup.aws import CONFIG
from carbuyer_cleanup.certificate import RunFacts, StepFacts, judge
from carbuyer_cleanup.engine import Loop, Outcome, Teardown
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.identity import Pinned, ask
from carbuyer_cleanup.plan import STEPS
from carbuyer_cleanup.sandbox.faults import Faults
from carbuyer_cleanup.sandbox.session import REGION
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from anywhere import Anywhere
    from botocore.credentials import ReadOnlyCredentials
    from lab import Lab

    from carbuyer_cleanup.audit import Sweep
    from carbuyer_cleanup.aws import Aws

    Run = Callable[[Aws, Loop], tuple[list[Outcome], Sweep | None]]

pytestmark = pytest.mark.exhaustive
OTHER = "999988887777"
LOOKS = 260  # more requests than a verify takes
IDENTITY = "sts:GetCallerIdentity"


class Straying(Credentials):
    """Credentials of a tool that follows the current account: from request ``at`` of a run on that is another one."""

    def __init__(self, lab: Lab) -> None:
        mine, others = (lab.sandbox.add_account(account) for account in (lab.session.account, OTHER))
        super().__init__(mine.access_key, mine.secret_key)
        self._others, self._lab, self.at = Credentials(others.access_key, others.secret_key), lab, 0

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the present account's."""
        strays = self._lab.sandbox.faults.index >= self.at
        return self._others.get_frozen_credentials() if strays else super().get_frozen_credentials()


def teardown(aws: Aws, loop: Loop) -> tuple[list[Outcome], None]:
    """Tear down; the audit after it is the same as after a look."""
    work = Teardown(aws, loop)
    work.start(STEPS)
    return [work.finish(step).result() for step in STEPS], None


def verify(aws: Aws, loop: Loop) -> tuple[list[Outcome], Sweep | None]:
    """Look at every step, and audit unless it is known already that nothing is sent any more."""
    work = Teardown(aws, loop)
    looks = {step: work.look(step) for step in STEPS}
    outcomes = [_outcome(step, look) for step, look in looks.items()]
    audit = None if aws.is_elsewhere else loop.run(sweep(aws, [REGION], depth="workshop")).result()
    return outcomes, audit


def _outcome(step: Any, look: Future[Outcome]) -> Outcome:
    try:
        return look.result()
    except CleanupError as error:
        return Outcome(step, [], error)


def stray(anywhere: Anywhere, run: Run, at: int) -> None:
    """Run while the credentials stray at a request, and see that AWS is asked who that is, and nothing more."""
    lab = anywhere.lab
    core: Any = lab.session._session  # noqa: SLF001 - where the session keeps them
    core._credentials._load().at = at  # noqa: SLF001
    core._credentials._known.clear()  # noqa: SLF001
    core._credentials.strayed = None  # noqa: SLF001
    lab.sandbox.faults, begun = Faults(), len(lab.sandbox.log)
    with closing(Loop(lab.sandbox.clock)) as loop:
        aws = lab.open(OneByOne())
        outcomes, audit = run(aws, loop)
    others = [entry.call for entry in lab.sandbox.log[begun:] if entry.account == OTHER]
    assert others == ([IDENTITY] if aws.is_elsewhere else [])
    assert aws.is_elsewhere or lab.sandbox.faults.index <= at
    assert verdict(aws, outcomes, audit) is not Verdict.CLEAN


def verdict(aws: Aws, outcomes: list[Outcome], audit: Sweep | None) -> Verdict:
    """Return what a certificate would say."""
    now, steps = datetime.now(UTC), tuple(map(StepFacts.of, outcomes))
    return judge(
        RunFacts(aws, "verify", rehearsal=False, interrupted=False, started=now, ended=now, sweep=audit, steps=steps)
    )[0]


@pytest.fixture
def straying(anywhere: Anywhere) -> Iterator[Anywhere]:
    """The same, with a session whose credentials may stray, and its clients made: the copies share them."""
    lab = anywhere.lab
    before, credentials = lab.session, Straying(lab)
    lab.session = session = lab.sandbox.session()
    pinned = Pinned(lambda: credentials, partial(ask, session, REGION, CONFIG))
    core: Any = session._session  # noqa: SLF001 - as botocore's chain does
    core._credentials = pinned  # noqa: SLF001
    aws = lab.open(OneByOne())
    for service in {entry.call.split(":")[0] for entry in lab.sandbox.log} - {"?"}:
        aws.client(service)
    yield anywhere
    lab.session = before


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_teardown_strays_at_any_call(straying: Anywhere, chunk: int) -> None:
    """Whenever it happens: nothing is sent to the other account, and nobody is said to be clean."""
    for at in chunk_of(range(1, len(straying.calls) + 2), chunk):
        straying.try_out(partial(stray, straying, teardown, at), f"at request {at}")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_verify_strays_at_any_call(straying: Anywhere, chunk: int) -> None:
    """So it is in a look at what is left, and in its audit, which leave the account as it is."""
    for at in chunk_of(range(1, LOOKS + 1), chunk):
        stray(straying, verify, at)
    assert straying.lab.sandbox.faults.index < LOOKS
