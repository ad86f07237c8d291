"""Signing in to a real account, as far as the suite can tell, and what was asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.calls import CALLS

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


def calls(sandbox: Sandbox) -> list[str]:
    """Return what was asked for so far, in order."""
    return [entry.call for entry in sandbox.log]


def changes(sandbox: Sandbox) -> list[str]:
    """Return what was asked for that changes anything."""
    return [call for call in calls(sandbox) if call not in CALLS or CALLS[call].writes]
