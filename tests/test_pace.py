"""Our side keeps to AWS's pace: an undisturbed run is never asked to slow down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.aws.pace import RATES, Paces
from carbuyer_cleanup.errors import CODES, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

GATEWAYS, APIS, PLANS = 15, 3, 2


def test_burst_and_then_one_at_a_time() -> None:
    """As many as AWS takes at once go at once, the next ones each in its turn; Regions don't wait for each other."""
    burst, every = RATES["ec2:DeleteVpcEndpoints"]
    paces = Paces()

    waits = [paces.wait("ec2:DeleteVpcEndpoints", "r", 100.0) for _ in range(burst + 2)]

    assert waits == [0.0] * burst + [every, 2 * every]
    assert paces.wait("ec2:DeleteVpcEndpoints", "s", 100.0) == 0
    assert paces.wait("ec2:DeleteVpcEndpoints", "r", 1000.0) == 0
    assert paces.wait("ec2:DescribeVpcs", "r", 100.0) == 0


@pytest.mark.exhaustive
def test_nothing_is_refused_for_haste(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox
) -> None:
    """More gateways, APIs and usage plans than AWS deletes at once all go, and it never has to say so."""
    ec2, gateway = workshop_estate.client("ec2"), workshop_estate.client("apigateway")
    subnet = next(s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if _is_named(s.get("Tags", []), "public2"))
    for _ in range(GATEWAYS):
        ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    for number in range(APIS):
        gateway.create_rest_api(name=f"carbuyer-{number}")
    for number in range(PLANS):
        gateway.create_usage_plan(name=f"carbuyer-{number}")
    sandbox.clock.advance(600)
    sandbox.log.clear()

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert [entry for entry in sandbox.log if entry.error in CODES[Trouble.THROTTLED]] == []
    assert sum(entry.call == "ec2:DeleteNatGateway" for entry in sandbox.log) == GATEWAYS + 1


def _is_named(tags: list[object], part: str) -> bool:
    return part in str(tags)
