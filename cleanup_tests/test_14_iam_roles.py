"""Step 14 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(140), pytest.mark.step(14)]


def test_iam_roles(step: StepTest) -> None:
    """The roles carbuyer-ec2-role and carbuyer-lambda-email-role are deleted."""
    step.delete()
    assert step.left() == []
