"""The certificate: what a run found out about an account, as an in-toto Statement that others can check.

``python -m carbuyer_cleanup.certificate verify FILE --key KEY`` checks one.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import botocore

from carbuyer_cleanup import __version__, prices
from carbuyer_cleanup.engine import Unmet
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plan import STEPS
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    import boto3

    from carbuyer_cleanup.audit import Leftover, Sweep
    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.engine import Outcome
    from carbuyer_cleanup.signing import Signer
    from carbuyer_cleanup.workshop import Workshop

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "tag:carbuyer-cleanup,2026:certificate/v1"

Json = dict[str, Any]
Result = Literal["done", "failed", "blocked", "not run"]


@dataclass(frozen=True)
class StepFacts:
    """What became of a step: ``done`` if its resources were looked for afresh and are gone."""

    number: int
    title: str
    result: Result
    seconds: float = 0.0
    found: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome) -> StepFacts:
        """Return the facts of what the engine made of a step."""
        failed: Result = "blocked" if isinstance(outcome.error, Unmet) else "failed"
        return cls(
            outcome.step.number,
            outcome.step.title,
            failed if outcome.error or outcome.left else "done",
            round(outcome.seconds, 1),
            tuple(map(str, outcome.found)),
            tuple(map(str, outcome.left)),
        )


@dataclass(frozen=True)
class RunFacts:
    """What a run found out about one account.

    ``sweep`` is None if the audit did not run; steps that are missing count as not run.
    """

    aws: Aws
    task: str
    rehearsal: bool
    interrupted: bool
    started: datetime
    ended: datetime
    sweep: Sweep | None = None
    steps: tuple[StepFacts, ...] = ()
    unseen: tuple[str, ...] = field(default=())  # looks of the steps that failed


def judge(run: RunFacts) -> tuple[Verdict, list[str]]:
    """Return the verdict on the account, and what speaks against CLEAN.

    Whatever was interrupted, blocked, deselected or never run can't be CLEAN; what is left wins over all that.
    """
    doubts = list(_doubts(run))
    left = [text for step in run.steps for text in step.left]
    left += map(str, run.sweep.leftovers) if run.sweep else []
    if left:
        return Verdict.LEFTOVERS, [*left, *doubts]
    return (Verdict.COULD_NOT_VERIFY if doubts else Verdict.CLEAN), doubts


def _doubts(run: RunFacts) -> Iterable[str]:
    results = {step.number: step.result for step in run.steps}
    if run.interrupted:
        yield "the run was interrupted"
    for step in STEPS:
        if results.get(step.number, "not run") != "done":
            yield f"step {step.number} ({step.title}): {results.get(step.number, 'not run')}"
    yield from run.unseen
    if run.sweep is None:
        yield "the audit did not run"
        return
    yield from map(str, (*run.sweep.unseen, *run.sweep.in_between))
    if not run.sweep.complete:
        yield "the audit did not look for everything everywhere"


def issue(run: RunFacts, path: Path, signer: Signer | None = None) -> Verdict:
    """Write the certificate of a run, in an envelope if there is a signer, and return its verdict.

    Raises:
        Refused: it was a rehearsal, which says nothing about any account.
    """
    if run.rehearsal:
        msg = "A rehearsal touches no account: there is nothing to certify."
        raise Refused(msg)
    text = json.dumps(statement(run), indent=2, ensure_ascii=False)
    path.write_text(signer.envelope(text) if signer else text + "\n", encoding="utf-8")
    return judge(run)[0]


def statement(run: RunFacts) -> Json:
    """Return the certificate; ``docs/certificate.schema.json`` describes it."""
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
        "reasons": reasons,
        "account": run.aws.account,
        "partition": run.aws.partition,
        "caller": run.aws.caller,
        "otherEndpoints": sorted(run.aws.other_endpoints),
        "task": run.task,
        "tool": {"name": "carbuyer-cleanup", "version": __version__, "botocore": botocore.__version__},
        "manifest": _manifest(run.aws.workshop),
        "startedAt": run.started.isoformat(),
        "endedAt": run.ended.isoformat(),
        "audit": _audit(run.sweep) if run.sweep else None,
        "steps": [_step(run, step.number, step.title) for step in STEPS],
    }


def _step(run: RunFacts, number: int, title: str) -> Json:
    done = next((step for step in run.steps if step.number == number), StepFacts(number, title, "not run"))
    return asdict(done) | {"found": list(done.found), "left": list(done.left)}


def _manifest(workshop: Workshop) -> Json:
    """Return what the manifest was, with what the command line changed in it."""
    text = json.dumps(asdict(workshop), sort_keys=True)
    return {"digest": _digest(text), "region": workshop.region, "prefix": workshop.prefix}


def _audit(sweep: Sweep) -> Json:
    return {
        "depth": sweep.depth,
        "complete": sweep.complete,
        "startedAt": sweep.started.isoformat(),
        "endedAt": sweep.ended.isoformat(),
        "regions": sweep.regions,
        "regionsOff": sweep.regions_off,
        "notOffered": sweep.not_offered,
        "types": sweep.types,
        "calls": _calls(sweep),
        "unseen": [asdict(unseen) for unseen in sweep.unseen],
        "leftovers": [_resource(found) for found in sweep.leftovers],
        "inBetween": [_resource(found) for found in sweep.in_between],
        "cost": _cost(sweep),
    }


def _calls(sweep: Sweep) -> Json:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (operation, region), count in sorted(sweep.calls.items()):
        counts[operation][region] = count
    return dict(counts)


def _resource(found: Leftover) -> Json:
    return asdict(found) | {"usdPerMonth": prices.price(found)}


def _cost(sweep: Sweep) -> Json:
    estimate = prices.estimate(sweep.leftovers)
    return {
        "usdPerMonth": round(estimate.usd, 2),
        "unknown": list(estimate.unknown),
        "source": prices.SOURCE,
        "date": prices.DATE,
    }


def _digest(text: str) -> Json:
    return {"sha256": hashlib.sha256(text.encode()).hexdigest()}


def signer(key: str, session: boto3.Session) -> Signer:
    """Return who signs with ``key``: a file with an Ed25519 key (PEM), or the ARN of a KMS key.

    Raises:
        Refused: there is no such key, it can't sign, or the packages for it are not installed.
    """
    made: Signer = _extra("signing").signer(key, session)
    return made


def _extra(module: str) -> Any:
    """Import a module of ours that needs the ``sign`` extra."""
    try:
        return importlib.import_module(f"carbuyer_cleanup.{module}")
    except ModuleNotFoundError as error:
        msg = f"Signing and checking need the package {error.name}: pip install -e '.[sign]'"
        raise Refused(msg) from error


if __name__ == "__main__":
    sys.exit(_extra("verification").main())
