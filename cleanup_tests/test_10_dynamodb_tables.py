"""Step 10 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(100), pytest.mark.step(10)]


def test_dynamodb_tables(step: StepTest) -> None:
    """The twelve DynamoDB tables are deleted."""
    step.delete()
    assert step.left() == []
