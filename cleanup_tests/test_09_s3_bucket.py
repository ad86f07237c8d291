"""Step 9 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(90), pytest.mark.step(9)]


def test_s3_bucket(step: StepTest) -> None:
    """The bucket is emptied, with all versions, and deleted."""
    step.delete()
    assert step.left() == []
