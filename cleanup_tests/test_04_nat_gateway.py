"""Step 4 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(40), pytest.mark.step(4)]


def test_nat_gateway(step: StepTest) -> None:
    """The NAT gateway, the most expensive resource, is deleted."""
    step.delete()
    assert step.left() == []
