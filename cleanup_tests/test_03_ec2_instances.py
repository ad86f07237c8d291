"""Step 3 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(30), pytest.mark.step(3)]


def test_ec2_instances(step: StepTest) -> None:
    """The EC2 instances are terminated, and their disks are gone with them."""
    step.delete()
    assert step.left() == []
