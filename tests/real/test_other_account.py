"""Credentials that become another account's in the course of a run: nothing is sent with them but who they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import After
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox
    from strict_moto.world import Params, Request, World
    from tests.result import Result

OTHER = "999988887777"
IDENTITY = "sts:GetCallerIdentity"
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
TEARDOWN = ("--aws", "--profile", "tool", "--account", ACCOUNT)


@dataclass
class Tool:
    """A ``credential_process`` that gives the keys of whichever account it is at, for two minutes each time."""

    sandbox: Sandbox
    keys: Path

    def go_to(self, account: str) -> None:
        """Give that account's keys from now on."""
        made = self.sandbox.add_account(account)
        told = {"Version": 1, "AccessKeyId": made.access_key, "SecretAccessKey": made.secret_key, "SessionToken": ""}
        soon = datetime.now(UTC) + timedelta(minutes=2)
        self.write(told | {"Expiration": soon.isoformat()})

    def write(self, told: Params) -> None:
        """Let the next one who asks be told this, as a whole."""
        new = self.keys.with_suffix(".new")
        new.write_text(json.dumps(told))
        new.replace(self.keys)

    def go_away_after(self, call: str) -> None:
        """Go to another account as soon as ``call`` was answered."""

        def act(_world: World, _request: Request, answer: Params) -> Params:
            self.go_to(OTHER)
            return answer

        self.sandbox.use((After(call, act, "a tool that follows the current account"), *RULES))


