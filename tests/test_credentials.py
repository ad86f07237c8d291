"""Credentials that end in the middle of a run: renewed if they can be, else nothing more is sent with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import RefreshableCredentials

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

LASTS = 60.0  # seconds; a run takes six minutes
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}


def sign_in(sandbox: Sandbox) -> Credentials:
    """Open a session of somebody who may do everything."""
    return sandbox.identity.assume(f"arn:aws:sts::{REHEARSAL_ACCOUNT}:assumed-role/admin/me", REHEARSAL_ACCOUNT, LASTS)


def use(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, renew: Callable[[Any], None]) -> None:
    """Let the run sign with a session of its own, whose credentials ``renew`` may replace."""
    session = sandbox.session(REHEARSAL_ACCOUNT, credentials=sign_in(sandbox))
    renew(session)
    monkeypatch.setattr(sandbox, "session", lambda *_: session)


@pytest.mark.exhaustive
def test_expired_credentials_stop_the_run(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps end at once and say what to do; the same command, signed in again, continues where it left off."""
    del workshop_estate
    with monkeypatch.context() as patch:
        use(sandbox, patch, lambda _session: None)
        before = sandbox.clock.now()
        result = run_suite()

    refused = [entry for entry in sandbox.log if entry.error in EXPIRED]
    assert result.exit_code == 1
    assert "Sign in to AWS again, then run again: it continues where it left off." in result.output
    assert sandbox.clock.now() - before < 2 * LASTS
    assert 1 <= len(refused) <= 16  # those that were under way in the threads, and none after them
    assert run_suite().exit_code == 0


@pytest.mark.exhaustive
def test_renewable_credentials_are_renewed(
    workshop_estate: Session, run_suite: Callable[..., Result], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role's sessions of one minute are no hindrance: botocore's chain gets the next one in time."""
    del workshop_estate

    def fresh() -> dict[str, str]:
        keys, soon = sign_in(sandbox), datetime.now(UTC) + timedelta(seconds=LASTS)
        names = {"access_key": keys.access_key, "secret_key": keys.secret_key, "token": keys.token}
        return names | {"expiry_time": soon.isoformat()}

    def renew(session: Any) -> None:
        credentials = RefreshableCredentials.create_from_metadata(fresh(), fresh, "sts-assume-role")
        session._session._credentials = credentials  # noqa: SLF001 - as the chain of botocore does

    use(sandbox, monkeypatch, renew)
    before = sandbox.clock.now()

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert sandbox.clock.now() - before > 2 * LASTS
