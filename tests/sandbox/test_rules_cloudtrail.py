"""CloudTrail's history of who made a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto import estate_services as services
from strict_moto.builder import Builder

if TYPE_CHECKING:
    from strict_moto import Sandbox
    from strict_moto.session import Session

DAY = 24 * 3600


def makers(session: Session, name: str) -> list[Any]:
    """Return the identities that made a table of this name, the latest first."""
    asked = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    events = session.client("cloudtrail").lookup_events(LookupAttributes=asked)["Events"]
    assert {event["EventName"] for event in events} <= {"CreateTable"}
    return [json.loads(event["CloudTrailEvent"])["userIdentity"] for event in events]


def test_who_made_a_table(sandbox: Sandbox, session: Session) -> None:
    """The history says who made it, for ninety days; of another name it has nothing."""
    services.table(Builder(session), "User")

    (maker,) = makers(session, "User")
    assert (maker["type"], maker["userName"]) == ("IAMUser", "rehearsal")
    assert makers(session, "Slider") == []
    sandbox.clock.advance(91 * DAY)
    assert makers(session, "User") == []
