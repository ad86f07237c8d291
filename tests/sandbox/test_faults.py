"""Faults on request: every kind, when it strikes, and that a schedule can be repeated."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from aws_clock import Clock
from strict_moto import Sandbox
from strict_moto.faults import Died, Fault, FaultKind, Faults, scattered

if TYPE_CHECKING:
    import boto3

# A call of each service, and its words for "slow down" and "forbidden": code and HTTP status.
WORDS: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "ec2:describe_vpcs": (("RequestLimitExceeded", 503), ("UnauthorizedOperation", 403)),
    "elbv2:describe_load_balancers": (("Throttling", 400), ("AccessDenied", 403)),
    "iam:list_users": (("Throttling", 400), ("AccessDenied", 403)),
    "cloudfront:list_distributions": (("Throttling", 400), ("AccessDenied", 403)),
    "s3:list_buckets": (("SlowDown", 503), ("AccessDenied", 403)),
    "dynamodb:list_tables": (("ThrottlingException", 400), ("AccessDeniedException", 400)),
    "logs:describe_log_groups": (("ThrottlingException", 400), ("AccessDeniedException", 400)),
    "lambda:list_functions": (("TooManyRequestsException", 429), ("AccessDeniedException", 403)),
    "apigateway:get_rest_apis": (("TooManyRequestsException", 429), ("AccessDeniedException", 403)),
    "resourcegroupstaggingapi:get_resources": (("ThrottledException", 400), ("AccessDeniedException", 400)),
}


def sandbox_with(*schedule: Fault) -> Sandbox:
    """Return a sandbox in which these faults happen."""
    return Sandbox(Clock(math.inf), faults=Faults(schedule))


def ask(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> Any:
    """Make a call such as ``iam:list_users``."""
    service, method = call.split(":")
    return getattr(session.client(service, region_name=region), method)(**params)  # type: ignore[call-overload] # any service


def refusal(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> tuple[str, int]:
    """Make a call that is refused, and return the code and the HTTP status."""
    with pytest.raises(ClientError) as caught:
        ask(session, call, region, **params)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_region_off_and_session_expired() -> None:
    """A Region can be off in one account, and any session expire at any call."""
    schedule = Fault(FaultKind.OFF, region="eu-west-1", account="111122223333"), Fault(FaultKind.EXPIRED, at=2)
    session = sandbox_with(*schedule).session()
    assert refusal(session, "ec2:describe_vpcs", "eu-west-1") == ("AuthFailure", 401)
    ask(session, "ec2:describe_vpcs", "eu-west-2")
    assert refusal(session, "ec2:describe_vpcs", "eu-west-2") == ("RequestExpired", 400)


@pytest.mark.parametrize("call", WORDS)
def test_throttle_and_denial(call: str) -> None:
    """Each service says "slow down" and "forbidden" in the words of its family."""
    session = sandbox_with(Fault(FaultKind.THROTTLE, at=0), Fault(FaultKind.DENY, at=1)).session()
    assert (refusal(session, call), refusal(session, call)) == WORDS[call]
    ask(session, call)


def test_retry_after() -> None:
    """API Gateway says how long to wait."""
    session = sandbox_with(Fault(FaultKind.THROTTLE)).session()
    with pytest.raises(ClientError) as caught:
        ask(session, "apigateway:get_rest_apis")
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


def test_denial_names_action_and_policy() -> None:
    """A denial says who may not do what and that a policy forbids it, by the action's name in IAM."""
    session = sandbox_with(Fault(FaultKind.DENY, calls="elbv2:Delete*")).session()
    text = (
        "user/rehearsal is not authorized to perform: elasticloadbalancing:DeleteLoadBalancer .*service control policy"
    )
    with pytest.raises(ClientError, match=text):
        ask(session, "elbv2:delete_load_balancer", LoadBalancerArn="arn:aws:elasticloadbalancing:x")
    ask(session, "elbv2:describe_load_balancers")


