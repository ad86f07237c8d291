"""What must not be repeated: keys, tokens, signatures, a function's environment. Not at any level, not anywhere."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.teardown import deletion
from strict_moto import estate
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import Rule
from tests.on_a_port import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox
    from tests.result import Result

PASSWORD = "c4nary-of-the-functions-environment"  # noqa: S105 - it is to be looked for
FUNCTION = "cleanup_tests/test_07_lambda_function.py"
LOUD = ("--log-level=DEBUG", "-vv", "-l", "--tb=long", "--full-trace", "-rA", "-o", "log_cli=true")
SIGNATURE = re.compile(r"AWS4-HMAC-SHA256|Signature=[0-9a-f]{8}")


@pytest.fixture
def keys(sandbox: Sandbox, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Credentials:  # noqa: ARG001
    """A session's keys, and a function with a password in its environment."""
    made = sandbox.identity.assume(f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/me", ACCOUNT, math.inf)
    sign_in(monkeypatch, made)
    estate.create(sandbox.session(), only=["function"])
    variables = {"Variables": {"EMAIL_PASSWORD": PASSWORD}}
    sandbox.session().client("lambda").update_function_configuration(
        FunctionName="carbuyer-email-service", Environment=variables
    )
    return made


def texts(result: Result) -> Iterator[tuple[str, str]]:
    """Yield all that a run has shown or written."""
    yield from (("terminal", result.output), ("errors", result.errors))
    yield from ((str(path), path.read_text()) for path in result.reports.rglob("*") if path.is_file())


def assert_discreet(result: Result, keys: Credentials) -> None:
    """Assert that nothing of it is anywhere."""
    for where, text in texts(result):
        for secret in (PASSWORD, keys.secret_key, keys.token):
            assert secret not in text, where
        assert not SIGNATURE.search(text), where


class Broken:
    """A test that fails in a way that nobody foresaw, with AWS's answers in its frames."""

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Ask AWS as a test of somebody's own might, and fail."""
        raise OSError(item.name)


@pytest.mark.parametrize("task", [("--account", ACCOUNT), ("--verify",)], ids=["teardown", "verify"])
def test_failing_test(run_suite: Callable[..., Result], keys: Credentials, task: tuple[str, ...]) -> None:
    """With everything shown that pytest can show."""
    result = run_suite("--aws", *task, *LOUD, path=FUNCTION, plugins=[Broken()])

    assert "OSError" in result.output
    assert_discreet(result, keys)


def test_defect_in_the_engine(
    run_suite: Callable[..., Result], keys: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes wrong between AWS's answer and a test is told without the frames that hold the answer."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(deletion.Deletion, "_act", broken)

    result = run_suite("--aws", "--account", ACCOUNT, *LOUD, path=FUNCTION)

    assert result.exit_code in (1, 8)
    assert "ZeroDivisionError" in result.output
    assert_discreet(result, keys)


def test_signature_refused(sandbox: Sandbox, run_suite: Callable[..., Result], keys: Credentials) -> None:
    """AWS repeats the request when it refuses its signature, with the token in it: only its first sentence is told."""
    said = "The request signature we calculated does not match the signature you provided."
    repeated = f"The Canonical String for this request should have been\n'POST\nx-amz-security-token:{keys.token}'"
    refusal = Rule(
        "lambda:ListFunctions", lambda *_: True, "InvalidSignatureException", f"{said}\n\n{repeated}",
        "IAM user guide, Troubleshoot Signature Version 4 for AWS API requests", 403,
    )  # fmt: skip
    sandbox.use((refusal, *RULES))

    result = run_suite("--aws", "--verify", *LOUD, path=FUNCTION)

    assert result.exit_code == 1, "its log group is seen to be left"
    assert said.rstrip(".") in result.output
    assert_discreet(result, keys)


@pytest.mark.usefixtures("few_types")
def test_password_of_an_endpoint(
    run_suite: Callable[..., Result], endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told who answers in AWS's place, but not with which password."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", endpoint.replace("http://", f"http://me:{PASSWORD}@"))

    result = run_suite("--aws", "--verify", path=FUNCTION)

    told = dict(texts(result))
    assert "me:\N{HORIZONTAL ELLIPSIS}@" in told[str(result.reports / "certificate.json")]
    assert [where for where, text in told.items() if PASSWORD in text] == []
