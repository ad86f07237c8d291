"""The certificate of a run against a real account: none is there while the run is under way, or was killed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate import issue, signer
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run


def prepare(run: Run) -> None:
    """See that the key signs if the certificate is to be signed.

    Raises:
        Refused: the key can't sign.
    """
    if run.settings.sign:
        run.signer = signer(run.settings.sign, run.aws.session)


def withdraw(run: Run) -> None:
    """Take the last run's certificate away.

    Raises:
        Refused: it can't be taken away.
    """
    if not _certifies(run):
        return
    try:
        run.certificate.unlink(missing_ok=True)
    except OSError as error:
        msg = f"The last run's certificate {run.certificate} can't be removed: {error.strerror}. Nothing was deleted."
        raise Refused(msg) from error


def finish(run: Run, exitstatus: int) -> None:
    """Write the certificate, also of a run that was interrupted: that one is never CLEAN.

    One that can't be signed or written makes the verdict COULD NOT VERIFY: nobody would have the proof.
    """
    run.ended, run.failed = datetime.now(UTC), exitstatus == pytest.ExitCode.TESTS_FAILED
    run.interrupted = exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not (_certifies(run) and run.is_open):
        return
    try:
        issue(run.facts, run.certificate, run.signer)
    except (Refused, OSError) as error:
        run.unseen.append(f"certificate: it was not written: {error}")


def _certifies(run: Run) -> bool:
    return not run.settings.rehearsal and run.settings.task is not Task.PLAN
