"""Step 12 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(120), pytest.mark.step(12)]


def test_vpc_endpoints(step: StepTest) -> None:
    """The VPC endpoints are deleted."""
    step.delete()
    assert step.left() == []
