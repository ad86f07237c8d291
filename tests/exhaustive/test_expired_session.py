"""A sign-in that expires half-way: nothing is taken for gone, and the next run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto import messy_estates
from strict_moto.quirks import Quirks
from tests.exhaustive.anywhere import MESS
from tests.exhaustive.lab import Lab
from tests.inventory import inventory

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("seconds", [1, 30, 120])
def test_session_expires_half_way(tmp_path: Path, seconds: float) -> None:
    """What was not deleted is told, with the expiry as the reason; the next run deletes it."""
    lab = Lab(tmp_path, Quirks())
    lab.reset()
    messy_estates.settle(lab.session, MESS.bystanders)
    others = inventory(lab.session)
    messy_estates.build(lab.session, MESS)
    forever, account = lab.session, lab.session.account
    keys = lab.sandbox.identity.assume(f"arn:aws:sts::{account}:assumed-role/student/me", account, seconds)
    lab.session = lab.sandbox.session(credentials=keys)

    result = lab.run()

    assert any("xpired" in complaint for complaint in result.complaints)
    assert result.audit.unseen
    lab.session = forever
    assert others < lab.stock()
    assert lab.run().complaints == []
    assert lab.stock() == others
