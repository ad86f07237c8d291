"""Each way in which microburst breaks answers, for each service: what stands there is seen, or the look failed."""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest

from aws_clock import Clock
from carbuyer_cleanup import workshop
from carbuyer_cleanup.audit.look import look, place_of
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws import context as aws
from carbuyer_cleanup.aws import sending
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.teardown.journal import Journal
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox
from strict_moto.server import serve
from tests.bursts import ALL, SLOW, proxy_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bursts import Proxy

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"
REGION = "ap-southeast-1"
KINDS = {kind.name: kind for step in STEPS for kind in step.kinds}
LOOKS = {type_.name: type_ for type_ in TYPES}


class Stands(NamedTuple):
    """A part of the estate that is one service's: the type that the audit calls it, and the kind that its step does."""

    part: str
    type: str
    kind: str = ""


# By the service's name in microburst, which is that of its signatures.
SERVICES = {
    "dynamodb": Stands("table", "DynamoDB table", "DynamoDB table"),
    "ec2": Stands("key_pair", "key pair", "key pair"),
    "elbv2": Stands("target_group", "target group", "target group"),
    "apigateway": Stands("rest_api", "REST API", "REST API"),
    "lambda": Stands("function", "Lambda function", "Lambda function"),
    "logs": Stands("function", "log group", "log group of a function"),
    "cloudfront": Stands("distribution", "CloudFront distribution", "CloudFront distribution"),
    "s3": Stands("bucket", "S3 bucket", "S3 bucket"),
    "iam": Stands("user", "IAM user", "IAM user"),
    "resourcegroupstaggingapi": Stands("vpc", "tagged resource"),
}
pytestmark = pytest.mark.exhaustive
CASES = [f"{service} {name}" for service in SERVICES for name in ALL]


class Town:
    """An account in which all of that stands, behind the proxy."""

    def __init__(self, proxy: Proxy, made: aws.Aws) -> None:
        self.proxy, self.aws = proxy, made

    def seen(self, look_at: Any) -> list[Any] | None:
        """Return what a look shows, None if it failed in a way that is told."""
        with asyncio.Runner() as runner, contained("the look"):
            try:
                return list(runner.run(look_at))
            except CleanupError:
                return None


@pytest.fixture(scope="module")
def settled_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for all cases: nothing of it is ever changed."""
    sandbox = Sandbox(Clock(1))
    estate.create(sandbox.session(), only=[stands.part for stands in SERVICES.values()])
    keys, folder = sandbox.add_account(ACCOUNT), tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(sending, "LONGEST_PAUSE", 0.01)
        proxy = stack.enter_context(proxy_before(stack.enter_context(serve(sandbox))))
        session = boto3.Session(keys.access_key, keys.secret_key, region_name=REGION)
        made = aws.Aws(
            session, account=ACCOUNT, caller=f"arn:aws:iam::{ACCOUNT}:user/me", region=REGION,
            workshop=workshop.load(MANIFEST), journal=Journal(folder / "journal.jsonl", ACCOUNT), clock=Clock(),
            pool=stack.enter_context(ThreadPoolExecutor(4)), read_only=True,
        )  # fmt: skip
        yield Town(proxy, made)
    assert sandbox.defects == []


@pytest.fixture
def town(settled_town: Town, reachable: None, monkeypatch: pytest.MonkeyPatch) -> Town:  # noqa: ARG001 - a wall within
    """Ask the proxy from now on; what was answered before is forgotten."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", settled_town.proxy.address)
    settled_town.aws.forget_answers(math.inf)
    return settled_town


async def listed(made: aws.Aws, name: str) -> list[Any]:
    """Return what the audit sees of a type."""
    seen = await look(made, LOOKS[name], place_of(made, LOOKS[name]) if LOOKS[name].where else REGION)
    return [*seen.left.values(), *seen.doubtful.values()]


@pytest.mark.parametrize("case", CASES)
def test_looks(town: Town, case: str) -> None:
    """Neither the audit nor the step takes what was broken for an empty list; what is only slow is waited for."""
    service, name = case.split()
    stands = SERVICES[service]
    town.proxy.rules({"service": service, **ALL[name]})
    before = town.proxy.fired

    seen = [town.seen(listed(town.aws, stands.type))]
    seen += [town.seen(KINDS[stands.kind].find(town.aws))] if stands.kind else []

    assert town.proxy.fired > before
    assert [] not in seen
    if name in SLOW:
        assert None not in seen
    elif name != "garbled":
        assert seen == [None] * len(seen)
