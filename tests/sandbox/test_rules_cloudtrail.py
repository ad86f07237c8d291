"""CloudTrail's history of who made a table."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from strict_moto import estate_services as services
from strict_moto.builder import Builder

if TYPE_CHECKING:
    from strict_moto import Sandbox
    from strict_moto.session import Session

DAY = 24 * 3600


def history(session: Session, name: str) -> list[Any]:
    """Return the events about a table of this name, the latest first."""
    asked = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    events: list[Any] = session.client("cloudtrail").lookup_events(LookupAttributes=asked)["Events"]
    return events


def makers(session: Session, name: str) -> list[Any]:
    """Return the identities that made a table of this name, the latest first."""
    events = history(session, name)
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


def test_when_a_table_was_made(sandbox: Sandbox, session: Session) -> None:
    """The event is from when the table began to exist, however often there was one of its name."""
    tables = session.client("dynamodb")
    for _ in range(2):
        services.table(Builder(session), "User")
        sandbox.clock.advance(DAY)
        described = tables.describe_table(TableName="User")["Table"]
        tables.delete_table(TableName="User")
        sandbox.clock.advance(60)
    first, second = [event["EventTime"] for event in reversed(history(session, "User"))]
    assert second == described["CreationDateTime"]
    assert second - first > timedelta(days=1)
