"""Messy estates as data: which parts of the workshop exist, in what state each was left, and what else is there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from strict_moto import estate
from strict_moto.builder import BUCKET, Builder
from strict_moto.bystanders import BLOCKERS, BYSTANDERS
from strict_moto.offers import EVERYTHING, ORDINARY, Offer
from strict_moto.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

AS_BUILT = "as built"


@dataclass(frozen=True)
class Mess:
    """A messy estate.

    ``parts`` maps the parts of ``estate.PARTS`` that exist to the state of ``STATES`` that each was left in, or
    ``AS_BUILT``; what a part or a blocker needs is built too. ``bystanders`` and ``blockers`` name rows of the tables.
    ``seconds`` have passed since the last change by hand. ``offer`` is what AWS offers the account.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    bystanders: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    seconds: float = 0
    offer: Offer = EVERYTHING


WORKSHOP = Mess(dict.fromkeys(estate.PARTS, AS_BUILT))
CLEAN = Mess(bystanders=("defaults", "billing"), offer=ORDINARY)  # an ordinary account without the workshop
AUDITED = frozenset({"billing"})  # bystanders of services that only the full audit looks at
ESTATES = {"workshop": WORKSHOP, "empty": Mess(), "ordinary": replace(CLEAN, parts=WORKSHOP.parts), "clean": CLEAN}


def settle(session: Session, bystanders: Iterable[str], bucket: str = BUCKET) -> None:
    """Create the bystanders, a day before the workshop is built."""
    builder = Builder(session, bucket)
    for name in bystanders:
        BYSTANDERS[name](builder)
    builder.wait(estate.A_DAY)


def furnish(sandbox: Sandbox, session: Session, mess: Mess, bucket: str = BUCKET) -> None:
    """Furnish an account: first the bystanders, then the workshop and its blockers, then what AWS offers it."""
    settle(session, mess.bystanders, bucket)
    obstruct(build(session, mess, bucket), mess)
    sandbox.offers[session.account] = mess.offer


def build(session: Session, mess: Mess, bucket: str = BUCKET) -> Builder:
    """Build the workshop's parts, leave each in its state, and return the builder."""
    builder = erect(session, mess, bucket)
    leave(builder, mess)
    return builder


def erect(session: Session, mess: Mess, bucket: str = BUCKET) -> Builder:
    """Build the workshop's parts, a day before anything changes them, and return the builder."""
    needs = {need for blocker in mess.blockers for need in BLOCKERS[blocker].needs}
    return estate.create(session, only={*mess.parts, *needs}, bucket=bucket)


def leave(builder: Builder, mess: Mess) -> None:
    """Put each part into the state that it was left in."""
    for part, state in mess.parts.items():
        if state != AS_BUILT:
            STATES[part][state](builder)
    builder.wait(mess.seconds)


def obstruct(builder: Builder, mess: Mess) -> dict[str, str]:
    """Put the blockers in the way, and return the id that the suite must name for each."""
    return {name: BLOCKERS[name].put(builder) for name in mess.blockers}
