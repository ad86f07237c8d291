"""The certificate: what a run found out about an account, as an in-toto Statement that others can check.

``python -m carbuyer_cleanup.certificate verify FILE --key KEY`` checks one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from carbuyer_cleanup.audit.facts import account_of
from carbuyer_cleanup.aws.calls import is_failed_look
from carbuyer_cleanup.aws.endpoints import shown
from carbuyer_cleanup.certificate import extras
from carbuyer_cleanup.certificate.prices import dearest_first
from carbuyer_cleanup.certificate.tool import tool
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.files import write_whole
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.engine import Unmet
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import Reason, Verdict
from carbuyer_cleanup.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    import boto3

    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.audit.result import Sweep
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.certificate.signing import Signer
    from carbuyer_cleanup.own_tests import OwnTest
    from carbuyer_cleanup.resource import Resource
    from carbuyer_cleanup.teardown.engine import Outcome
    from carbuyer_cleanup.verdict import FailedLook

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "tag:carbuyer-cleanup,2026:certificate/v1"

Json = dict[str, Any]
Result = Literal["done", "doubtful", "failed", "not seen", "blocked", "not run"]


@dataclass(frozen=True)
class Remnant:
    """A resource that a step has left: what distinguishes it from others, and the text that shows it."""

    kind: str
    id: str
    text: str

    @classmethod
    def of(cls, resource: Resource) -> Remnant:
        """Return a remnant for one of the engine's resources."""
        return cls(resource.kind, resource.id, str(resource))

    def is_among(self, found: Iterable[Leftover]) -> bool:
        """Return whether the audit found it, or what its text says it belongs to: ``nat-0123``'s interface.

        If its name is its id, as with a key pair, the audit may have found it by the name.
        """
        return any(
            one.id == self.id
            or (one.type, one.name) == (self.kind, self.id)
            or (one.id not in ("", one.name) and one.id in self.text)
            for one in found
        )

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class StepFacts:
    """What became of a step.

    It is ``done`` if a fresh look showed that its resources are gone, ``doubtful`` if nothing is left but what may be
    the workshop's, ``failed`` if something is left, ``not seen`` if it could not be looked at, ``blocked`` if another
    step holds it. ``doubtful`` describes each doubtful resource, by its id. ``reason`` says why it is not done.
    """

    number: int
    title: str
    result: Result
    seconds: float = 0.0
    found: tuple[str, ...] = ()
    left: tuple[Remnant, ...] = ()
    reason: str = ""
    doubtful: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: Outcome) -> StepFacts:
        """Return the facts of the engine's outcome of a step."""
        return cls(
            outcome.step.number,
            outcome.step.title,
            _result(outcome),
            round(outcome.seconds, 1),
            tuple(map(str, outcome.found)),
            tuple(map(Remnant.of, outcome.left)),
            printable(str(outcome.error or "")),
            {r.id: r.line for r in outcome.doubtful},
        )

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"step {self.number} ({self.title}): {self.result}{why}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it failed, and nobody saw anything left of it."""
        return self.result == "failed" and not self.left


