"""What the tagging API lists: it is believed if the owning service confirms it, or if the table does not ask that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit_types import TAGGED, TYPES, Type

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.look import Leftover
    from carbuyer_cleanup.audit.sweeper import History, Sweep

UNCONFIRMED = "the tagging API lists it, and {why}; its own service was not asked"
CONFIRMED = "it is listed, and {why}"


def resolve(result: Sweep, histories: list[History]) -> None:
    """Replace what the tagging API lists by what the owning services say of it."""
    listed: dict[str, set[str]] = defaultdict(set)
    for history in histories:
        listed[history.type.name] |= history.last.arns
    tagged = [found for found in result.leftovers if found.type == TAGGED.name]
    told = {found.arn for found in (*result.leftovers, *result.in_between, *result.noted) if found not in tagged}
    failed = {unseen.type for unseen in result.unseen}
    result.leftovers = [found for found in result.leftovers if found not in tagged]
    result.leftovers += filter(None, (_resolved(found, listed, failed) for found in tagged if found.arn not in told))


def _resolved(found: Leftover, listed: dict[str, set[str]], failed: set[str]) -> Leftover | None:
    """Return it as its own type, or None if its own service doesn't know it any more."""
    owner = owner_of(found.arn)
    if owner is None or owner.name in failed or owner.name not in listed:
        kind = owner.name if owner else " ".join(found.arn.split(":")[2:6:3]).partition("/")[0]
        return replace(found, type=kind, why=UNCONFIRMED.format(why=found.why))
    if found.arn not in listed[owner.name]:
        return None
    return replace(found, type=owner.name, why=CONFIRMED.format(why=found.why))


def owner_of(arn: str) -> Type | None:
    """Return the type that an ARN is of, by the longest match; None if the table has no such type."""
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - arn:partition:service:region:account:resource
        return None
    text = f"{parts[2]}:{parts[5]}"
    fitting = [type_ for type_ in TYPES if type_.of and text.startswith(type_.of) and type_ is not TAGGED]
    return max(fitting, key=lambda type_: len(type_.of), default=None)
