"""Credentials that become another account's at any call: nothing is ever asked of that one but who it is.

A run is made once, in one thread; before each of its requests a copy of the process goes on with the credentials of
another account, and its end is looked at. So each request is tried at the price of one run.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import Credentials

from carbuyer_cleanup.audit.sweeper import sweep
from carbuyer_cleanup.aws.clients import CONFIG
from carbuyer_cleanup.aws.identity import Pinned, ask
from carbuyer_cleanup.certificate.certificate import RunFacts, StepFacts, judge
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.teardown.engine import Outcome, Teardown
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import Verdict
from strict_moto.faults import Faults
from strict_moto.session import REGION
from tests.exhaustive.branches import Branches
from tests.exhaustive.lab import Here, OneByOne

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.credentials import ReadOnlyCredentials

    from carbuyer_cleanup.audit.result import Sweep
    from carbuyer_cleanup.aws.context import Aws
    from tests.exhaustive.anywhere import Anywhere
    from tests.exhaustive.lab import Lab

    Run = Callable[[Aws, Any], tuple[list[Outcome], Sweep | None]]

pytestmark = pytest.mark.exhaustive
OTHER = "999988887777"
IDENTITY = "sts:GetCallerIdentity"


class Straying(Credentials):
    """Credentials of a tool that follows the current account: in a copy of the process they are another one's.

    ``tried`` are the requests before which a copy was made.
    """

    def __init__(self, lab: Lab) -> None:
        mine, others = (lab.sandbox.add_account(account) for account in (lab.session.account, OTHER))
        super().__init__(mine.access_key, mine.secret_key)
        self._others, self._lab = Credentials(others.access_key, others.secret_key), lab
        self.tried = {0}  # the first one only asks whose they are: nothing is known yet that they could stray from
        self.branches = Branches()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the present account's."""
        at = self._lab.sandbox.faults.index
        if not self.branches.in_a_copy and at not in self.tried:
            self.tried.add(at)
            self.branches.branch(f"at request {at}")
        return self._others.get_frozen_credentials() if self.branches.in_a_copy else super().get_frozen_credentials()


def teardown(aws: Aws, loop: Any) -> tuple[list[Outcome], None]:
    """Tear down; the audit after it is the same as after a look."""
    work = Teardown(aws, loop)
    work.start(STEPS)
    return [work.finish(step).result() for step in STEPS], None


def verify(aws: Aws, loop: Any) -> tuple[list[Outcome], Sweep | None]:
    """Look at every step, and audit unless it is known already that nothing is sent any more."""
    work = Teardown(aws, loop)
    looks = {step: work.look(step) for step in STEPS}
    outcomes = [_outcome(step, look) for step, look in looks.items()]
    audit = None if aws.is_elsewhere else loop.run(sweep(aws, [REGION], depth="workshop")).result()
    return outcomes, audit


def _outcome(step: Any, look: Any) -> Outcome:
    try:
        return look.result()  # type: ignore[no-any-return] # of anything
    except CleanupError as error:
        return Outcome(step, [], error)


def stray(lab: Lab, credentials: Straying, run: Run) -> None:
    """Run once, and in copies let the credentials stray before each request."""
    lab.sandbox.faults, begun = Faults(), len(lab.sandbox.log)
    with credentials.branches.run(), closing(Here(lab)) as loop:
        aws = lab.open(OneByOne())
        outcomes, audit = run(aws, loop)
        calls = [entry.call for entry in lab.sandbox.log[begun:] if entry.account == OTHER]
        if credentials.branches.in_a_copy:
            assert calls == [IDENTITY], calls
            assert aws.is_elsewhere
            assert verdict(aws, outcomes, audit) is Verdict.COULD_NOT_VERIFY
    assert calls == []
    assert not aws.is_elsewhere
    assert credentials.tried == {0, *range(2, lab.sandbox.faults.index)}  # the keys of the first send the second, too


def verdict(aws: Aws, outcomes: list[Outcome], audit: Sweep | None) -> Verdict:
    """Return what a certificate would say."""
    now, steps = datetime.now(UTC), tuple(map(StepFacts.of, outcomes))
    task: dict[str, Any] = {"task": "verify", "rehearsal": False, "interrupted": False}
    return judge(RunFacts(aws=aws, **task, started=now, ended=now, sweep=audit, steps=steps))[0]


@pytest.fixture
def straying(anywhere: Anywhere) -> Iterator[Straying]:
    """Credentials that may stray, of a session that the laboratory has now, and whose clients are made."""
    lab = anywhere.lab
    before, credentials = lab.session, Straying(lab)
    lab.session = session = lab.sandbox.session()
    core: Any = session._session  # noqa: SLF001 - as botocore's chain does
    core._credentials = Pinned(lambda: credentials, partial(ask, session, REGION, CONFIG))  # noqa: SLF001
    aws = lab.open(OneByOne())
    for service in {entry.call.split(":")[0] for entry in lab.sandbox.log} - {"?"}:
        aws.client(service)
    yield credentials
    lab.session = before


@pytest.mark.parametrize("run", [teardown, verify])
def test_strays_at_any_call(anywhere: Anywhere, straying: Straying, run: Run) -> None:
    """Whenever it happens: nothing is sent to the other account, and nobody is said to be clean."""
    anywhere.try_out(partial(stray, anywhere.lab, straying, run), run.__name__)
