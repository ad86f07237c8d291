"""The sandbox on a port of this machine: an AWS account, as far as the suite can tell."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from carbuyer_cleanup.teardown import deletion
from strict_moto import wall
from strict_moto.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox


@contextmanager
def impatiently() -> Iterator[None]:
    """Let a run look again at once: on a port it waits by the wall clock."""
    with patch.object(deletion, "FIRST_PAUSE", 0.05):
        yield


def sign_in(monkeypatch: pytest.MonkeyPatch, keys: Credentials) -> None:
    """Let the environment hold these keys."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    if keys.token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", keys.token)


@contextmanager
def on_a_port(sandbox: Sandbox, account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a sandbox; the environment says where, and holds the keys of an account's administrator."""
    with wall.raised(loopback=True, processes=True) as breaches, serve(sandbox) as address, impatiently():
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        sign_in(monkeypatch, sandbox.add_account(account))
        yield address
    assert breaches == []
