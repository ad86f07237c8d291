"""Messy estates and schedules of faults as JSON files, checked before anything is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strict_moto.bystanders import BLOCKERS, BYSTANDERS
from strict_moto.estate import PARTS
from strict_moto.faults import Fault, FaultKind
from strict_moto.messy_estates import AS_BUILT, ESTATES, Mess
from strict_moto.offers import CLOSED, Offer
from strict_moto.states import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

KINDS = {kind.name.lower(): kind for kind in FaultKind}

ESTATE_FILE = "\n".join(
    (
        "estates: workshop and empty are accounts to which AWS offers everything; ordinary and clean (without the",
        "  workshop) are like most accounts, with default resources, and with services and Regions that they can't use",
        'estate FILE: {"parts": {PART: STATE, …}, "bystanders": […], "blockers": […], "seconds": N, "offer": {…}}',
        "  all fields are optional; a list of parts alone means these parts as built",
        "  bystanders: " + ", ".join(BYSTANDERS),
        "  blockers: " + ", ".join(BLOCKERS),
        "  seconds: how long ago the last change was made",
        "  offer: what AWS does not offer the account; all fields are optional:",
        '    {"gaps": true, "outside_plan": [SERVICE, …], "closed": {SERVICE: CODE, …}, "billing": false,',
        '    "allowed_regions": [REGION, …], "organization": true}',
        f"    codes of closed services: {', '.join(CLOSED)}",
        '  parts, each "as built" or',
        *(f"    {part}: {', '.join(STATES.get(part, ())) or '-'}" for part in PARTS),
    )
)
FAULTS_FILE = "\n".join(
    (
        'faults FILE: [{"kind": KIND, "calls": "ec2:Describe*", "region": "eu-*", "account": "2222*"}, …]',
        '  only the kind is required; "times": N strikes the first N requests that match; "at": N strikes',
        '  request N alone, counted from 0 when the server is ready; "after": true lets the action take effect first',
        "  kinds:",
        *(f"    {name}: {kind.value}" for name, kind in KINDS.items()),
    )
)


def estate_of(text: str) -> Mess:
    """Return the estate with this name, or the one that this file describes.

    Raises:
        ValueError: the file can't be read, or it asks for something that doesn't exist.
    """
    if text in ESTATES:
        return ESTATES[text]
    given = _json(text)
    return Mess(**_checked({"parts": given} if isinstance(given, list) else given, MESS))


def faults_of(text: str) -> tuple[Fault, ...]:
    """Return the schedule of faults that a file describes.

    Raises:
        ValueError: the file can't be read, or it asks for something that doesn't exist.
    """
    given = _json(text)
    if not isinstance(given, list):
        raise ValueError(f"{text} has no list of faults")  # noqa: TRY004 - of a file, not of a caller
    return tuple(_fault(one) for one in given)


def _fault(given: Any) -> Fault:
    known = _checked(given, FAULT)
    if "kind" not in known:
        raise ValueError(f"a fault has no kind: {given}")
    return Fault(**known)


def _json(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can't be read: {error}") from error


def _checked(given: Any, known: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Return an object's fields as Python values."""
    if not isinstance(given, dict):
        raise ValueError(f"not an object with {', '.join(known)}: {given!r}")  # noqa: TRY004 - of a file, not of a caller
    _refuse_unknown("fields", given, known)
    return {name: known[name](value) for name, value in given.items()}


def _refuse_unknown(what: str, given: Collection[Any], known: Collection[str]) -> None:
    if unknown := [str(one) for one in given if one not in known]:
        raise ValueError(f"no such {what}: {', '.join(unknown)}; there are: {', '.join(known)}")


def _parts(given: Any) -> dict[str, str]:
    parts = given if isinstance(given, dict) else dict.fromkeys(_texts(given), AS_BUILT)
    _refuse_unknown("parts", parts, PARTS)
    for part, state in parts.items():
        _refuse_unknown(f"state of {part}", [state], [AS_BUILT, *STATES.get(part, ())])
    return parts


def _names(what: str, known: Collection[str]) -> Callable[[Any], tuple[str, ...]]:
    def names(given: Any) -> tuple[str, ...]:
        _refuse_unknown(what, _texts(given), known)
        return tuple(given)

    return names


def _texts(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError(f"not a list of names: {given!r}")
    return given


def _kind(given: Any) -> FaultKind:
    _refuse_unknown("kind of fault", [given], KINDS)
    return KINDS[given]


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"not a string: {given!r}")  # noqa: TRY004 - of a file, not of a caller
    return given


def _count(given: Any) -> int:
    if type(given) is not int or given < 0:  # True is not a number here
        raise ValueError(f"not a whole number, 0 or more: {given!r}")
    return given


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(f"neither true nor false: {given!r}")  # noqa: TRY004 - of a file, not of a caller
    return given


def _closed(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise ValueError(f"not services with the error code of each: {given!r}")  # noqa: TRY004 - of a file, not of a caller
    _refuse_unknown("codes", [*given.values()], CLOSED)
    return given


def _offer(given: Any) -> Offer:
    return Offer(**_checked(given, OFFER))


OFFER = {
    "gaps": _flag,
    "outside_plan": lambda given: tuple(_texts(given)),
    "closed": _closed,
    "billing": _flag,
    "allowed_regions": lambda given: tuple(_texts(given)),
    "organization": _flag,
}
MESS = {
    "parts": _parts,
    "bystanders": _names("bystanders", BYSTANDERS),
    "blockers": _names("blockers", BLOCKERS),
    "seconds": _count,
    "offer": _offer,
}
FAULT = {
    "kind": _kind,
    "at": _count,
    "calls": _text,
    "region": _text,
    "account": _text,
    "times": _count,
    "after": _flag,
}
