"""AWS's partitions: each has its own names for the endpoints and Regions, and nothing is asked of another."""

from __future__ import annotations

import math
import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest

from aws_clock import Clock
from carbuyer_cleanup import workshop
from carbuyer_cleanup.account import real_session
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.errors import AwsError, Refused, Trouble
from carbuyer_cleanup.kinds import distribution
from carbuyer_cleanup.teardown.engine import Loop
from carbuyer_cleanup.teardown.journal import Journal

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


@pytest.mark.exhaustive
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


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("partition", "region", "absent"),
    [
        ("aws-cn", "cn-northwest-1", {"Global Accelerator", "public ECR repository", "S3 Multi-Region Access Point"}),
        ("aws-us-gov", "us-gov-east-1", {"Global Accelerator", "CloudFront distribution", "budget"}),
    ],
)
def test_audit_asks_nothing_of_another_partition(  # noqa: PLR0913 - a row of the table, and three fixtures
    partition: str, region: str, absent: set[str], *, loop: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list is asked for in one of the partition's Regions; what the partition lacks is told and not asked for."""
    aws = account(partition, region, loop, tmp_path)
    regions, asked = aws.regions_with("ec2"), set()

    async def answer(operation: str, where: str, _params: object) -> dict[str, object]:
        asked.add((operation, where or region))
        if operation == "ec2:DescribeRegions":
            return {"Regions": [{"RegionName": name, "OptInStatus": "opted-in"} for name in regions]}
        raise AwsError(operation, "InternalFailure", "", Trouble.TRANSIENT, where)

    monkeypatch.setattr(aws, "ask_once", answer)
    result = loop.run(sweeper.sweep(aws)).result()

    hosts = {urlsplit(aws.client(call.split(":")[0], where).meta.endpoint_url).hostname for call, where in asked}
    assert {where for _, where in asked} <= set(regions)
    assert [host for host in hosts if ("amazonaws.com.cn" in str(host)) != (partition == "aws-cn")] == []
    told = {unseen.type for unseen in result.not_offered if unseen.region == "global"}
    assert told >= absent
    assert not told & {unseen.type for unseen in result.unseen}


def test_steps_ask_nothing_of_what_the_partition_lacks(loop: Loop, tmp_path: Path) -> None:
    """There is no CloudFront in GovCloud, so that no distribution can be there: nobody is asked."""
    aws = account("aws-us-gov", "us-gov-west-1", loop, tmp_path)

    assert loop.run(distribution.find(aws)).result() == []
    assert aws.counts == {}


@pytest.mark.parametrize("region", ["us-iso-east-1", "eusc-de-east-1"])
def test_other_partitions_are_refused(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows where these have their global services."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    settings = SimpleNamespace(profile="", region=region)

    with pytest.raises(Refused, match=f"{region} is in AWS's partition"):
        real_session(settings)
