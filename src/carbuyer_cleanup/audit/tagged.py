"""What the tagging API lists: it is believed if the owning service confirms it, or if the table does not ask that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit_types import TAGGED, TYPES, Type

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.history import History
    from carbuyer_cleanup.audit.look import Leftover
    from carbuyer_cleanup.audit.result import Sweep

UNCONFIRMED = "the tagging API lists it, and {why}; its own service was not asked"
CONFIRMED = "it is listed, and {why}"


def resolve(result: Sweep, histories: list[History]) -> None:
    """Replace what the tagging API lists by what the owning services say of it."""
    tagged = [found for found in result.leftovers if found.type == TAGGED.name]
    told = {
        found.arn
        for found in (*result.leftovers, *result.in_between, *result.doubtful, *result.noted)
        if found not in tagged
    }
    result.leftovers = [found for found in result.leftovers if found not in tagged]
    result.leftovers += filter(None, (_resolved(found, histories) for found in tagged if found.arn not in told))


def _resolved(found: Leftover, histories: list[History]) -> Leftover | None:
    """Return it as its own type, or None if its own service was asked where it is and doesn't know it any more."""
    owners = owners_of(found.arn)
    asked = [one for one in histories if one.type in owners and (one.type.where or one.region == found.region)]
    for history in asked:
        if found.arn in history.last.arns:
            return replace(found, type=history.type.name, why=CONFIRMED.format(why=found.why))
    if len(asked) == len(owners) > 0 and not any(history.failure for history in asked):
        return None
    kind = owners[0].name if owners else " ".join(found.arn.split(":")[2:6:3]).partition("/")[0]
    return replace(found, type=kind, why=UNCONFIRMED.format(why=found.why))


def owners_of(arn: str) -> list[Type]:
    """Return the types that an ARN can be of, by the longest match: some share the form of their ARNs."""
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - arn:partition:service:region:account:resource
        return []
    text = f"{parts[2]}:{parts[5]}"
    fitting = [type_ for type_ in TYPES if type_.of and text.startswith(type_.of) and type_ is not TAGGED]
    longest = max((len(type_.of) for type_ in fitting), default=0)
    return [type_ for type_ in fitting if len(type_.of) == longest]
