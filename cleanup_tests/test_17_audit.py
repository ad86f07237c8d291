"""The audit: not a step of the page, but the proof that all of them worked."""

import pytest

from carbuyer_cleanup.plugin.steps import Audit

pytestmark = [pytest.mark.order(170), pytest.mark.audit]


def test_audit(audit: Audit) -> None:
    """Nothing named carbuyer-* and no unattached Elastic IP is left in any Region of the account."""
    assert audit.leftovers() == []
    assert audit.unseen() == []
    assert audit.in_between() == []
    assert audit.doubtful() == []