def test_denial_by_region_and_account() -> None:
    """A denial can hold in one Region or one account, before anything is looked up; nobody is denied his name."""
    sandbox = sandbox_with(
        Fault(FaultKind.DENY, region="eu-*"),
        Fault(FaultKind.DENY, account="444455556666"),
        Fault(FaultKind.DENY, calls="sts:*"),
    )
    first, second = sandbox.session(), sandbox.session("444455556666")
    gone = {"GroupId": "sg-0123456789abcdef0"}
    assert refusal(first, "ec2:delete_security_group", "eu-west-1", **gone)[0] == "UnauthorizedOperation"
    assert refusal(first, "ec2:delete_security_group", **gone)[0] == "InvalidGroup.NotFound"
    assert refusal(second, "ec2:describe_vpcs")[0] == "UnauthorizedOperation"
    ask(second, "sts:get_caller_identity", "eu-west-1")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.ERROR, ClientError),
        (FaultKind.RESET, ConnectionClosedError),
        (FaultKind.TIMEOUT, ReadTimeoutError),
        (FaultKind.NOWHERE, EndpointConnectionError),
        (FaultKind.DIE, Died),
    ],
)
def test_before_and_after_the_effect(kind: FaultKind, error: type[BaseException], *, after: bool) -> None:
    """A request that fails may have had its effect all the same."""
    sandbox = sandbox_with(Fault(kind, calls="iam:CreateUser", after=after))
    with pytest.raises(error):
        ask(sandbox.session(), "iam:create_user", UserName="an")
    sandbox.faults = Faults()
    assert len(ask(sandbox.session(), "iam:list_users")["Users"]) == after


def test_dead_is_dead() -> None:
    """Once the process has died, no request of it has any effect, until the schedule is changed."""
    sandbox = sandbox_with(Fault(FaultKind.DIE, at=1))
    session = sandbox.session()
    ask(session, "iam:list_users")
    for name in ("an", "binh"):
        with pytest.raises(Died):
            ask(session, "iam:create_user", UserName=name)
    sandbox.faults = Faults()
    assert ask(session, "iam:list_users")["Users"] == []
    assert [entry.error for entry in sandbox.log] == [None, "Died", "Died", None]


def test_stale_read() -> None:
    """A stale read gives the answer of the last time; the first one is never stale."""
    sandbox = sandbox_with(Fault(FaultKind.STALE, calls="iam:ListUsers", times=2))
    session = sandbox.session()
    assert ask(session, "iam:list_users")["Users"] == []
    ask(session, "iam:create_user", UserName="an")
    assert ask(session, "iam:list_users")["Users"] == []
    assert len(ask(session, "iam:list_users")["Users"]) == 1


def test_times() -> None:
    """A fault strikes as often as it says."""
    session = sandbox_with(Fault(FaultKind.THROTTLE, calls="iam:*", times=2)).session()
    assert [refusal(session, "iam:list_users")[0] for _ in range(2)] == ["Throttling"] * 2
    ask(session, "iam:list_users")


def test_index_counts_since_the_schedule_was_made() -> None:
    """An index means the nth request after the schedule was set; what it struck is written down."""
    sandbox = sandbox_with()
    session = sandbox.session()
    ask(session, "iam:list_users")
    sandbox.faults = Faults((fault := Fault(FaultKind.ERROR, at=1),))
    ask(session, "iam:list_users")
    assert refusal(session, "iam:list_roles")[1] == 500
    assert sandbox.faults.struck == [(1, "iam:ListRoles", fault)]


def outcome(seed: int) -> list[str | None]:
    """Return how 60 requests fared under scattered faults."""
    sandbox = sandbox_with()
    sandbox.faults = scattered(seed, 0.3)
    iam = sandbox.session().client("iam")
    for _ in range(60):
        try:
            iam.list_users()
        except (ClientError, HTTPClientError):
            continue
    return [entry.error for entry in sandbox.log]


def test_scattered_faults_can_be_repeated() -> None:
    """The same seed gives the same faults, another seed others; all kinds occur."""
    first = outcome(1)
    assert first == outcome(1) != outcome(2)
    assert set(Counter(first)) == {None, "Throttling", "InternalFailure", "ConnectionClosedError"}
