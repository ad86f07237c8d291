"""What the tagging API lists: it counts if its own service confirms it, or if the table doesn't have that service."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.types import TAGGED, TYPES, Type
from carbuyer_cleanup.audit.types.parts import RESOURCE, whole_of

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.audit.history import History
    from carbuyer_cleanup.audit.result import Sweep

TWICE = 2
SEPARATORS = re.compile("[:/]")
PART = "part of a {}"
UNCONFIRMED = "the tagging API lists it, and {why}; its own service was not asked"
CONFIRMED = "it is listed, and {why}"


def resolve(result: Sweep, histories: list[History]) -> None:
    """Replace what the tagging API lists with what the services that own it say."""
    tagged = [found for found in result.leftovers if found.type == TAGGED.name]
    told = {
        found.arn
        for found in (*result.leftovers, *result.in_between, *result.doubtful, *result.noted)
        if found not in tagged
    }
    result.leftovers = [found for found in result.leftovers if found not in tagged]
    result.leftovers += filter(None, (_resolved(found, told, histories) for found in tagged))


def is_decided(history: History, histories: list[History]) -> bool:
    """Return whether the owners' lists settle everything that the tagging API lists here.

    If so, its lag need not be waited for: ``resolve`` takes what it lists longer than its owner does for gone.
    Like any list, it is read twice in any case. ``histories`` holds the looks at all lists.
    """
    if history.type is not TAGGED or history.failure or len(history.looks) < TWICE:
        return False
    return all(_is_told(found, histories) for _, seen in history.looks[-TWICE:] for found in seen.left.values())


def _is_told(found: Leftover, histories: list[History]) -> bool:
    """Return whether all its owners' lists can be believed; that a whole exists says nothing about its part."""
    whole, owners, asked = _owned(found, histories)
    are_believed = all(one.looks and not one.failure and one.is_settled() for one in asked)
    is_part = whole != found.arn and any(whole in one.last.arns for one in asked)
    return len(asked) == len(owners) > 0 and are_believed and not is_part


def _owned(found: Leftover, histories: list[History]) -> tuple[str, list[Type], list[History]]:
    """Return the ARN of the thing or of its whole, the types that this can have, and the looks at their lists."""
    whole = whole_of(found.arn)
    owners = owners_of(whole)
    return (
        whole,
        owners,
        [one for one in histories if one.type in owners and (one.type.where or one.region == found.region)],
    )


def _resolved(found: Leftover, told: set[str], histories: list[History]) -> Leftover | None:
    """Return it as its own type; None if it has been reported, or its own service doesn't list it in its Region.

    A part exists only if its whole does, and is reported together with it.
    """
    whole, owners, asked = _owned(found, histories)
    listing = [history for history in asked if whole in history.last.arns]
    if whole in told:
        return None
    if listing and whole == found.arn:
        return replace(found, type=listing[0].type.name, why=CONFIRMED.format(why=found.why))
    if not listing and len(asked) == len(owners) > 0 and not any(history.failure for history in asked):
        return None
    kind = owners[0].name if owners else _kind(found.arn)
    return replace(found, type=kind if whole == found.arn else PART.format(kind), why=UNCONFIRMED.format(why=found.why))


def _kind(arn: str) -> str:
    """Return a type that is not in the table as its ARN calls it: ``s3 storage-lens``."""
    return SEPARATORS.split(" ".join(arn.split(":", RESOURCE)[2 : RESOURCE + 1 : 3]))[0]


def owners_of(arn: str) -> list[Type]:
    """Return the types that an ARN can have, by the longest match: some types share the form of their ARNs."""
    fields = arn.split(":", RESOURCE)
    if len(fields) <= RESOURCE:
        return []
    text = f"{fields[2]}:{fields[RESOURCE]}"
    fitting = [type_ for type_ in TYPES if type_.of and type_ is not TAGGED and _fits(type_.of, text)]
    longest = max((len(type_.of) for type_ in fitting), default=0)
    return [type_ for type_ in fitting if len(type_.of) == longest]


def _fits(form: str, text: str) -> bool:
    """Return whether an ARN's service and resource have a form; if that is a service alone, names have no separator."""
    name = text.removeprefix(form)
    is_plain = form.count(":") == 1 and form.endswith(":")
    return name != text and not (is_plain and SEPARATORS.search(name))
