"""What may be the workshop's, in the certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.found import Doubtful
from carbuyer_cleanup.certificate.certificate import StepFacts, judge, statement
from carbuyer_cleanup.claims import DOUBTFUL
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Outcome
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import Reason, Verdict

if TYPE_CHECKING:
    from carbuyer_cleanup.certificate.certificate import RunFacts

THING = Resource("S3 bucket", "lan", "lan", "ap-southeast-1", "it was the origin", DOUBTFUL, "s3.bucket")


def test_of_a_step(clean: RunFacts) -> None:
    """A step that leaves nothing but something doubtful is not done, and the account is not clean."""
    deletion = Deletion(BY_NUMBER[9].kinds[-1])
    deletion.note([THING])
    step = StepFacts.of(Outcome(BY_NUMBER[9], [deletion]))
    run = replace(clean, steps=tuple(step if one.number == 9 else one for one in clean.steps))
    assert (step.result, step.doubtful) == ("doubtful", {"lan": "S3 bucket lan: it was the origin"})
    assert judge(run) == (Verdict.COULD_NOT_VERIFY, [Reason("in doubt", "in doubt: S3 bucket lan: it was the origin")])
    assert statement(run)["predicate"]["steps"][8]["doubtful"] == ["S3 bucket lan: it was the origin"]


def test_of_the_audit(clean: RunFacts) -> None:
    """What only the audit found to be doubtful keeps the account from being clean, too."""
    assert clean.sweep is not None
    found = Doubtful("S3 bucket", "lan", "lan", "global", "", "it was the origin")
    run = replace(clean, sweep=replace(clean.sweep, doubtful=[found]))
    assert run.sweep is not None
    assert run.sweep.verdict is Verdict.COULD_NOT_VERIFY
    assert judge(run) == (
        Verdict.COULD_NOT_VERIFY,
        [Reason("in doubt", "in doubt: S3 bucket lan in global: it was the origin")],
    )
