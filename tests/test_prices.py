"""What leftovers cost a month, as far as it is known."""

from __future__ import annotations

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.certificate.prices import MONTHLY, estimate, price


def left(type_: str) -> Leftover:
    """Return a leftover of a type."""
    return Leftover(type_, "id", "carbuyer-x", "ap-southeast-1", "", "its name starts with carbuyer-")


def test_types_exist() -> None:
    """Each price is that of a type of the audit's table."""
    assert MONTHLY.keys() <= {type_.name for type_ in TYPES}


def test_sum() -> None:
    """The prices add up."""
    assert str(estimate([left("NAT gateway"), left("Elastic IP"), left("VPC")])) == (
        "about USD 46.75 a month (estimate of 2026-11-24)"
    )


def test_whole_workshop() -> None:
    """Forgetting the whole workshop costs what the workshop says."""
    kinds = {"NAT gateway": 1, "load balancer": 1, "EC2 instance": 2, "DynamoDB table": 12, "S3 bucket": 1,
             "CloudFront distribution": 1, "Lambda function": 1}  # fmt: skip
    assert round(estimate(left(kind) for kind, n in kinds.items() for _ in range(n)).usd, 1) == 85.5


def test_unknown_is_not_free() -> None:
    """What isn't in the table is told as unknown, not as 0."""
    assert price(left("EKS cluster")) is None
    assert str(estimate([left("EKS cluster"), left("EKS cluster")])) == "an unknown amount for EKS cluster"
    assert str(estimate([left("Elastic IP"), left("EKS cluster")])) == (
        "about USD 3.65 a month (estimate of 2026-11-24), and an unknown amount for EKS cluster"
    )
