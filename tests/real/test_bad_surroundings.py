"""A manifest that is wrong, and a proxy that is in the way: one sentence, exit code 4, and no call that reaches AWS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import account
from carbuyer_cleanup.aws import sending
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT
from tests.broken import change_bodies
from tests.choice import one_in
from tests.real.real_account import calls
from tests.real.web_server import web_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
IDENTITY = "sts:GetCallerIdentity"
TEARDOWN = ("--aws", "--account", ACCOUNT)
GOOD = b'region = "ap-southeast-1"\nprefix = "carbuyer-"\n'

MANIFESTS = {
    "not TOML": (b"prefix = carbuyer-\n", "is not TOML"),
    "not UTF-8": (b'prefix = "\xff"\n', "can't be read"),
    "empty": (b"", ":1: region must be"),
    "no such key": (GOOD + b"colour = 1\n", ":3: unknown key 'colour'"),
    "no such entry": (GOOD + b'[s3]\nbuckets = "x"\n', ":4: unknown key 'buckets' in [s3]"),
    "not a name": (GOOD + b"[s3]\nbucket = 5\n", ":4: s3.bucket must be a name"),
    "prefix too short": (b'region = "ap-southeast-1"\nprefix = "a-"\n', ":2: prefix must have at least 4"),
    "not a Region": (b'prefix = "carbuyer-"\nregion = "Singapore"\n', ":2: region must be an AWS Region"),
    "no such Region": (GOOD.replace(b"-1", b"-9"), "There is no AWS Region ap-southeast-9"),
}


def assert_refused(result: Result, message: str) -> None:
    """Assert that the run ended with exit code 4 and one sentence."""
    assert result.exit_code == 4
    assert message in result.errors
    assert "Nothing was done" in result.errors
    assert result.errors.strip().count("\n") == 0
    assert "Traceback" not in result.output + result.errors


@pytest.mark.parametrize(("content", "message"), MANIFESTS.values(), ids=MANIFESTS)
def test_wrong_manifest(
    sandbox: Sandbox, run_suite: Callable[..., Result], tmp_path: Path, content: bytes, message: str
) -> None:
    """A mistake in the manifest is told with its line before AWS is asked anything."""
    manifest = tmp_path / "w.toml"
    manifest.write_bytes(content)

    assert_refused(run_suite(*TEARDOWN, "--workshop", str(manifest)), message)
    assert calls(sandbox) == []


def test_manifest_that_is_a_folder(sandbox: Sandbox, run_suite: Callable[..., Result], tmp_path: Path) -> None:
    """So is one that can't be opened."""
    assert_refused(run_suite(*TEARDOWN, "--workshop", str(tmp_path)), "can't be read")
    assert calls(sandbox) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("status", "message"),
    [(407, "is not AWS"), (502, "AWS could not be asked who you are"), (200, "is not AWS")],
)
def test_proxy_that_answers_itself(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, status: int, message: str
) -> None:
    """A proxy that wants a password, reaches nobody, or shows its sign-in page is not taken for AWS."""
    with web_server(b"<html>Proxy Authentication Required</html>", status) as (address, asked):
        monkeypatch.setenv("HTTP_PROXY", address)
        result = run_suite(*TEARDOWN)

    assert_refused(result, message)
    assert "proxy" in result.errors
    assert len(asked) == 1 + len(account.PAUSES)
    assert calls(sandbox) == []


@pytest.mark.parametrize("times", [3, 4])
@pytest.mark.parametrize("kind", one_in(3, [None, FaultKind.RESET, FaultKind.ERROR, FaultKind.THROTTLE]))
def test_first_question_is_asked_again(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    kind: FaultKind | None,
    times: int,
) -> None:
    """A few broken answers to the first question refuse no run; one that never gets better does."""
    if kind:
        sandbox.faults = Faults((Fault(kind, calls=IDENTITY, times=times),))
    else:
        bodies = iter([b""] * times)
        change_bodies(monkeypatch, sandbox, IDENTITY, lambda body: next(bodies, body))

    result = run_suite("--aws", "--verify", path="cleanup_tests/test_16_key_pair.py")

    assert ("1 passed" in result.output) is (times == 3)
    assert result.exit_code == (8 if times == 3 else 4)
    assert calls(sandbox).count(IDENTITY) >= 4


def link(lock: Path) -> None:
    """Lead to a file of the user's."""
    lock.symlink_to("mine")


def hard_link(lock: Path) -> None:
    """Be a file of the user's."""
    lock.hardlink_to(lock.with_name("mine"))


def folder(lock: Path) -> None:
    """Be a folder."""
    lock.mkdir()


def pipe(lock: Path) -> None:
    """Wait for somebody who reads."""
    os.mkfifo(lock)


@pytest.mark.parametrize("make", [link, hard_link, folder, pipe], ids=lambda make: make.__name__)
def test_lock_that_is_no_file(
    sandbox: Sandbox, run_suite: Callable[..., Result], project: Path, make: Callable[[Path], None]
) -> None:
    """What somebody put in the lock's place is neither emptied nor followed, and nothing is deleted."""
    reports = project / "reports"
    reports.mkdir()
    (reports / "mine").write_text("mine")
    make(reports / f".{ACCOUNT}.lock")

    result = run_suite(*TEARDOWN)

    assert result.exit_code == 4
    assert f".{ACCOUNT}.lock can't be used: it is a " in result.errors
    assert "Nothing was deleted" in result.errors
    assert "Traceback" not in result.output + result.errors
    assert (reports / "mine").read_text() == "mine"
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


def test_body_shorter_than_its_head_says(run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of which the end is missing is none, even if what came could be one."""
    with web_server(b'{"TableNames": []}', missing=100) as (address, _asked):
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)
        result = run_suite("--aws", "--verify", path="cleanup_tests/test_10_dynamodb_tables.py")

    assert result.exit_code == 8
    assert "the answer is not AWS's, or was cut short" in result.output
