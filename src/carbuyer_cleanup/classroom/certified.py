"""``--max-age``: accounts that need no new check, because a certificate says that they are CLEAN.

Nothing in that folder is trusted unless it is signed: a certificate must pass ``python -m
carbuyer_cleanup.certificate verify`` for this account, with this run's names and declarations, as deep and as wide as
this run would look. In any doubt, the account is checked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.certificate import extras
from carbuyer_cleanup.certificate.certificate import StepFacts
from carbuyer_cleanup.certificate.tool import tool
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.files import refuse_no_file

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.command_line.settings import Settings

LARGEST = 2**20  # bytes; no certificate is larger
NOT_ASKED = "Not checked again: CLEAN by its certificate of {ended}."


def standing(settings: Settings, member: Member) -> Standing | None:
    """Return how an account stands according to its certificate, or None if it must be checked again.

    Raises:
        Refused: certificates can't be verified, because the packages for that are not installed.
    """
    checking = extras.imported("verification")
    own, path = settings.of(member), settings.certificate(member.alias)
    wanted = checking.Requirements(
        replace(own.workshop, region=own.region), own.account, own.max_age, own.depth, frozenset(own.audit_regions)
    )
    try:
        with contained("the certificate", (CleanupError, OSError)):
            _refuse_odd(path)
            found = checking.proved(path, settings.sign, wanted)
            return _standing(own, member, found) if _is_as_asked(own, found) else None
    except (CleanupError, OSError):
        return None


def _refuse_odd(path: Path) -> None:
    refuse_no_file(path)
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path} is larger than a certificate.")


def _is_as_asked(settings: Settings, found: dict[str, Any]) -> bool:
    """Return whether it rests on no words but this run's, on no tests that this run may not have, on what looks now."""
    mine = set(found["declaredNotOurs"]) <= set(settings.workshop.not_ours) and not found.get("ownTests")
    return mine and found["tool"] == tool()


def _standing(settings: Settings, member: Member, found: dict[str, Any]) -> Standing:
    steps = tuple(StepFacts(step["number"], step["title"], "done") for step in found["steps"])
    reservations = (NOT_ASKED.format(ended=found["endedAt"]), *found["audit"]["reservations"])
    return Standing(
        alias=member.alias, account=settings.account, region=settings.region, verdict="CLEAN", rehearsal=False,
        depth=found["audit"]["depth"], steps=steps, columns=dict(member.columns), reservations=reservations,
    )  # fmt: skip