@pytest.fixture
def tool(sandbox: Sandbox, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:  # noqa: ARG001
    """The profile ``tool``; the workshop's key pair is in both accounts."""
    made = Tool(sandbox, tmp_path / "keys.json")
    made.go_to(ACCOUNT)
    config = tmp_path / "config"
    config.write_text(f"[profile tool]\ncredential_process = cat {made.keys}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for account in (ACCOUNT, OTHER):
        sandbox.session(account).client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    sandbox.log.clear()
    return made


def assert_stopped(sandbox: Sandbox, result: Result) -> None:
    """Assert that it was told, with exit code 8, and that nothing else was asked of the other account."""
    assert result.exit_code == 8, result.output + result.errors
    assert f"the credentials now belong to account {OTHER}" in result.output + result.errors
    assert "Traceback" not in result.output + result.errors
    assert "CLEAN —" not in result.output
    assert [entry.call for entry in sandbox.log if entry.account == OTHER] == [IDENTITY]


@pytest.mark.parametrize(
    "call", one_in(3, ["iam:ListAccountAliases", "ec2:DescribeKeyPairs", "iam:SimulatePrincipalPolicy"])
)
def test_teardown_stops(sandbox: Sandbox, run_suite: Callable[..., Result], tool: Tool, call: str) -> None:
    """Before the plan, in the middle of it, and after it: nothing is deleted in either account."""
    tool.go_away_after(call)

    result = run_suite(*TEARDOWN, path=KEY_PAIR)

    assert_stopped(sandbox, result)
    assert "ec2:DeleteKeyPair" not in [entry.call for entry in sandbox.log]
    assert not (result.reports / "certificate.json").exists() or verdict(result)[0] == "COULD_NOT_VERIFY"


def test_verify_stops(sandbox: Sandbox, run_suite: Callable[..., Result], tool: Tool) -> None:
    """Nothing is known of the account, and its certificate says why, before all else; later runs are free again."""
    tool.go_away_after("iam:ListAccountAliases")

    result = run_suite("--aws", "--profile", "tool", "--verify", path=KEY_PAIR)

    assert_stopped(sandbox, result)
    word, reasons = verdict(result)
    assert word == "COULD_NOT_VERIFY"
    assert f"the credentials now belong to account {OTHER}" in reasons[0]
    sandbox.use(RULES)
    tool.go_to(ACCOUNT)
    assert run_suite("--aws", "--profile", "tool", "--verify", path=KEY_PAIR).exit_code == 1


@pytest.mark.exhaustive
def test_plan_stops(sandbox: Sandbox, run_suite: Callable[..., Result], tool: Tool) -> None:
    """A plan of an account that another has taken the place of is none."""
    tool.go_away_after("iam:ListAccountAliases")

    assert_stopped(sandbox, run_suite("--aws", "--profile", "tool", "--plan", path=KEY_PAIR))


@pytest.mark.exhaustive
def test_nothing_is_signed_for_another(sandbox: Sandbox, run_suite: Callable[..., Result], tool: Tool) -> None:
    """KMS is not asked to sign with the other account's keys: there is no certificate."""
    kms = sandbox.session().client("kms")
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    tool.go_away_after("ec2:DescribeKeyPairs")
    sandbox.log.clear()

    result = run_suite("--aws", "--profile", "tool", "--verify", "--sign", arn, path=KEY_PAIR)

    assert_stopped(sandbox, result)
    assert "certificate: it was not written: KMS did not sign the certificate" in result.output
    assert not (result.reports / "certificate.json").exists()


def test_renewed_keys_of_the_same_account(sandbox: Sandbox, run_suite: Callable[..., Result], tool: Tool) -> None:
    """Every new key is asked about, before anything else is sent with it, and then does its work."""
    sessions: list[Credentials] = []

    def renew(_world: World, _request: Request, answer: Params) -> Params:
        made = sandbox.identity.assume(f"arn:aws:sts::{ACCOUNT}:assumed-role/me/{len(sessions)}", ACCOUNT, 3600)
        sessions.append(made)
        told = json.loads(tool.keys.read_text())
        told |= {"AccessKeyId": made.access_key, "SecretAccessKey": made.secret_key, "SessionToken": made.token}
        tool.write(told)
        return answer

    sandbox.use((After("ec2:DescribeKeyPairs", renew, "any tool"), *RULES))

    result = run_suite(*TEARDOWN, path=KEY_PAIR)

    assert result.exit_code == 8, result.output  # of one step only
    assert "16 Deletes" in result.output or "[deleted 1]" in result.output
    assert len(sessions) > 1
    assert [entry.call for entry in sandbox.log].count(IDENTITY) >= len(sessions)


# --- Answers about another account's things -----------------------------------------------------------------------


def user(sandbox: Sandbox) -> None:
    """Make the workshop's user."""
    sandbox.session().client("iam").create_user(UserName="carbuyer-app-user")


def vpc(sandbox: Sandbox) -> None:
    """Make the workshop's VPC."""
    estate.create(sandbox.session(), only=["vpc"])


# What is there, which step takes it, and which list tells it as another account's
TOLD: dict[Callable[[Sandbox], None], tuple[str, str]] = {
    user: ("test_15_iam_user.py", "iam:ListUsers"),
    vpc: ("test_13_vpc.py", "ec2:DescribeSubnets"),
}


def as_of_another(_world: World, _request: Request, answer: Params) -> Params:
    """Tell of another account's things."""
    return json.loads(json.dumps(answer, default=str).replace(ACCOUNT, OTHER))  # type: ignore[no-any-return] # of JSON


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize("build", [user, pytest.param(vpc, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("task", [("--account", ACCOUNT), ("--verify",)], ids=["teardown", "verify"])
def test_answer_about_another_account(
    sandbox: Sandbox, run_suite: Callable[..., Result], build: Callable[[Sandbox], None], task: tuple[str, ...]
) -> None:
    """What is about to be deleted, and what a verdict rests on, must be this account's: else nothing more is sent."""
    build(sandbox)
    file, call = TOLD[build]
    path = f"cleanup_tests/{file}"
    sandbox.use((After(call, as_of_another, "a proxy that mixes accounts up"), *RULES))
    sandbox.log.clear()

    result = run_suite("--aws", *task, path=path)

    assert result.exit_code == 8, result.output + result.errors
    assert f"as account {OTHER}'s, not as {ACCOUNT}'s. Nothing more was sent." in result.output + result.errors
    assert "Traceback" not in result.output + result.errors
    assert "CLEAN —" not in result.output
    assert {entry.call for entry in sandbox.log} & {"iam:DeleteUser", "ec2:DeleteVpc"} == set()


def verdict(result: Result) -> tuple[str, list[str]]:
    """Return the certificate's verdict and its reasons."""
    made: Any = json.loads((result.reports / "certificate.json").read_text())
    return made["predicate"]["verdict"], made["predicate"]["reasons"]
