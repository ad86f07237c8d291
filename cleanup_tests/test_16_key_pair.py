"""Step 16 of the workshop's cleanup page."""

import pytest

from carbuyer_cleanup.plugin.steps import StepTest

pytestmark = [pytest.mark.order(160), pytest.mark.step(16)]


def test_key_pair(step: StepTest) -> None:
    """The key pair carbuyer-keypair is deleted."""
    step.delete()
    assert step.left() == []
