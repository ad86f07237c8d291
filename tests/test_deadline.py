"""Deadlines: in AWS's time, the manifest's if it gives them, and told with what was seen last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.sandbox.front import Sandbox
    from carbuyer_cleanup.sandbox.session import Session
    from result import Result


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
    assert "run the same command again: it goes on where it stopped" in result.output
    assert 60 <= sandbox.clock.now() - before < 90
    sandbox.clock.advance(60)
    assert run_suite(path="cleanup_tests/test_04_nat_gateway.py").exit_code == 0
    gateways = workshop_estate.client("ec2").describe_nat_gateways()["NatGateways"]
    assert [gateway["State"] for gateway in gateways] == ["deleted"]
