"""Estate, backup, cleanup, restore: by plain boto3 everything is as it was."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.backup import content
from carbuyer_cleanup.backup.__main__ import main
from strict_moto import Sandbox, estate, wall
from strict_moto.builder import BUCKET
from strict_moto.sandbox import ACCOUNT
from strict_moto.server import serve
from tests.contents import furnish, in_bucket, in_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.session import Session
    from tests.result import Result

STEPS = ("cleanup_tests/test_10_dynamodb_tables.py", "cleanup_tests/test_09_s3_bucket.py")


def held(session: Any) -> tuple[Any, ...]:
    """Return what is in tables and bucket."""
    return in_tables(session), in_bucket(session)


@pytest.fixture
def emptied(
    session: Session, run_suite: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, ...]:
    """What was in an account whose tables and bucket were saved and deleted."""
    monkeypatch.setattr(content, "LARGE", 100_000)
    estate.create(session, ("table", "bucket", "role"))
    furnish(session)
    for key in ("../../out", "tab\there"):
        session.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"odd")
    before = held(session)
    for step in STEPS:
        done = run_suite("--backup", str(tmp_path / "saved"), path=step)
        assert done.exit_code == 0, done.output
    assert session.client("dynamodb").list_tables()["TableNames"] == []
    assert session.client("s3").list_buckets()["Buckets"] == []
    return before


@pytest.mark.exhaustive
def test_round_trip(
    emptied: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Verified, and put back in an account with nothing in it: everything is as it was; a second time is refused."""
    folder = str(tmp_path / "saved")
    assert main(["verify", folder]) == 0
    assert "all of it is there" in capfd.readouterr().out

    sandbox = Sandbox(Clock(1000))
    keys = sandbox.add_account(ACCOUNT)
    command = ["restore", folder, "--aws", "--account", ACCOUNT]
    with wall.raised(loopback=True, processes=True), serve(sandbox) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
        assert main([*command[:-1], "999999999999"]) == 4
        assert f"belong to account {ACCOUNT}, not to 999999999999" in capfd.readouterr().err
        assert main(command) == 0
        out = capfd.readouterr().out
        assert held(sandbox.session(ACCOUNT)) == emptied
        assert main(command) == 4
        assert "There is already DynamoDB table" in capfd.readouterr().err
        assert main([*command, "--name", "nobody=x"]) == 4
    assert "not put back: ids and times of versions" in out


def test_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Bad input gets a sentence."""
    assert main(["verify", str(tmp_path)]) == 4
    (tmp_path / "111122223333").mkdir()
    (tmp_path / "111122223333" / "index.sqlite").write_bytes(b"no database")
    assert [main([verb, str(tmp_path)]) for verb in ("verify", "restore")] == [4, 4]
    assert main(["restore", str(tmp_path), "--aws"]) == 4
    assert main(["restore", str(tmp_path), "--name", "User"]) == 4
    told = capfd.readouterr().err
    assert "holds no backup" in told
    assert "can't be read: file is not a database" in told
    assert "give both: --aws --account" in told
    assert "as OLD=NEW" in told


DAMAGES: tuple[tuple[str, Callable[[Path], object], str], ...] = (
    ("dynamodb/User/**/*.json.gz", lambda path: path.write_bytes(b""), "its size is different"),
    ("s3/*/versions/*/*", lambda path: path.write_bytes(bytes(path.stat().st_size)), "its SHA-256 is different"),
    ("s3/*/versions/*/*", lambda path: path.unlink(), "it can't be read: No such file"),
    ("s3/*/current/A.txt", lambda path: path.unlink(), "current/A.txt: it can't be read"),
    ("s3/*/encoded/*", lambda path: path.unlink(), "encoded/"),
    ("dynamodb/User", shutil.rmtree, "it can't be read"),
)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("emptied")
def test_damaged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever is missing or altered is named, and what has such in it isn't put back."""
    for number, (pattern, damage, says) in enumerate(DAMAGES):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(tmp_path / "saved", copy)
        damage(max((copy / ACCOUNT).glob(pattern), key=lambda path: path.stat().st_size))
        assert main(["verify", str(copy)]) == 1
        out = capfd.readouterr().out
        assert says in out, (pattern, out)
        assert "problems" in out
        of_tree_alone = "current" in pattern or "encoded" in pattern
        assert main(["restore", str(copy)]) == (0 if of_tree_alone else 4)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("emptied")
def test_rehearsed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Without --aws everything is put back in an embedded AWS, under other names if that is wished."""
    assert main(["restore", str(tmp_path / "saved"), "--name", f"{BUCKET}=carbuyer-again"]) == 0
    out = capfd.readouterr().out
    assert "S3 bucket carbuyer-again" in out
    assert "DynamoDB table User: 4 items" in out
    assert "REHEARSAL" in out
