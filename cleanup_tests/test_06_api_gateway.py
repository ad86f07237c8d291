"""Step 6 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(60), pytest.mark.step(6)]


def test_api_gateway(step: StepTest) -> None:
    """The API carbuyer-email-api is deleted, with its usage plan, its key and its logs."""
    step.delete()
    assert step.left() == []
