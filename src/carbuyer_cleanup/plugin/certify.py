"""The certificate of a run against a real account: none is there while the run is under way, or was killed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate import issue, signer
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.run import RUN
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run


def prepare(run: Run) -> None:
    """Take the last run's certificate away, and see that there is a key if this one is to be signed.

    Raises:
        Refused: the key can't sign.
    """
    if not run.settings.rehearsal:
        run.certificate.unlink(missing_ok=True)
        run.signer = signer(run.settings.sign, run.aws.session) if run.settings.sign else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the certificate, also of a run that was interrupted: that one is never CLEAN."""
    run = session.config.stash.get(RUN, None)
    if run is None or run.settings.rehearsal or run.settings.task is Task.PLAN or not run.is_open:
        return
    run.ended, run.interrupted = datetime.now(UTC), session.exitstatus == pytest.ExitCode.INTERRUPTED
    try:
        issue(run.facts, run.certificate, run.signer)
    except Refused as error:
        run.unseen.append(f"certificate: {error}")
