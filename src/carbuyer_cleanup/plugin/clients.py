"""boto3 clients of the account under test, for the user's own tests in ``cleanup_tests``.

Such a test runs after the steps and before the audit. It is reported, graded and certified like a step.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.own_tests import OwnTest
from carbuyer_cleanup.plugin.run import RUNS, alias_of, is_own
from carbuyer_cleanup.project_files import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import boto3

    from carbuyer_cleanup.own_tests import OwnResult
    from carbuyer_cleanup.plugin.run import Run


@pytest.fixture
def aws_session(run: Run) -> boto3.Session:
    """A boto3 session of the account under test; with --plan and --verify, it sends only calls that change nothing."""
    return run.session


def _client(service: str) -> Any:
    def client(aws_session: boto3.Session) -> Iterator[Any]:
        made: Any = aws_session.client(service)  # type: ignore[call-overload] # the stubs have one overload per service
        yield made
        made.close()

    client.__doc__ = f"boto3's client of {service}, from aws_session."
    return pytest.fixture(name=f"{service}_client")(client)


ec2_client = _client("ec2")
elbv2_client = _client("elbv2")
s3_client = _client("s3")
dynamodb_client = _client("dynamodb")
iam_client = _client("iam")
cloudfront_client = _client("cloudfront")
apigateway_client = _client("apigateway")
lambda_client = _client("lambda")
logs_client = _client("logs")


def shorten(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Keep what boto3 holds out of the report of the user's own test."""
    if is_own(item) and call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
        _end_at(call.excinfo.value, item.path.parent)


def keep(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Record the result of the user's own test."""
    runs = item.config.stash.get(RUNS, None)
    if is_own(item) and runs and (run := runs.open.get(alias_of(item))):
        _keep(run, item, call, report)


def _keep(run: Run, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Remember the result; setup and teardown count if they did not pass."""
    if report.when == "call" or not report.passed:
        name = _name(item)
        reason = str(call.excinfo.value) if call.excinfo else ""
        sentence = inspect.getdoc(getattr(item, "function", None)) or ""
        run.own_tests[item.nodeid] = OwnTest.of(name, sentence, _result(call, report), reason)


def _name(item: pytest.Item) -> str:
    """Return the test's place in ``cleanup_tests``, without the alias of the account that it is run in."""
    name, alias = item.nodeid.removeprefix(f"{STEPS}/"), alias_of(item)
    return name.replace(f"[{alias}]", "").replace(f"[{alias}-", "[") if alias else name


def _result(call: pytest.CallInfo[None], report: pytest.TestReport) -> OwnResult:
    """Return what a report says: a failed assertion is a known result, any other failure leaves it unknown."""
    if not report.failed:
        return "done" if report.passed else "not run"
    asserted = call.excinfo is None or isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
    return "failed" if asserted and report.when == "call" else "not seen"


def _end_at(error: BaseException | None, folder: Path) -> None:
    """Cut the traceback, and those of the errors behind it, at the user's own files.

    botocore's frames have keys and signed headers in their variables, which ``pytest --showlocals`` shows.
    """
    seen: set[int] = set()
    while error and id(error) not in seen:
        seen.add(id(error))
        if last := _last(error.__traceback__, folder) or error.__traceback__:
            last.tb_next = None
        error = error.__cause__ or error.__context__


def _last(traceback: TracebackType | None, folder: Path) -> TracebackType | None:
    """Return the last entry of a traceback that lies in a folder, or None."""
    found = None
    while traceback:
        found = traceback if folder in Path(traceback.tb_frame.f_code.co_filename).parents else found
        traceback = traceback.tb_next
    return found
