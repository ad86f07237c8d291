"""What the sandbox answers if the whole workshop stands in it, others' things, and one of each type of moto's."""

from __future__ import annotations

import math
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from carbuyer_cleanup import workshop
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto import messy_estates
from strict_moto.bystanders import BYSTANDERS
from strict_moto.sandbox import Sandbox
from strict_moto.session import REGION
from tests.creations import CREATE
from tests.creators import At
from tests.recorded.canned import Canned
from tests.recorded.replay import run
from tests.recorded.sights import UNITS, sight

if TYPE_CHECKING:
    from strict_moto.session import Session
    from tests.recorded.collection import Answers

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"
TWICE = {"EventBridge archive"}  # another creation has made what it needs


@dataclass
class _Account:
    """What creations ask of an account."""

    session: Session
    aws: Any  # tells the account's number

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a plain boto3 client."""
        return self.session.client(service, region_name=region)  # type: ignore[call-overload] # any service


def stocked_answers() -> Answers:
    """Return all answers, by call."""
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session()
    messy_estates.settle(session, BYSTANDERS)
    messy_estates.build(session, messy_estates.WORKSHOP)
    at = At(_Account(session, session))
    for name in sorted(CREATE.keys() - TWICE):
        CREATE[name](at)
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryDirectory() as folder:
        return _noted(
            Canned(
                session=session, account=session.account, caller=f"arn:aws:iam::{session.account}:user/rehearsal",
                region=REGION, workshop=workshop.load(MANIFEST), journal=Journal(Path(folder) / "j", session.account),
                clock=sandbox.clock, pool=pool, made_up=False,
            )
        )  # fmt: skip


def _noted(aws: Canned) -> Answers:
    for unit in UNITS:
        run(aws, sight(aws, unit))
    answers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for (call, _, _), answer in aws.kept.items():
        if answer:
            answers[call].append({name: value for name, value in answer.items() if name != "ResponseMetadata"})
    return dict(answers)