def _result(outcome: Outcome) -> Result:
    if outcome.left or not outcome.error:
        return "failed" if outcome.left else "doubtful" if outcome.doubtful else "done"
    if isinstance(outcome.error, Unmet):
        return "blocked" if outcome.error.selected else "failed"
    return "not seen" if is_failed_look(outcome.error) else "failed"


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What a run found out about one account.

    ``sweep`` is None if the audit did not run; steps that are missing count as not run. ``failed`` is whether a test
    failed, for whatever reason. ``own_tests`` are the user's, besides steps and audit.
    """

    aws: Aws
    task: str
    rehearsal: bool
    interrupted: bool
    started: datetime
    ended: datetime
    sweep: Sweep | None = None
    steps: tuple[StepFacts, ...] = ()
    unseen: tuple[FailedLook, ...] = ()  # looks that failed outside the steps and the audit
    failed: bool = False
    own_tests: tuple[OwnTest, ...] = ()

    @property
    def unlisted(self) -> tuple[str, ...]:
        """What the steps left and the audit, if it ran, does not list: each thing is reported and counted once."""
        found = self.sweep.leftovers if self.sweep else []
        return tuple(left.text for step in self.steps for left in step.left if not left.is_among(found))


def judge(run: RunFacts) -> tuple[Verdict, list[Reason]]:
    """Return the verdict on the account, and the reasons against CLEAN.

    Whatever was interrupted, blocked, deselected or never run can't be CLEAN; what is left outweighs all that. But
    once another account has been seen, nobody knows whose things were seen.
    """
    left, doubts = list(_left(run)), list(_doubts(run))
    if run.aws.is_elsewhere:
        return Verdict.COULD_NOT_VERIFY, [Reason("another account", str(run.aws.stopped)), *left, *doubts]
    if left:
        return Verdict.LEFTOVERS, [*_hindrances(run), *left, *doubts]
    if run.failed and not doubts:
        doubts = [Reason("failed", "a test failed, for a reason of its own")]
    return (Verdict.COULD_NOT_VERIFY if doubts else Verdict.CLEAN), doubts


def _left(run: RunFacts) -> Iterable[Reason]:
    yield from (Reason("left", text) for text in run.unlisted)
    yield from (Reason("not finished", str(step)) for step in run.steps if step.is_unfinished)
    yield from (Reason("left", str(found)) for found in dearest_first(run.sweep.leftovers if run.sweep else ()))
    yield from (Reason("own test", str(test)) for test in run.own_tests if test.result == "failed")


def _hindrances(run: RunFacts) -> Iterable[Reason]:
    """Return why what is left of a step was not deleted, if that is known: it comes first, as it is what to fix."""
    return (Reason("held", str(step)) for step in run.steps if step.left and step.reason)


def _doubts(run: RunFacts) -> Iterable[Reason]:
    if run.interrupted:
        yield Reason("interrupted", "the run was interrupted")
    yield from (_in_doubt(line) for step in run.steps for line in step.doubtful.values())
    yield from _not_done(run)
    yield from (Reason("not seen", str(look)) for look in run.unseen)
    yield from (Reason("own test", str(test)) for test in run.own_tests if test.result in ("not seen", "not run"))
    if run.sweep is None:
        yield Reason("not seen", "the audit did not run")
        return
    yield from (Reason("not seen", str(look)) for look in run.sweep.unseen)
    yield from (_in_doubt(found) for found in run.sweep.doubtful if found.id not in _doubtful_ids(run))
    yield from (Reason("leaving", f"still on its way out: {found}") for found in run.sweep.in_between)
    if not run.sweep.complete:
        yield Reason("not seen", "the audit did not look for everything everywhere")


def _in_doubt(what: object) -> Reason:
    return Reason("in doubt", f"in doubt: {what}")


def _doubtful_ids(run: RunFacts) -> set[str]:
    return {id_ for step in run.steps for id_ in step.doubtful}


def _not_done(run: RunFacts) -> Iterable[Reason]:
    """Yield the steps that prove nothing; others report what is left, and failed looks are reported once."""
    told = {look.step for look in run.unseen}
    for step in run.steps:
        if step.result == "blocked" or (step.result == "not seen" and step.number not in told):
            yield Reason("not done", str(step))
    ran = {step.number for step in run.steps if step.result != "not run"}
    if missing := [str(step.number) for step in STEPS if step.number not in ran]:
        steps = "step" if len(missing) == 1 else plural("step")
        yield Reason("not run", f"not run: {steps} {', '.join(missing)}")


def issue(run: RunFacts, path: Path, signer: Signer | None = None) -> Verdict:
    """Write the certificate of a run, in an envelope if there is a signer, and return its verdict.

    A certificate is written completely or not at all.

    Raises:
        Refused: it was a rehearsal, which says nothing about any account; or it could not be signed.
        OSError: it could not be written.
    """
    if run.rehearsal:
        msg = "A rehearsal touches no account: there is nothing to certify."
        raise Refused(msg)
    text = json.dumps(statement(run), indent=2, ensure_ascii=False).encode(errors="replace").decode()
    write_whole(path, signer.envelope(text) if signer else text + "\n")
    return judge(run)[0]


def statement(run: RunFacts) -> Json:
    """Return the certificate of a run as ``docs/certificate.schema.json`` describes it."""
    name = f"arn:{run.aws.partition}:iam::{run.aws.account}:root"
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": _digest(name)}],
        "predicateType": PREDICATE,
        "predicate": _predicate(run),
    }


def _predicate(run: RunFacts) -> Json:
    verdict, reasons = judge(run)
    return {
        "verdict": verdict.name,
        "reasons": list(map(str, reasons)),
        "account": run.aws.account,
        "partition": run.aws.partition,
        "caller": run.aws.caller,
        "otherEndpoints": sorted(map(shown, run.aws.other_endpoints)),
        "task": run.task,
        "tool": tool(),
        "manifest": _manifest(run.aws),
        "declaredNotOurs": list(run.aws.workshop.not_ours),
        "startedAt": run.started.isoformat(),
        "endedAt": run.ended.isoformat(),
        "audit": account_of(run.sweep) if run.sweep else None,
        "steps": [_step(run, step.number, step.title) for step in STEPS],
    } | _own_tests(run)


def _own_tests(run: RunFacts) -> Json:
    return {"ownTests": [asdict(test) for test in run.own_tests]} if run.own_tests else {}


def _step(run: RunFacts, number: int, title: str) -> Json:
    done = next((step for step in run.steps if step.number == number), StepFacts(number, title, "not run"))
    return asdict(done) | {
        "found": list(done.found),
        "left": list(map(str, done.left)),
        "doubtful": list(done.doubtful.values()),
    }


def _manifest(aws: Aws) -> Json:
    """Return the facts of the manifest, including what the command line changed."""
    used = replace(aws.workshop, region=aws.region)
    return {"digest": {"sha256": used.digest}, "region": used.region, "prefix": used.prefix}


def _digest(text: str) -> Json:
    return {"sha256": hashlib.sha256(text.encode()).hexdigest()}


def signer(key: str, session: boto3.Session) -> Signer:
    """Return a signer that uses ``key``: a file with an Ed25519 key (PEM), or the ARN of a KMS key.

    Raises:
        Refused: there is no such key, it can't sign, or the packages for it are not installed.
    """
    made: Signer = extras.imported("signing").signer(key, session)
    return made
