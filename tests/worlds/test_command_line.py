"""The AWS CLI as a client of the sandbox's server."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.builder import BUCKET
from tests.worlds.emulators import installed

if TYPE_CHECKING:
    from pathlib import Path

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox


@pytest.fixture
def builder(served: Sandbox) -> Builder:
    """The workshop as it stands."""
    return estate.create(served.session())


def aws(*arguments: str) -> Any:
    """Run the AWS CLI, and return what it says, read as JSON if it is."""
    run = tried(*arguments)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout) if run.stdout.startswith(("{", "[")) else run.stdout


def tried(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the AWS CLI, however it ends."""
    command = [installed("awscli/bin/aws"), *arguments, "--output", "json"]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a test's own arguments


@pytest.mark.usefixtures("served")
def test_who_am_i(monkeypatch: pytest.MonkeyPatch) -> None:
    """STS and IAM say the same, with the keys of a session, too."""
    caller = aws("sts", "get-caller-identity")
    session = aws("sts", "get-session-token")["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", session["SessionToken"])

    assert aws("sts", "get-caller-identity") == caller
    assert aws("iam", "get-user")["User"]["UserId"] == caller["UserId"]


@pytest.mark.usefixtures("served")
def test_bucket_with_all_that_is_in_it(tmp_path: Path) -> None:
    """``aws s3 rb --force`` empties and deletes a bucket, whatever its keys are."""
    for name in ("plain.txt", "with space and +.txt", "tiếng Việt.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    aws("s3", "mb", "s3://carbuyer-of-the-cli")
    aws("s3", "cp", str(tmp_path), "s3://carbuyer-of-the-cli", "--recursive")
    aws("s3", "rb", "s3://carbuyer-of-the-cli", "--force")
    assert aws("s3api", "list-buckets")["Buckets"] == []


def test_versions_keep_a_bucket(builder: Builder) -> None:
    """As AWS's, the CLI doesn't see old versions, and the bucket stays."""
    run = tried("s3", "rb", f"s3://{builder.bucket}", "--force")
    assert run.returncode != 0
    assert "BucketNotEmpty" in run.stderr
    assert [bucket["Name"] for bucket in aws("s3api", "list-buckets")["Buckets"]] == [BUCKET]


def test_waiters(builder: Builder) -> None:
    """Each of the CLI's waiters about the workshop's kinds ends, on its way up and on its way down."""
    ids = builder.ids
    instance, nat = ids["carbuyer-admin-service"], ids["carbuyer-nat-gateway"]
    balancer, function = ids["carbuyer-alb"], "carbuyer-email-service"
    for wait in (
        ("ec2", "instance-running", "--instance-ids", instance),
        ("ec2", "nat-gateway-available", "--nat-gateway-ids", nat),
        ("elbv2", "load-balancer-available", "--load-balancer-arns", balancer),
        ("dynamodb", "table-exists", "--table-name", "User"),
        ("lambda", "function-active-v2", "--function-name", function),
        ("cloudfront", "distribution-deployed", "--id", ids["fcj-cloudfront-carbuyer"]),
        ("iam", "user-exists", "--user-name", "carbuyer-app-user"),
        ("s3api", "bucket-exists", "--bucket", BUCKET),
    ):
        aws(wait[0], "wait", *wait[1:])
    for act, end in (
        (("ec2", "terminate-instances", "--instance-ids", instance), "instance-terminated"),
        (("ec2", "delete-nat-gateway", "--nat-gateway-id", nat), "nat-gateway-deleted"),
        (("elbv2", "delete-load-balancer", "--load-balancer-arn", balancer), "load-balancers-deleted"),
        (("dynamodb", "delete-table", "--table-name", "User"), "table-not-exists"),
    ):
        aws(*act)
        named = [f"{act[2]}s" if act[2] in {"--nat-gateway-id", "--load-balancer-arn"} else act[2], act[3]]
        aws(act[0], "wait", end, *named)


def test_what_the_sandbox_lacks_is_tried_once(served: Sandbox) -> None:
    """An action that isn't there is refused, and the CLI doesn't try again."""
    run = tried("ec2", "describe-trunk-interface-associations")
    assert [entry.error for entry in served.log] == ["InvalidAction"]
    assert "InvalidAction" in run.stderr
