"""``--max-age``: accounts that need not be asked again, because a certificate says that they are CLEAN.

Nothing in that folder is trusted but for its signature: a certificate must verify as ``python -m
carbuyer_cleanup.certificate verify`` demands it, for this account, with these names and words, as deep and as wide as
this run would look. Any doubt means that the account is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.certificate import extras
from carbuyer_cleanup.certificate.certificate import StepFacts
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.files import refuse_no_file

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.settings import Settings

LARGEST = 2**20  # bytes: more than a certificate takes
NOT_ASKED = "Not checked again: CLEAN by its certificate of {ended}."


def standing(settings: Settings, member: Member) -> Standing | None:
    """Return how an account stands by its certificate; None if it must be asked.

    Raises:
        Refused: no certificate can be checked, because the packages for it are not installed.
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
    """Say whether it contains nobody's word but this run's, and no tests that this run may not have."""
    return set(found["declaredNotOurs"]) <= set(settings.workshop.not_ours) and not found.get("ownTests")


def _standing(settings: Settings, member: Member, found: dict[str, Any]) -> Standing:
    steps = tuple(StepFacts(step["number"], step["title"], "done") for step in found["steps"])
    reservations = (NOT_ASKED.format(ended=found["endedAt"]), *found["audit"]["reservations"])
    return Standing(
        alias=member.alias, account=settings.account, region=settings.region, verdict="CLEAN", rehearsal=False,
        depth=found["audit"]["depth"], steps=steps, columns=dict(member.columns), reservations=reservations,
    )  # fmt: skip
