"""AWS's partitions: each has its own names for the endpoints and Regions, and nothing is asked of another."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws import Aws
from carbuyer_cleanup.calls import CALLS
from carbuyer_cleanup.clock import Clock
from carbuyer_cleanup.engine import Loop
from carbuyer_cleanup.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "111122223333"
MANIFEST = Path(__file__).parents[2] / "cleanup_tests" / "workshop.toml"
SERVICES = sorted({call.split(":")[0] for call in CALLS})


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    """Where an account's calls run. None is made here: so the environment need not lead all endpoints to nowhere."""
    for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
        monkeypatch.delenv(name)
    loop = Loop(Clock(math.inf))
    yield loop
    loop.close()


def account(partition: str, region: str, loop: Loop, tmp_path: Path) -> Aws:
    """Return an account of a partition, as its caller's ARN tells it."""
    return Aws(
        boto3.Session("key", "secret", region_name=region), account=ACCOUNT,
        caller=f"arn:{partition}:iam::{ACCOUNT}:user/me", region=region,
        workshop=workshop.load(MANIFEST),
        journal=Journal(tmp_path / "journal.jsonl", ACCOUNT), clock=Clock(math.inf), pool=loop.pool,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("partition", "region", "domains", "home"),
    [
        ("aws", "ap-southeast-1", ("amazonaws.com", "api.aws"), "us-east-1"),
        ("aws-cn", "cn-northwest-1", ("amazonaws.com.cn", "api.amazonwebservices.com.cn"), "cn-north-1"),
        ("aws-us-gov", "us-gov-east-1", ("amazonaws.com", "api.aws"), "us-gov-west-1"),
    ],
)
def test_endpoints_are_the_partitions(  # noqa: PLR0913 - a row of the table, and two fixtures
    partition: str, region: str, domains: tuple[str, ...], home: str, *, loop: Loop, tmp_path: Path
) -> None:
    """Every service is asked in the partition; IAM and CloudFront where the partition has them."""
    aws = account(partition, region, loop, tmp_path)
    urls = {service: aws.client(service).meta.endpoint_url for service in SERVICES}

    assert {s: url for s, url in urls.items() if not str(urlsplit(url).hostname).endswith(domains)} == {}
    assert aws.client("iam").meta.region_name in {home, "aws-global", "aws-cn-global", "aws-us-gov-global"}
    assert aws.other_endpoints == set()


@pytest.mark.parametrize(
    ("partition", "region", "prefix"),
    [("aws", "eu-west-1", ""), ("aws-cn", "cn-north-1", "cn-"), ("aws-us-gov", "us-gov-west-1", "us-gov-")],
)
def test_regions_are_the_partitions(partition: str, region: str, prefix: str, *, loop: Loop, tmp_path: Path) -> None:
    """The audit looks into the partition's Regions, and into no other's."""
    regions = account(partition, region, loop, tmp_path).regions_with("ec2")

    assert region in regions
    assert [r for r in regions if not r.startswith(prefix)] == []
    assert prefix or not [r for r in regions if r.startswith(("cn-", "us-gov-"))]
