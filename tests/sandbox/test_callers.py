"""Whose a key is, and in which words each family of services refuses one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto import Sandbox
from strict_moto.identity import Credentials
from tests.sandbox.calls import OTHER, STUDENT, ask, refusal

if TYPE_CHECKING:
    import boto3


# How each family of services words it: the code and the HTTP status.
FAMILIES = {
    "ec2:describe_vpcs": (("AuthFailure", 401), ("RequestExpired", 400), ("AuthFailure", 401)),
    "elbv2:describe_load_balancers": (
        ("InvalidClientTokenId", 403),
        ("ExpiredToken", 403),
        ("InvalidClientTokenId", 403),
    ),
    "iam:list_users": (("InvalidClientTokenId", 403), ("ExpiredToken", 403), None),
    "cloudfront:list_distributions": (("InvalidClientTokenId", 403), ("ExpiredToken", 403), None),
    "s3:list_buckets": (("InvalidAccessKeyId", 403), ("ExpiredToken", 400), ("InvalidToken", 400)),
    "dynamodb:list_tables": (
        ("UnrecognizedClientException", 400),
        ("ExpiredTokenException", 400),
        ("UnrecognizedClientException", 400),
    ),
    "lambda:list_functions": (
        ("UnrecognizedClientException", 403),
        ("ExpiredTokenException", 403),
        ("UnrecognizedClientException", 403),
    ),
}


def test_caller_is_the_accounts_administrator(session: boto3.Session) -> None:
    """GetCallerIdentity tells whose the keys are."""
    identity = ask(session, "sts:get_caller_identity")
    assert (identity["Account"], identity["Arn"]) == (STUDENT, f"arn:aws:iam::{STUDENT}:user/rehearsal")


def test_session_knows_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Profiles, endpoints, tokens and files of the user's change nothing in a rehearsal."""
    (tmp_path / "config").write_text("[profile broken\nregion = nowhere")
    hostile = {
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
        "AWS_CA_BUNDLE": "/nowhere.pem",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "stolen",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session()
    assert session.region_name == "ap-southeast-1"
    assert ask(session, "sts:get_caller_identity")["Account"] == STUDENT
    assert len(ask(session, "ec2:describe_vpcs")["Vpcs"]) == 1
    assert ask(session, "s3:list_buckets")["Buckets"] == []
    assert refusal(session, "dynamodb:describe_table")[0] == "ResourceNotFoundException"
    assert sandbox.defects == []


@pytest.mark.parametrize("call", FAMILIES)
def test_unknown_key(sandbox: Sandbox, call: str) -> None:
    """A key that AWS doesn't know is refused in the words of the service's family."""
    stranger = sandbox.session(credentials=Credentials("AKIASTRANGERSTRANGER", "secret"))
    assert refusal(stranger, call) == FAMILIES[call][0]


@pytest.mark.parametrize("call", FAMILIES)
def test_expired_session(sandbox: Sandbox, call: str) -> None:
    """A session that has expired on the sandbox's clock is refused in the words of the service's family."""
    student = sandbox.session(credentials=sandbox.identity.assume("arn:aws:sts::1:assumed-role/r/s", STUDENT, 900))
    sandbox.clock.advance(899)
    ask(student, call)
    sandbox.clock.advance(1)
    assert refusal(student, call) == FAMILIES[call][1]


@pytest.mark.parametrize("call", [call for call, words in FAMILIES.items() if words[2]])
def test_region_that_is_off(session: boto3.Session, call: str) -> None:
    """A Region that was not opted in refuses good keys in the words of the service's family."""
    assert refusal(session, call, "ap-east-1") == FAMILIES[call][2]


def test_region_that_was_opted_in(sandbox: Sandbox, session: boto3.Session) -> None:
    """A Region that was opted in answers, and DescribeRegions says so."""
    sandbox.identity.opted_in.add("ap-east-1")
    assert len(ask(session, "ec2:describe_vpcs", "ap-east-1")["Vpcs"]) == 1
    told = {r["RegionName"]: r["OptInStatus"] for r in ask(session, "ec2:describe_regions")["Regions"]}
    assert (len(told), told["ap-east-1"], told["us-east-1"]) == (18, "opted-in", "opt-in-not-required")


def test_regions_that_are_on(session: boto3.Session) -> None:
    """DescribeRegions lists the 17 that are on, and the others only if asked for all."""
    on = ask(session, "ec2:describe_regions")["Regions"]
    every = ask(session, "ec2:describe_regions", AllRegions=True)["Regions"]
    assert len(on) == 17
    assert {r["OptInStatus"] for r in every if r not in on} == {"not-opted-in"}


def test_stolen_token(sandbox: Sandbox) -> None:
    """A session's key without its token is worth nothing."""
    made = sandbox.identity.assume("arn:aws:sts::1:assumed-role/r/s", STUDENT, 900)
    bare = sandbox.session(credentials=Credentials(made.access_key, made.secret_key))
    assert refusal(bare, "sts:get_caller_identity") == ("InvalidClientTokenId", 403)


def test_iam_users_own_key(sandbox: Sandbox, session: boto3.Session) -> None:
    """The key of an IAM user works as long as it is active, and names the user."""
    iam = session.client("iam")
    iam.create_user(UserName="binh")
    key = iam.create_access_key(UserName="binh")["AccessKey"]
    binh = sandbox.session(credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    assert ask(binh, "sts:get_caller_identity")["Arn"] == f"arn:aws:iam::{STUDENT}:user/binh"
    iam.update_access_key(UserName="binh", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refusal(binh, "sts:get_caller_identity") == ("InvalidClientTokenId", 403)


def test_accounts_are_isolated(sandbox: Sandbox) -> None:
    """What one account makes, another doesn't see."""
    sandbox.session(STUDENT).client("iam").create_user(UserName="binh")
    assert ask(sandbox.session(OTHER), "iam:list_users")["Users"] == []


def test_alias(sandbox: Sandbox) -> None:
    """ListAccountAliases tells the alias that an account was opened with."""
    sandbox.add_account(OTHER, alias="class-of-may")
    assert ask(sandbox.session(OTHER), "iam:list_account_aliases")["AccountAliases"] == ["class-of-may"]
