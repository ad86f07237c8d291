"""Who runs the suite: the workshop's own user or role, the root user, a key that AWS no longer knows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from strict_moto.identity import Credentials
from strict_moto.sandbox import ACCOUNT
from tests.on_a_port import sign_in
from tests.real.real_account import KEY_PAIR, calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result


pytestmark = pytest.mark.usefixtures("endpoint")


@pytest.mark.parametrize(("path", "user"), [("/", "carbuyer-app-user"), ("/class/", "carbuyer-helper")])
@pytest.mark.usefixtures("key_pair")
def test_workshops_own_user_is_refused(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    user: str,
) -> None:
    """With the keys of a user that is to be deleted nothing is deleted, and it is told why and what to do."""
    iam = sandbox.session().client("iam")
    iam.create_user(UserName=user, Path=path)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    sign_in(monkeypatch, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    sandbox.log.clear()

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert f"You are signed in as the workshop's own user {user}" in result.errors
    assert "sign in as yourself" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


@pytest.mark.parametrize("role", ["carbuyer-ec2-role", "carbuyer-made-by-terraform"])
def test_workshops_own_role_is_refused(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """On an instance of the workshop nothing is deleted: its role is one of those that go."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/i-0123456789abcdef0"
    sign_in(monkeypatch, sandbox.identity.assume(principal, ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert f"You are signed in as the workshop's own role {role}" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


# What the workshop's own page leaves in CloudShell: `aws configure` with the key of carbuyer-app-user. By where the
# key is: what has it passed over.
CONFIGURED = {
    "AWS_SHARED_CREDENTIALS_FILE": "run `export AWS_SHARED_CREDENTIALS_FILE=/dev/null`, which changes no file",
    "AWS_CONFIG_FILE": "run `export AWS_CONFIG_FILE=/dev/null`, which changes no file",
    "environment": "run `unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`, which changes no file",
}


def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, key: dict[str, str]) -> None:
    """Be in CloudShell, with this key found before CloudShell's own."""
    monkeypatch.setenv("AWS_EXECUTION_ENV", "CloudShell")
    sign_in(monkeypatch, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    if variable != "environment":
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        lines = "".join(f"{name.lower()} = {os.environ[name]}\n" for name in names)
        (tmp_path / "file").write_text(f"[default]\n{lines}")
        monkeypatch.setenv(variable, str(tmp_path / "file"))
        for name in names:
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "variable",
    [
        "AWS_SHARED_CREDENTIALS_FILE",
        *(pytest.param(name, marks=pytest.mark.exhaustive) for name in CONFIGURED if "SH" not in name),
    ],
)
@pytest.mark.parametrize("task", ["--account", "--plan", "--verify"])
def test_cloudshell_as_the_workshop_leaves_it(  # noqa: PLR0913 - a row of the table, and what it takes
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    variable: str,
    task: str,
) -> None:
    """It is told at the first call who one is there, why, and the one command that helps; nothing is undone."""
    iam = sandbox.session().client("iam")
    iam.create_user(UserName="carbuyer-app-user")
    configure(monkeypatch, tmp_path, variable, iam.create_access_key(UserName="carbuyer-app-user")["AccessKey"])

    result = run_suite("--aws", task, *([ACCOUNT] if task == "--account" else []), path=KEY_PAIR)

    text = result.errors if task == "--account" else result.output
    assert result.exit_code == {"--account": 4, "--plan": 0, "--verify": 8}[task]
    assert "You are signed in as the workshop's own user carbuyer-app-user" in text
    assert (
        "in the workshop you ran `aws configure` here, and its key takes precedence over your console sign-in" in text
    )
    assert CONFIGURED[variable] in text
    assert "CLEAN —" not in result.output.replace("NOT CLEAN", "")


def test_cloudshell_after_the_user_is_gone(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The key stays in the file when its user is deleted: the same command helps."""
    key = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "gone"}
    configure(monkeypatch, tmp_path, "AWS_SHARED_CREDENTIALS_FILE", key)

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 4
    assert "In the workshop you ran `aws configure` here" in result.errors
    assert CONFIGURED["AWS_SHARED_CREDENTIALS_FILE"].partition(",")[0] in result.errors
    assert set(calls(sandbox)) == {"sts:GetCallerIdentity"}


@pytest.mark.exhaustive
def test_own_identity_may_look(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look, any identity will do."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/carbuyer-ec2-role/i-0123456789abcdef0"
    sign_in(monkeypatch, sandbox.identity.assume(principal, ACCOUNT, 36000))

    assert run_suite("--aws", "--plan", path=KEY_PAIR).exit_code == 0


@pytest.mark.exhaustive
@pytest.mark.usefixtures("key_pair")
def test_root_is_warned(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The root user may do it, and is told that it had better not be."""
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert "WARNING: these are the root user's credentials" in result.output
    assert "permissions not checked beforehand: the root user's can't be simulated" in result.output
    assert "iam:SimulatePrincipalPolicy" not in calls(sandbox)  # which refuses to simulate it
    assert result.exit_code == 8


def test_unknown_partition_is_refused(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a partition whose home Region isn't known nobody could say that it is clean."""
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws-iso:iam::{ACCOUNT}:user/me", ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert "AWS's partition aws-iso" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]
