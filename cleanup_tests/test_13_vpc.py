"""Step 13 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(130), pytest.mark.step(13)]


def test_vpc(step: StepTest) -> None:
    """The VPC is deleted, with its subnets, route tables and internet gateway."""
    step.delete()
    assert step.left() == []
