"""What AWS always gives is put into answers, and what it need not give is left out of some, by a seed."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session

from strict_moto.shapes import given, is_shaped, shaped

VOLUME = {"VolumeId": "vol-1", "Attachments": [], "Tags": [{"Key": "Name", "Value": "x"}], "Throughput": 125}
SEEDS = range(1, 20)


@cache
def shape(operation: str) -> Any:
    """Return botocore's model of what EC2 answers."""
    return botocore.session.Session().get_service_model("ec2").operation_model(operation).output_shape


def volumes(seed: int, *ids: str) -> list[dict[str, Any]]:
    """Return such volumes as AWS would list them."""
    answer = {"Volumes": [VOLUME | {"VolumeId": id_} for id_ in ids]}
    found: list[dict[str, Any]] = shaped("ec2:DescribeVolumes", answer, shape("DescribeVolumes"), seed)["Volumes"]
    return found


def test_added() -> None:
    """What moto never gives and AWS always is there, empty, with every seed."""
    assert "Volumes[].SnapshotId" in given("ec2:DescribeVolumes").added
    assert all(volumes(seed, "vol-1")[0]["SnapshotId"] == "" for seed in (0, *SEEDS))


def test_left_out() -> None:
    """What AWS need not give is there or not, by the seed and the thing; with the seed 0 it always is."""
    assert {"Throughput" in volumes(seed, "vol-1")[0] for seed in SEEDS} == {True, False}
    assert {"Throughput" in volume for volume in volumes(3, *(f"vol-{n}" for n in range(20)))} == {True, False}
    assert all("Throughput" in volumes(0, f"vol-{n}")[0] for n in range(20))


def test_for_good() -> None:
    """A thing lacks always the same."""
    assert all(volumes(seed, "vol-1") == volumes(seed, "vol-2", "vol-1")[1:] for seed in SEEDS)


def test_facts_stay() -> None:
    """Ids, names, tags and whatever the suite reads stay."""
    kept = {"VolumeId", "Tags"}
    assert all(kept <= volumes(seed, "vol-1")[0].keys() for seed in SEEDS)


def test_only_what_is_known() -> None:
    """A call of which nothing is recorded is left as it is, and so is a configuration that AWS wants back."""
    assert not is_shaped("ec2:DescribePlacementGroups", 1)
    assert not is_shaped("cloudfront:GetDistributionConfig", 1)
