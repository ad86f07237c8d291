"""Step 2 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(20), pytest.mark.step(2)]


def test_target_groups(step: StepTest) -> None:
    """The target groups carbuyer-customer-tg and carbuyer-admin-employee-tg are deleted."""
    step.delete()
    assert step.left() == []
