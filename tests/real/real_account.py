"""Signing in to a real account, as far as the suite can tell, and what was asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.calls import CALLS

if TYPE_CHECKING:
    import pytest

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


def sign_in(monkeypatch: pytest.MonkeyPatch, keys: Credentials) -> None:
    """Let the environment hold these keys."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    if keys.token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", keys.token)


def calls(sandbox: Sandbox) -> list[str]:
    """Return what was asked for so far, in order."""
    return [entry.call for entry in sandbox.log]


def changes(sandbox: Sandbox) -> list[str]:
    """Return what was asked for that changes anything."""
    return [call for call in calls(sandbox) if call not in CALLS or CALLS[call].writes]
