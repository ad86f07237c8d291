"""The certificate of a run against a real account: there is none while the run is under way, or after it was killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.certificate.certificate import issue, signer
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.files import make_folder
from carbuyer_cleanup.verdict import FailedLook

if TYPE_CHECKING:
    from carbuyer_cleanup.command_line.settings import Settings
    from carbuyer_cleanup.plugin.run import Run


def prepare(run: Run) -> None:
    """If the certificate is to be signed, check that the key can sign.

    Raises:
        Refused: the key can't sign.
    """
    if run.settings.sign:
        run.signer = signer(run.settings.sign, run.aws.session)


def withdraw(settings: Settings, alias: str) -> None:
    """Remove an account's certificate from the last run, even if the account could not be opened.

    A class also removes that of a run without a roster (``alias`` is ""): it would lie beside the class's page.

    Raises:
        Refused: it can't be removed.
    """
    if not _certifies(settings):
        return
    path = settings.certificate(alias)
    try:
        make_folder(path.parent)
        path.unlink(missing_ok=True)
    except OSError as error:
        msg = f"The last run's certificate {path} can't be removed: {error.strerror}. Nothing was deleted."
        raise Refused(msg) from error


def finish(run: Run, exitstatus: int) -> None:
    """Write the certificate, even for an interrupted run, which is never CLEAN.

    If it can't be signed or written, the verdict is COULD NOT VERIFY: nobody would have the proof. So that of an
    account of a class is written before its last test's report carries the account's standing away.
    """
    run.is_finished, now = True, datetime.now(UTC)
    run.ended = run.ended if run.member.alias else now  # in a class: when the account was done, not its tests
    run.failed |= exitstatus == pytest.ExitCode.TESTS_FAILED and not run.member.alias  # in a class, maybe another's
    run.interrupted = exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not (_certifies(run.settings) and run.is_open):
        return
    try:
        with contained("the certificate", (CleanupError, OSError)):
            issue(replace(run.facts, ended=now), run.settings.certificate(run.member.alias), run.signer)
    except (CleanupError, OSError) as error:
        run.unseen.append(FailedLook("certificate", f"it was not written: {error}"))


def _certifies(settings: Settings) -> bool:
    return not settings.rehearsal and settings.task is not Task.PLAN
