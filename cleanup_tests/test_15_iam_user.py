"""Step 15 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(150), pytest.mark.step(15)]


def test_iam_user(step: StepTest) -> None:
    """The user carbuyer-app-user is deleted; its access keys are deactivated first."""
    step.delete()
    assert step.left() == []
