"""Step 11 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(110), pytest.mark.step(11)]


def test_security_groups(step: StepTest) -> None:
    """The security groups are deleted, even if they refer to each other."""
    step.delete()
    assert step.left() == []
