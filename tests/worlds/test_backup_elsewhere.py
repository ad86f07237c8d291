"""Backups of what other authors' emulators hold, put back in them; and the plain tree, put back by the AWS CLI."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.__main__ import main
from strict_moto import estate, estate_services
from strict_moto.builder import BUCKET
from strict_moto.identity import Credentials
from strict_moto.server import serve
from tests.contents import furnish, in_bucket, in_tables
from tests.worlds.emulators import ACCOUNT, REGION, installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox
    from tests.result import Result

QUICK = ("--audit-depth", "workshop")
STEPS = ("-k", "s3_bucket or dynamodb_tables")
KEY = "S3RVER"  # the one key that s3rver knows, and its own secret
NOT_ALL = {(8, "COULD NOT VERIFY"), (1, "LEFTOVERS")}  # steps 9 and 10 alone; the role and the key pair stay


def saved_and_back(folder: Path) -> list[int]:
    """Verify a backup, and put it back where the environment says."""
    where = str(folder)
    return [main(["verify", where]), main(["restore", where, "--aws", "--account", ACCOUNT])]


def test_ministack(world: Callable[..., Builder], outcome: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """Bucket and tables of ministack's come back as they were."""
    builder = world("ministack")
    for part in ("role", "key_pair", "table", "bucket"):
        estate.PARTS[part][0](builder)
    furnish(builder.session)
    command = ("--account", ACCOUNT, *QUICK, "--backup")
    s3 = builder.client("s3")
    for one in s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"]:  # it tells no tags of what one hides
        s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    before = in_tables(builder.session), in_bucket(builder.session)

    assert outcome(*command, str(tmp_path / "saved"), *STEPS) in NOT_ALL
    assert builder.client("dynamodb").list_tables()["TableNames"] == []
    assert builder.client("s3").list_buckets()["Buckets"] == []
    assert saved_and_back(tmp_path / "saved") == [0, 0]
    assert (in_tables(builder.session), in_bucket(builder.session)) == before


def test_dynalite_and_s3rver(
    world: Callable[..., Builder],
    run_suite: Callable[..., Result],
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was saved in the sandbox is put back in dynalite, and in s3rver, which has no versions."""
    session = sandbox.session(ACCOUNT)
    builder = estate.create(session, ("role", "key_pair", "table"))
    session.client("dynamodb").put_item(TableName="User", Item={"id": {"S": "b"}, "b": {"BS": [b"\x00", b"\xff"]}})
    builder.create_bucket(BUCKET)
    estate_services.objects(builder, BUCKET)
    odd: Any = {"Body": b"odd", "ContentType": "image/png", "Metadata": {"by": "me"}}
    session.client("s3").put_object(Bucket=BUCKET, Key="a/xe ô tô.png", **odd)
    before, keys = in_tables(session), _keys(session)
    done = run_suite(*STEPS, "--backup", str(tmp_path / "saved"))
    assert "2 passed" in done.output, done.output

    tables = world("dynalite", KEY, endpoint="AWS_ENDPOINT_URL_DYNAMODB")
    bucket = world("s3rver", KEY, endpoint="AWS_ENDPOINT_URL_S3")
    sandbox.identity.administrators[KEY] = Credentials(
        KEY, KEY, account=ACCOUNT, principal=f"arn:aws:iam::{ACCOUNT}:root"
    )
    with serve(sandbox) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)  # it only says whose keys these are
        assert saved_and_back(tmp_path / "saved") == [0, 0]
    assert in_tables(tables.session) == before
    assert _keys(bucket.session) == keys


def _keys(session: Any) -> dict[str, tuple[bytes, str, Any]]:
    s3 = session.client("s3")
    listed = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    told = {one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"]) for one in listed}
    return {key: (one["Body"].read(), one["ContentType"], one["Metadata"]) for key, one in told.items()}


def test_tree_is_put_back_by_the_aws_cli(served: Sandbox, run_suite: Callable[..., Result], tmp_path: Path) -> None:
    """``aws s3 sync`` of the plain tree makes the bucket's current state again, but for keys that are no paths."""
    session = served.session(ACCOUNT)
    estate.create(session, ("role", "key_pair", "bucket"))
    for key, content in (("SlideShow/xe ô tô.jpg", b"new"), ("a/b/c", b"deep"), ("a/", b""), ("..", b"out")):
        session.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
    before = {key: content for key, (content, *_) in _keys(session).items()}
    done = run_suite("--aws", "--account", ACCOUNT, *QUICK, "-k", "s3_bucket", "--backup", str(tmp_path / "saved"))
    assert "1 passed" in done.output, done.output

    session.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    tree = tmp_path / "saved" / ACCOUNT / "s3" / BUCKET / "current"
    command = [installed("awscli/bin/aws"), "s3", "sync", str(tree), f"s3://{BUCKET}", "--only-show-errors"]
    subprocess.run(command, check=True)  # noqa: S603 - ours

    after = {key: content for key, (content, *_) in _keys(session).items()}
    assert before.items() - after.items() == {(key, b"") for key in ("Database/", "SlideShow/", "a/")} | {
        ("..", b"out")
    }
    assert after.items() <= before.items()
