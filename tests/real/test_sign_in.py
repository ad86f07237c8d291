"""Everything that keeps a person or a job from signing in: told in one sentence, with the command that helps."""

from __future__ import annotations

import inspect
import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import botocore.credentials
import botocore.exceptions
import pytest

from carbuyer_cleanup.aws.clients import CONFIG
from carbuyer_cleanup.aws.identity import pin
from carbuyer_cleanup.aws.sign_in import CAUSES, cause_of
from carbuyer_cleanup.errors import NotSent
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import After
from tests.real.real_account import calls
from tests.real.ways_in import CANARY, WAYS, Way, arrange, keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.world import Params, Request, World
    from tests.result import Result

REGION = "ap-southeast-1"
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


@pytest.mark.parametrize("name", WAYS)
def test_way_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """Whatever a provider of botocore's raises is told as what it is, and never with what a program printed."""
    arrange(WAYS[name], monkeypatch, tmp_path)

    with pytest.raises(NotSent) as raised:
        pin(boto3.Session(profile_name="mine", region_name=REGION), REGION, CONFIG).get_frozen_credentials()

    told = raised.value
    assert WAYS[name].says in told.message
    assert WAYS[name].helps in told.helps
    assert CANARY not in str(told)


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(
    "name",
    [
        "process: sign-in page",
        *(pytest.param(name, marks=pytest.mark.exhaustive) for name in WAYS if name != "process: sign-in page"),
    ],
)
def test_refused_at_the_start(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """One sentence, exit code 4, and not one call."""
    arrange(WAYS[name], monkeypatch, tmp_path)

    result = run_suite("--aws", "--account", ACCOUNT, "--profile", "mine")

    assert result.exit_code == 4
    assert WAYS[name].says.lower() in result.errors.lower()
    assert WAYS[name].helps in result.errors
    assert "Nothing was done" in result.errors
    assert result.errors.strip().count("\n") == 0
    assert "Traceback" not in result.output + result.errors
    assert CANARY not in result.output + result.errors
    assert calls(sandbox) == []


@pytest.mark.exhaustive
@pytest.mark.usefixtures("endpoint")
def test_endpoint_of_a_profile_is_named(
    run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever is asked in AWS's place is told, wherever that is set, but for the password."""
    address = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    section = f"services = mine\n[services mine]\ns3 =\n  endpoint_url = http://me:secret@{address}\n"
    signed = "".join(
        f"{name.lower()} = {os.environ[name]}\n" for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    )
    (tmp_path / "config").write_text(f"[profile mine]\n{signed}endpoint_url = http://{address}\n{section}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", f"http://{address}")

    result = run_suite("--aws", "--plan", "--profile", "mine", path=KEY_PAIR)

    assert f"endpoint profile mine: endpoint_url=http://{address}" in result.output
    assert f"endpoint profile mine: s3 endpoint_url=http://me:\N{HORIZONTAL ELLIPSIS}@{address}" in result.output
    assert f"endpoint AWS_ENDPOINT_URL_IAM=http://{address}" in result.output
    assert "secret" not in result.output


# In the course of a run: what the program of credential_process does → what is told of it
LATER = {
    "page": ("cat {home}/page", "printed something other than keys"),
    "gone": ("", "can't be started"),
    "fails": ("cat {home}/page >&2; exit 1", "(credential_process) failed"),
    "expired": ("cat {home}/old", "gave keys that have expired"),
}


@pytest.mark.exhaustive
@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(
    ("task", "call", "exit_code"),
    [
        (("--account", ACCOUNT), "iam:SimulatePrincipalPolicy", 1),
        pytest.param(("--account", ACCOUNT), "iam:ListAccountAliases", 4, marks=pytest.mark.exhaustive),
        (("--verify",), "iam:ListAccountAliases", 8),
    ],
    ids=["teardown", "plan", "verify"],
)
@pytest.mark.parametrize(
    "name", ["page", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in LATER if name != "page")]
)
def test_in_the_course_of_a_run(  # noqa: PLR0913 - a row of the table, and what it takes
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    name: str,
    task: tuple[str, ...],
    call: str,
    exit_code: int,
) -> None:
    """Nothing more is sent, nobody is said to be clean, and it is told how to sign in again."""
    made = sandbox.add_account(ACCOUNT)
    given = {"AccessKeyId": made.access_key, "SecretAccessKey": made.secret_key}
    arrange(Way("credential_process = {home}/tool\n", "", ""), monkeypatch, tmp_path)
    tool = program(tmp_path, "tool", "cat {home}/new")
    for file, expiry in (("new", datetime.now(UTC) + timedelta(minutes=2)), ("old", datetime.now(UTC))):
        (tmp_path / file).write_text(keys(**given, Expiration=expiry.isoformat()))
    (tmp_path / "page").write_text(f"<html>{CANARY}</html>")
    sandbox.session().client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    command, told = LATER[name]
    sandbox.use((After(call, after(tmp_path, tool, command), "a tool"), *RULES))

    result = run_suite("--aws", *task, "--profile", "mine", path=KEY_PAIR)

    text = result.output + result.errors
    assert result.exit_code == exit_code, text
    assert told in text
    assert "again (see which program it is with `aws configure get credential_process --profile mine`" in text
    assert "Traceback" not in text
    assert CANARY not in text
    assert "CLEAN —" not in text
    assert sandbox.session().client("ec2").describe_key_pairs()["KeyPairs"]


def program(home: Path, name: str, command: str) -> Path:
    """Write a program of the shell's, as a whole."""
    made = home / f"{name}.new"
    made.write_text(f"#!/bin/sh\n{command.replace('{home}', str(home))}\n")
    made.chmod(0o700)
    return made.replace(home / name)


def after(home: Path, tool: Path, command: str) -> Callable[[World, Request, Params], Params]:
    """Return what lets a tool do something else from then on, or be gone."""

    def act(_world: World, _request: Request, answer: Params) -> Params:
        if command:
            program(home, tool.name, command)
        else:
            tool.unlink(missing_ok=True)
        return answer

    return act


def test_each_row_has_a_command() -> None:
    """What helps can be typed, but where only the console does."""
    for cause in CAUSES:
        assert re.search(r"`[^`]+`", cause.helps), cause
        assert re.fullmatch(r"[^{}]*({text})?[^{}]*", cause.says), cause
        assert set(re.findall(r"{(\w*)}", cause.helps)) <= {"profile"}, cause


def test_each_provider_has_a_row() -> None:
    """A new provider of botocore's, or one that was renamed, wants a row of its own."""
    providers = [p for _, p in inspect.getmembers(botocore.credentials, inspect.isclass) if hasattr(p, "METHOD")]
    methods = {provider.METHOD for provider in providers if provider.METHOD}
    named = {method for cause in CAUSES for method in cause.methods.split()}

    assert methods - named == {"ec2-credentials-file", "boto-config"}  # files of keys, in forms of long ago
    assert named - methods == {"*", "*assume-role"}


def test_each_error_of_botocore_has_a_row() -> None:
    """What botocore raises for want of keys is known by name; only what is not about keys falls to the last row."""
    about = re.compile("Credential|SSO|Login|Token|MFA|MissingDependency|Metadata")
    errors = [e for name, e in inspect.getmembers(botocore.exceptions, inspect.isclass) if about.search(name)]
    method = {"Login": "login", "SSO": "sso", "Token": "sso", "MFA": "assume-role", "Retrieval": "container-role"}
    for error in errors:
        of = next((value for key, value in method.items() if key in error.__name__), "")
        names = [base.__name__ for base in error.__mro__]
        assert cause_of(of, *names) is not CAUSES[-1] or error.__name__ in UNRELATED, error


UNRELATED = {"UnknownTokenProviderError", "NoAuthTokenError"}
