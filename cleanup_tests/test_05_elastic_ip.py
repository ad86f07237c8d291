"""Step 5 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(50), pytest.mark.step(5)]


def test_elastic_ip(step: StepTest) -> None:
    """The Elastic IP of the NAT gateway is released: AWS charges for unattached ones."""
    step.delete()
    assert step.left() == []
