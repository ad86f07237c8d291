"""What goes wrong before or at the first call: a sentence, the right exit code, and no more calls than it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import account
from carbuyer_cleanup.aws import sending
from carbuyer_cleanup.aws.sending import FEW_TRIES
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import Rule
from tests.on_a_port import sign_in
from tests.real.real_account import calls
from tests.real.web_server import web_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

    Arrange = Callable[[Sandbox, pytest.MonkeyPatch, Path], tuple[str, ...]]  # returns further arguments

pytestmark = pytest.mark.usefixtures("endpoint")
TEARDOWN = ("--aws", "--account", ACCOUNT)
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
TABLES = "cleanup_tests/test_10_dynamodb_tables.py"
BALANCER = "cleanup_tests/test_01_load_balancer.py"
IDENTITY = "sts:GetCallerIdentity"
ALIAS = "iam:ListAccountAliases"


def no_credentials(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Take the keys away."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    return ()


def expired_session(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Be signed in until a moment ago."""
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws:sts::{ACCOUNT}:assumed-role/me/now", ACCOUNT, 0))
    return ()


def expired_sso(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp: Path) -> tuple[str, ...]:
    """Have a profile of IAM Identity Center, and no sign-in in the cache."""
    no_credentials(sandbox, monkeypatch, tmp)
    config = tmp / "config"
    config.write_text(
        "[profile class]\nsso_session = school\nsso_account_id = 111122223333\nsso_role_name = me\n"
        "[sso-session school]\nsso_region = eu-west-1\nsso_start_url = https://school.awsapps.com/start\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("HOME", str(tmp))
    return ("--profile", "class")


def unknown_profile(_sandbox: Sandbox, _monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Name a profile that isn't there."""
    return ("--profile", "nobody")


def unknown_region(_sandbox: Sandbox, _monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Name a Region that isn't there."""
    return ("--region", "ap-southeast-9")


def region_off(_sandbox: Sandbox, _monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Name a Region that is not enabled."""
    return ("--region", "af-south-1")


def unknown_key(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Have a key that was deleted: a Region that is off would answer the same, so another one is asked as well."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    return ()


def proxy_down(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Have a proxy where nobody listens."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    return ()


def clock_wrong(sandbox: Sandbox, _monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Have a clock that is an hour late, in STS's words (botocore issues 1246 and 1636)."""
    message = "Signature expired: 20260101T000000Z is now earlier than 20260101T004500Z (20260101T010000Z - 15 min.)"
    sandbox.use((Rule(IDENTITY, lambda *_: True, "SignatureDoesNotMatch", message, "threads above", 403), *RULES))
    return ()


def endpoint_without_scheme(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _tmp: Path) -> tuple[str, ...]:
    """Name an endpoint as a host and a port."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "localhost:4566")
    return ()


def profile_with_bad_endpoint(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp: Path) -> tuple[str, ...]:
    """Name such a one in the profile."""
    (tmp / "config").write_text("[profile class]\nendpoint_url = https://\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp / "config"))
    return ("--profile", "class")


# What is arranged → what the message says, and how many calls reached AWS.
REFUSED: dict[Arrange, tuple[str, int]] = {
    no_credentials: ("Unable to locate credentials", 0),
    expired_session: ("ExpiredToken", 1),
    expired_sso: ("sso login", 0),
    unknown_profile: ("profile (nobody) could not be found", 0),
    unknown_region: ("There is no AWS Region ap-southeast-9. Did you mean ap-southeast-", 0),
    region_off: ("The Region af-south-1 is not enabled for your account", 2),  # its STS, and another that knows the key
    unknown_key: ("security token included in the request is invalid", 2),
    proxy_down: ("Failed to connect to proxy", 0),
    clock_wrong: ("this computer's clock", 1),
    endpoint_without_scheme: ("AWS_ENDPOINT_URL_S3 is not the address of an endpoint", 0),
    profile_with_bad_endpoint: ("profile class: endpoint_url is not the address of an endpoint", 0),
}


@pytest.mark.parametrize("arrange", REFUSED, ids=lambda arrange: arrange.__name__)
def test_refused_before_anything(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arrange: Arrange,
) -> None:
    """Whoever can't be told from anybody is refused with one sentence."""
    further = arrange(sandbox, monkeypatch, tmp_path)
    message, asked = REFUSED[arrange]

    result = run_suite(*TEARDOWN, *further)

    assert result.exit_code == 4
    assert message in result.errors
    assert "Nothing was done" in result.errors
    assert result.errors.strip().count("\n") == 0
    assert "Traceback" not in result.output + result.errors
    assert calls(sandbox) == [IDENTITY] * asked


# --- An endpoint that isn't AWS --------------------------------------------------------------------------------

PAGES = {
    "page": b"<!doctype html><html><head><title>Welcome<p>Please sign in</html>",
    "XML": b"<html/>",
    "nothing": b"",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_web_page_is_not_aws(run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, page: bytes) -> None:
    """A web page that answers in AWS's place, as a sign-in page does, is told from AWS."""
    with web_server(page) as (address, asked):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        result = run_suite(*TEARDOWN)

    assert result.exit_code == 4
    assert "The endpoint that answered is not AWS" in result.errors
    assert "Traceback" not in result.output + result.errors
    assert asked == ["/"] * (1 + len(account.PAUSES))


@pytest.mark.exhaustive
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize(("service", "path"), [("DYNAMODB", TABLES), ("ELASTIC_LOAD_BALANCING_V2", BALANCER)])
def test_web_page_is_never_nothing_there(
    run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, service: str, path: str, page: bytes
) -> None:
    """If one service's endpoint isn't AWS, its empty answer is a look that failed: of JSON, and of XML."""
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)
    with web_server(page) as (address, asked):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", address)
        result = run_suite("--aws", "--verify", path=path)

    assert result.exit_code == 8
    assert "the answer is not AWS's" in result.output
    assert "Traceback" not in result.output + result.errors
    assert asked == ["/"] * FEW_TRIES


# --- Denied ----------------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_all_denied(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """An account in which a service control policy denies all: the step fails and says so; nothing is deleted."""
    sandbox.faults = Faults((Fault(FaultKind.DENY),))

    result = run_suite(*TEARDOWN, path=KEY_PAIR)

    assert result.exit_code == 8
    assert "not in this plan, so nothing of it will be deleted: key pair: ec2:DescribeKeyPairs in" in result.output
    assert "with an explicit deny in a service control policy" in result.output
    assert "Your organization forbids it, whatever your account allows: ask" in result.output
    assert calls(sandbox)[:4] == [IDENTITY, ALIAS, "ec2:DescribeKeyPairs", IDENTITY]


@pytest.mark.exhaustive
@pytest.mark.parametrize("look", ["--plan", "--verify"])
def test_denied_look(sandbox: Sandbox, run_suite: Callable[..., Result], look: str) -> None:
    """What could not be looked at is not said to be gone: exit code 8."""
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="dynamodb:ListTables"),))

    result = run_suite("--aws", look, path=TABLES)

    assert result.exit_code == 8
    assert "step 10: dynamodb:ListTables in ap-southeast-1 was refused" in result.output
    assert "Traceback" not in result.output + result.errors
    assert calls(sandbox) == [IDENTITY, ALIAS, "dynamodb:ListTables"]


@pytest.mark.exhaustive
def test_one_permission_missing(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """A deletion that is denied is told with its permission; it is asked for once, and what is left is left over."""
    tables = ("Slider", "TinTuc", "MauXe")  # three prove each other to be the workshop's
    for table in tables:
        services.table(Builder(sandbox.session()), table)
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="dynamodb:DeleteTable"),))

    result = run_suite(*TEARDOWN, path=TABLES)

    assert result.exit_code == 1
    assert "is not authorized to perform: dynamodb:DeleteTable" in result.output
    assert "Your organization forbids it, whatever your account allows: ask" in result.output
    assert "Traceback" not in result.output + result.errors
    assert calls(sandbox).count("dynamodb:DeleteTable") == len(tables)


