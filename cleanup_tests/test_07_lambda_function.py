"""Step 7 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(70), pytest.mark.step(7)]


def test_lambda_function(step: StepTest) -> None:
    """The Lambda function carbuyer-email-service is deleted, with its logs."""
    step.delete()
    assert step.left() == []
