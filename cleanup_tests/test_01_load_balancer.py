"""Step 1 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(10), pytest.mark.step(1)]


def test_load_balancer(step: StepTest) -> None:
    """The load balancer carbuyer-alb is deleted, with its listeners and rules."""
    step.delete()
    assert step.left() == []
