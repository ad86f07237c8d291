"""The suite run once more, after a run that ended or died."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto import estate
from tests.test_in_between import HOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result


@pytest.mark.exhaustive
def test_second_run_finds_nothing_to_do(session: Session, run_suite: Callable[..., Result]) -> None:
    """Running it again is harmless and green."""
    estate.create(session)
    run_suite()

    again = run_suite()

    assert again.exit_code == 0
    assert "nothing was there at any of 16 steps" in again.output


@pytest.mark.exhaustive
def test_run_that_died_after_the_gateway_still_releases_its_address(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]
) -> None:
    """The address is known from the gateway before that is deleted, and on the disk: that one goes and no other."""
    builder = estate.create(session)
    ec2 = builder.client("ec2")
    run_suite(path="cleanup_tests/test_04_nat_gateway.py")
    sandbox.clock.advance(HOURS)  # the gateway is forgotten, and with it whose the address was
    foreign = ec2.allocate_address(Domain="vpc")["AllocationId"]

    result = run_suite(path="cleanup_tests/test_05_elastic_ip.py")

    assert result.exit_code == 0
    assert [a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]] == [foreign]
