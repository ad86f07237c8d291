"""Bad input: a sentence, exit code 4, and nothing done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.choice import rows_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

BAD = {
    ("--plan", "--verify"): "--plan and --verify can't be used together",
    ("--account", "111122223333"): "--account without --aws",
    ("--profile", "me"): "--profile without --aws",
    ("--sign", "key.pem"): "--sign without --aws",
    ("--aws", "--plan", "--sign", "key.pem"): "--plan and --sign can't be used together",
    ("--aws", "--account", "12345"): "--account must be the 12 digits",
    ("--aws", "--account", "11112222333\uff13"): "--account must be the 12 digits",
    ("--region", "Mars"): "--region must be an AWS Region",
    ("--region", "ap-southeast-1\n"): "--region must be an AWS Region",
    ("--name", "s3.bucket"): "--name s3.bucket: give it as entry=name",
    ("--name", "s3.pail=x"): "--name s3.pail=x: give it as entry=name",
    ("--workshop", "nowhere.toml"): "nowhere.toml can't be read",
    ("--estate", "moon"): "--estate moon: moon can't be read",
    ("--aws", "--estate", "clean"): "--aws and --estate can't be used together",
    ("--max-age", "1"): "--max-age needs --roster or --organization",
    ("--aws", "--roster", "class.csv", "--max-age", "1"): "--max-age needs --sign",
    ("--aws", "--roster", "class.csv", "--sign", "k", "--max-age", "-1"): "--max-age must be a number of days",
    ("--sandbox-speed", "0"): "--sandbox-speed must be a number above 0",
    ("--sandbox-speed", "fast"): "--sandbox-speed must be a number above 0",
    ("--aws", "--roster", "", "--verify"): "--roster is empty, like a variable of a script that isn't set.",
    ("--aws", "--verify", "--account", ""): "--account is empty",
    ("--aws", "--account", "111122223333", "--backup="): "--backup is empty",
    ("--aws", "--account", "111122223333", "--setup-plan"): "--aws and --setup-plan can't be used together",
    ("--aws", "--account", "111122223333", "--setup-only"): "--aws and --setup-only can't be used together",
    ("-n", "2"): "-n spreads the accounts of a class",
    ("--tx", "2*popen", "--dist", "load"): "-n spreads the accounts of a class",
}


@pytest.mark.parametrize(("args", "message"), rows_in(3, BAD.items()))
def test_bad_option_is_refused(
    run_suite: Callable[..., Result], sandbox: Sandbox, args: tuple[str, ...], message: str
) -> None:
    """Nonsense on the command line ends with exit code 4 before any call."""
    result = run_suite(*args)

    assert result.exit_code == 4
    assert message in result.output + result.errors
    assert "Traceback" not in result.output + result.errors
    assert sandbox.log == []


def test_wrong_manifest_is_refused(run_suite: Callable[..., Result], tmp_path: Path) -> None:
    """A mistake in the manifest is told with its line."""
    manifest = tmp_path / "w.toml"
    manifest.write_text('region = "ap-southeast-1"\nprefix = "car"\n')

    result = run_suite("--workshop", str(manifest))

    assert result.exit_code == 4
    assert f"{manifest}:2: prefix must have" in result.errors


@pytest.mark.parametrize("variable", ["12345", "abc"])
def test_wrong_environment_is_refused(
    run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """``CLEANUP_AWS_ACCOUNT`` is checked as ``--account`` is."""
    monkeypatch.setenv("CLEANUP_AWS_ACCOUNT", variable)

    result = run_suite()

    assert result.exit_code == 4
    assert "CLEANUP_AWS_ACCOUNT must be the 12 digits" in result.errors


def test_empty_environment_is_no_rehearsal(
    run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """A CI job whose variable isn't set would stay green, and no account would ever be looked at."""
    monkeypatch.setenv("CLEANUP_AWS_ACCOUNT", "")

    result = run_suite()

    assert result.exit_code == 4
    assert "CLEANUP_AWS_ACCOUNT is empty, like a variable of a script that isn't set. Give it" in result.errors
    assert sandbox.log == []


@pytest.mark.parametrize("spread", [(), ("--shard", "1/1")], ids=" ".join)
def test_part_that_cannot_be_removed(run_suite: Callable[..., Result], project: Path, spread: tuple[str, ...]) -> None:
    """An earlier part that would pass for this run's stops the run, with a sentence."""
    (project / "class.csv").write_text("alias,account_id,profile\nan,111122223333,me\n", "utf-8")
    (project / "reports" / "part.json").mkdir(parents=True)

    result = run_suite("--roster", "class.csv", *spread, path="cleanup_tests/test_16_key_pair.py")

    assert result.exit_code == 4
    assert "part.json can't be removed: Is a directory. Nothing was done." in " ".join(result.errors.split())
    assert "Traceback" not in result.output + result.errors


def test_teardown_without_a_number_is_refused(run_suite: Callable[..., Result]) -> None:
    """Without a terminal to ask at, a real account is torn down only if its number is given."""
    result = run_suite("--aws")

    assert result.exit_code == 4
    assert "give its number" in result.errors


def test_listing_the_tests_asks_nobody(run_suite: Callable[..., Result], sandbox: Sandbox) -> None:
    """``--collect-only`` lists the 17 tests in the page's order and makes no call."""
    result = run_suite("--collect-only", "-q")

    listed = [line for line in result.output.splitlines() if "::" in line]
    assert [line.split("test_")[1][:2] for line in listed] == [f"{n:02}" for n in range(1, 18)]
    assert result.exit_code == 0
    assert sandbox.log == []
