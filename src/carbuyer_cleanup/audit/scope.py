"""Which Regions the audit looks at: ``--audit-regions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup import workshop
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

ALLOWED = "allowed"  # all Regions but those that the organization forbids


def read(value: str, homes: Iterable[str]) -> tuple[str, ...]:
    """Return the Regions that the option names, ``allowed`` alone if it says that, and none if it isn't given.

    Args:
        value: Regions separated by commas, or ``allowed``.
        homes: the Regions where the workshop was built, in all accounts.

    Raises:
        Refused: there is no such Region, or one where the workshop was built is missing.
    """
    if value in ("", ALLOWED):
        return (value,) if value else ()
    regions = tuple(part.strip() for part in value.split(","))
    wrong = [region for region in regions if not workshop.REGION.fullmatch(region)]
    if unknown := wrong or sorted(set(regions) - _known()):
        said = unknown[0]
        msg = f"--audit-regions must be AWS Regions with commas between them, or {ALLOWED}: there is no {said!r}."
        raise Refused(f"{msg} Nothing was done.")
    if missing := sorted(set(homes) - set(regions)):
        msg = f"--audit-regions leaves out {', '.join(missing)}, where the workshop was built. Nothing was done."
        raise Refused(msg)
    return tuple(dict.fromkeys(regions))


def _known() -> frozenset[str]:
    from carbuyer_cleanup.aws.availability import known  # noqa: PLC0415 - botocore is slow to import, and seldom needed

    return known()
