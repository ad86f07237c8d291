"""Step 8 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(80), pytest.mark.step(8)]


def test_cloudfront(step: StepTest) -> None:
    """The CloudFront distribution is disabled and deleted, with its origin access control."""
    step.delete()
    assert step.left() == []
