"""Answers that are broken on the way, by microburst: never CLEAN with something left, and never a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws import sending
from carbuyer_cleanup.plugin import opening
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT
from tests.bursts import ALL, SLOW, Proxy, proxy_before
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

CLEAN, LEFTOVERS, COULD_NOT_VERIFY = 0, 1, 8
TEARDOWN = ("--aws", "--account", ACCOUNT)
TABLES = "cleanup_tests/test_10_dynamodb_tables.py"
FEW = ("DynamoDB table", "Elastic IP", "S3 bucket", "log group", "IAM role", "Lambda function")

# Services by their names in microburst, the part of the estate that stands there, and how answers are broken: each
# service once and each way at least once. All ways for all services are in test_microburst_looks.py.
SERVICES = {
    "dynamodb": ("table", "cut"),
    "ec2": ("key_pair", "empty"),
    "elbv2": ("target_group", "aborted"),
    "apigateway": ("rest_api", "garbled"),
    "lambda": ("function", "reset"),
    "logs": ("function", "failed"),
    "cloudfront": ("distribution", "throttled"),
    "s3": ("bucket", "unavailable"),
    "iam": ("user", "cut"),
}


@pytest.fixture
def burst(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The proxy, through which the suite asks from now on; pauses are short, and the audit looks for few types."""
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(opening, "Clock", lambda: Clock(10))  # ten seconds of pauses pass in one
    monkeypatch.setattr(sweeper, "PAUSES", (0.1,))
    monkeypatch.setattr(sweeper, "PATIENCE", 2.0)
    monkeypatch.setattr(sweeper, "TYPES", tuple(type_ for type_ in TYPES if type_.name in FEW))
    with proxy_before(endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        yield proxy


def assert_no_crash(result: Result) -> None:
    """Assert that pytest itself went on to its end."""
    assert result.exit_code in {CLEAN, LEFTOVERS, COULD_NOT_VERIFY}, result.errors
    assert "INTERNALERROR" not in result.output + result.errors


@pytest.mark.parametrize("name", one_in(len(ALL), ALL))
def test_list_of_tables(burst: Proxy, session: Session, run_suite: Callable[..., Result], name: str) -> None:
    """Twelve tables stand, and every answer about tables is broken: that step is not seen."""
    estate.create(session, only=["table"])
    burst.rules({"service": "dynamodb", **ALL[name]})

    result = run_suite("--aws", "--verify", path=TABLES)

    assert_no_crash(result)
    assert burst.fired > 0
    assert result.exit_code == (LEFTOVERS if name in SLOW else COULD_NOT_VERIFY)


@pytest.mark.exhaustive
@pytest.mark.parametrize("service", SERVICES)
def test_service(burst: Proxy, session: Session, run_suite: Callable[..., Result], service: str) -> None:
    """What stands is one service's, and all of its answers are broken: the account is not CLEAN."""
    part, name = SERVICES[service]
    estate.create(session, only=[part])
    burst.rules({"service": service, **ALL[name]})

    result = run_suite("--aws", "--verify")

    assert_no_crash(result)
    assert burst.fired > 0
    assert result.exit_code != CLEAN


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["cut", "garbled", "reset", "throttled"])
def test_teardown_through_a_bad_proxy(
    burst: Proxy, sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], name: str
) -> None:
    """One answer in ten is broken: what the run says of the account is true, and a run without the proxy ends it."""
    estate.create(session, only=["table", "key_pair", "function", "bucket"])
    burst.rules({"service": "*", "probability": 0.1, **ALL[name]})

    result = run_suite(*TEARDOWN)

    assert_no_crash(result)
    burst.rules()
    left = run_suite("--aws", "--verify")
    assert left.exit_code == CLEAN or result.exit_code != CLEAN
    assert run_suite(*TEARDOWN).exit_code == CLEAN
    assert sandbox.defects == []