# --- Options that make no sense together ------------------------------------------------------------------------

SENSELESS = {
    ("--aws", "--plan", "--verify"): "--plan and --verify can't be used together",
    ("--aws", "--plan", "--one-by-one"): "--plan and --one-by-one can't be used together",
    ("--aws", "--verify", "--one-by-one"): "--verify and --one-by-one can't be used together",
    ("--aws", "--sandbox-speed", "10"): "--aws and --sandbox-speed can't be used together",
    ("--plan", "--account", ACCOUNT): "--account without --aws",
}


@pytest.mark.parametrize(("args", "message"), SENSELESS.items())
def test_senseless_combination(
    sandbox: Sandbox, run_suite: Callable[..., Result], args: tuple[str, ...], message: str
) -> None:
    """Options that can't both be meant are refused before any call."""
    result = run_suite(*args)

    assert result.exit_code == 4
    assert message in result.errors
    assert "Traceback" not in result.output + result.errors
    assert calls(sandbox) == []


def test_two_numbers(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """An option and a variable that contradict each other are refused."""
    monkeypatch.setenv("CLEANUP_AWS_ACCOUNT", "999988887777")

    result = run_suite("--account", ACCOUNT)

    assert result.exit_code == 4
    assert f"--account says {ACCOUNT} and CLEANUP_AWS_ACCOUNT says 999988887777" in result.errors
    assert calls(sandbox) == []
