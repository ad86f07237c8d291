"""Deadlines: in AWS's time, the manifest's if it gives them, and told with what was seen last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.teardown.deadlines import DEADLINES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

# The minutes for which Terraform waits, read in its source: the file and the name are beside each row of DEADLINES.
TERRAFORM = {
    "load balancer": 10, "web ACL of a load balancer": 5, "target group": 2, "EC2 instance": 20, "EBS volume": 10,
    "NAT gateway": 30, "Elastic IP": 3 + 10, "log group of an API": 1, "log group of a function": 1,
    "Lambda function": 45, "CloudFront distribution": 90, "web ACL of CloudFront": 5, "S3 objects": 60, "S3 bucket": 2,
    "DynamoDB table": 30 + 10, "interface endpoint": 10, "EC2 Instance Connect endpoint": 10 + 10,
    "security group": 15, "VPC endpoint": 10, "network interface": 45, "internet gateway": 20, "subnet": 20,
    "route table": 5, "network ACL": 5, "security group in the VPC": 15, "VPC": 5 + 5, "IAM role": 2, "IAM user": 2,
}  # fmt: skip


def test_none_is_shorter_than_terraforms() -> None:
    """Nothing is given up that Terraform would still wait for."""
    assert [kind for kind, minutes in TERRAFORM.items() if DEADLINES[kind] < minutes] == []


def test_the_manifest_may_set_another(
    workshop_estate: Session, run_suite: Callable[..., Result], project: Path, sandbox: Sandbox
) -> None:
    """A gateway that takes 90 s is given up after one minute if the manifest says so; the same command goes on."""
    manifest = project / "cleanup_tests" / "workshop.toml"
    manifest.write_text(manifest.read_text() + '[deadlines]\n"NAT gateway" = 1\n')
    before = sandbox.clock.now()

    result = run_suite(path="cleanup_tests/test_04_nat_gateway.py")

    assert result.exit_code == 1
    assert "[deleting] still there after 1 minutes." in result.output
    assert "run the same command again: it continues where it left off" in result.output
    assert 60 <= sandbox.clock.now() - before < 90
    sandbox.clock.advance(60)
    assert run_suite(path="cleanup_tests/test_04_nat_gateway.py").exit_code == 0
    gateways = workshop_estate.client("ec2").describe_nat_gateways()["NatGateways"]
    assert [gateway["State"] for gateway in gateways] == ["deleted"]
