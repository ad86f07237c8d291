"""How a thing is called, and how many there are of it."""

from __future__ import annotations

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.wording import counted, named


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (1, "NAT gateway", "1 NAT gateway"),
        (2, "IAM policy", "2 IAM policies"),
        (2, "copy of a disk", "2 copies of a disk"),
        (2, "log group of an API", "2 log groups of an API"),
        (1, "S3 objects", "S3 objects"),
        (2, "S3 objects", "2 S3 objects"),
        (2, "egress-only internet gateway", "2 egress-only internet gateways"),
        (3, "DynamoDB table", "3 DynamoDB tables"),
        (2, "Elastic IP address", "2 Elastic IP addresses"),
        (2, "log delivery", "2 log deliveries"),
        (0, "object", "0 objects"),
        (1204, "object", "1,204 objects"),
    ],
)
def test_counted(count: int, kind: str, told: str) -> None:
    """In English."""
    assert counted(count, kind) == told


@pytest.mark.parametrize(
    ("name", "id_", "told"),
    [
        ("carbuyer-vpc", "vpc-1", "carbuyer-vpc (vpc-1)"),
        ("carbuyer-keypair", "carbuyer-keypair", "carbuyer-keypair"),
        ("carbuyer-keypair", "", "carbuyer-keypair"),
        ("", "vpc-1", "vpc-1"),
    ],
)
def test_named(name: str, id_: str, told: str) -> None:
    """By its name and its id; by what it has if it lacks one, or if they are the same."""
    assert named(name, id_) == told


@pytest.mark.parametrize(("name", "told"), [("carbuyer-alb", "carbuyer-alb"), ("", "arn:aws:x:y")])
def test_label(name: str, told: str) -> None:
    """An ARN that is the id repeats the name, so it stands only where there is none."""
    assert Leftover("load balancer", "arn:aws:x:y", name, "ap-southeast-1", "", "").label == told
