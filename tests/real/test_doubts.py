"""What may be the workshop's, in an account: neither deleted nor CLEAN until the caller has said whose it is."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate_services as services
from strict_moto.builder import Builder
from strict_moto.sandbox import ACCOUNT
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = [pytest.mark.usefixtures("endpoint", "few_types"), pytest.mark.exhaustive]
BUCKET = "lan-photos"
CLEAN_UP = ("--aws", "--account", ACCOUNT)


@pytest.fixture
def buckets(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return what lists the buckets of an account where a bucket of a name of its own is served."""
    builder = Builder(sandbox.session())
    services.bucket(builder, BUCKET)
    services.distribution(builder, "fcj-cloudfront-carbuyer", origin=BUCKET)
    sandbox.clock.advance(600)
    return lambda: [bucket["Name"] for bucket in builder.client("s3").list_buckets()["Buckets"]]


def certificate(result: Result) -> Any:
    """Return what a run certified."""
    return json.loads((result.reports / "certificate.json").read_text())["predicate"]


def test_neither_deleted_nor_clean(run_suite: Callable[..., Result], buckets: Callable[[], list[str]]) -> None:
    """The bucket stays, in this run and the next, and both ways out are told; by the caller's word it goes."""
    for _ in range(2):
        result = run_suite(*CLEAN_UP)
        assert result.exit_code == 8, result.output
        assert buckets() == [BUCKET]
        shown = " ".join(result.output.split())
        assert f"in doubt: S3 bucket {BUCKET}: it " in shown
        assert f"add --name s3.bucket={BUCKET}; if it isn't, add --not-ours {BUCKET}" in shown
        assert certificate(result)["verdict"] == "COULD_NOT_VERIFY"
        assert certificate(result)["steps"][8]["result"] == "doubtful"

    result = run_suite(*CLEAN_UP, "--name", f"s3.bucket={BUCKET}")

    assert result.exit_code == 0, result.output
    assert buckets() == []


def test_not_ours(run_suite: Callable[..., Result], buckets: Callable[[], list[str]]) -> None:
    """By the caller's word it stays, and the account is CLEAN; that word is in certificate, report and journal."""
    result = run_suite(*CLEAN_UP, "--not-ours", BUCKET)

    assert result.exit_code == 0, result.output
    assert buckets() == [BUCKET]
    assert certificate(result)["declaredNotOurs"] == [BUCKET]
    assert "by your word" in (result.reports / "report.html").read_text()
    lines = [json.loads(line) for line in (result.reports / "journal.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines if line["event"] == "declared"] == [BUCKET]


def test_word_against_a_name(run_suite: Callable[..., Result], sandbox: Sandbox) -> None:
    """What is the workshop's by its name is not in doubt: the word is refused, and nothing is deleted."""
    services.bucket(Builder(sandbox.session()), "carbuyer-fcj-bucket")
    sandbox.log.clear()

    result = run_suite(*CLEAN_UP, "--not-ours", "carbuyer-fcj-bucket")

    assert result.exit_code == 4
    assert "It is not in doubt, so nothing was deleted" in " ".join(result.errors.split())
    assert not [entry.call for entry in sandbox.log if ":Delete" in entry.call]


@pytest.mark.usefixtures("run_suite")  # it makes a copy of the project, and goes there
@pytest.mark.parametrize(
    ("answer", "deleted", "undecided"),
    [(BUCKET, True, False), ("no", False, False), ("", False, True), ("yes", False, True)],
)
def test_asked(buckets: Callable[[], list[str]], answer: str, *, deleted: bool, undecided: bool) -> None:
    """On a terminal it is asked for: its name, no, or Enter; anything else is no answer."""
    steps = [f"cleanup_tests/test_{name}.py" for name in ("08_cloudfront", "09_s3_bucket")]
    command = [sys.executable, "-m", "pytest", *steps, "-p", "no:cacheprovider", "--aws"]

    _, shown = on_a_terminal(command, f"{answer}\n{ACCOUNT}", prompt="Your answer: ")

    assert f"Type {BUCKET} if it is, no if it isn't, or press Enter" in " ".join(shown.split())
    assert buckets() == ([] if deleted else [BUCKET]), shown
    assert ("1 failed" in shown) is undecided
    assert "Traceback" not in shown
