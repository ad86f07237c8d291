"""Everything that keeps a person or a job from signing in: told in one sentence, with the command that helps."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import boto3
import botocore.credentials
import botocore.exceptions
import pytest
from real_account import calls
from ways_in import CANARY, WAYS, arrange

from carbuyer_cleanup.aws import CONFIG
from carbuyer_cleanup.errors import NotSent
from carbuyer_cleanup.identity import pin
from carbuyer_cleanup.sandbox.front import ACCOUNT
from carbuyer_cleanup.sign_in import CAUSES, cause_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.sandbox.front import Sandbox
    from result import Result

REGION = "ap-southeast-1"


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
