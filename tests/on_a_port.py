"""The sandbox on a port of this machine: an AWS account, as far as the suite can tell."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from strict_moto import wall
from strict_moto.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox


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
    with wall.raised(loopback=True, processes=True) as breaches, serve(sandbox) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        sign_in(monkeypatch, sandbox.add_account(account))
        yield address
    assert breaches == []
