"""The event handlers of clients: the session's are everybody's, and each client's are its own."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.aws.service_models import suite_session

if TYPE_CHECKING:
    from strict_moto.session import Session

MOST = 60_000  # bytes of a client of STS: it has 31,000, and 127,000 with a tree of handlers of its own


@pytest.fixture
def clients(session: Session) -> list[Any]:
    """Return two clients of one session."""
    core = suite_session(session)
    return [core.create_client("sts", region_name="eu-west-1") for _ in range(2)]


def test_the_sessions_are_everybodys(session: Session, clients: list[Any]) -> None:
    """What listens to the session hears all of its clients, made before or after."""
    heard: list[str] = []
    session.events.register("before-call.sts", lambda model, **_: heard.append(model.name))

    for client in clients:
        client.get_caller_identity()

    assert heard == ["GetCallerIdentity"] * 2


def test_a_clients_are_its_own(clients: list[Any]) -> None:
    """What listens to one client hears no other."""
    heard: list[str] = []
    clients[0].meta.events.register("before-call.sts", lambda model, **_: heard.append(model.name))

    clients[1].get_caller_identity()
    assert heard == []
    clients[0].get_caller_identity()
    assert heard == ["GetCallerIdentity"]


def test_the_first_answer_counts(session: Session, clients: list[Any]) -> None:
    """Whoever of them answers in AWS's place, the session first: nothing is sent."""
    clients[0].meta.events.register("before-call", lambda **_: (Answer(), {"of": "the client"}))
    assert clients[0].get_caller_identity() == {"of": "the client"}

    handler: Any = lambda **_: (Answer(), {"of": "the session"})  # noqa: E731 - the stubs say that none returns anything
    session.events.register("before-call", handler)
    assert clients[0].get_caller_identity() == {"of": "the session"}


class Answer:
    """An answer of HTTP's."""

    status_code = 200


@pytest.mark.exhaustive
def test_no_tree_is_copied(session: Session) -> None:
    """A client takes little memory. Should botocore keep handlers otherwise, ``event_handlers`` may be of no use."""
    core = suite_session(session)
    kept: list[Any] = [core.create_client("sts", region_name="eu-west-1")]
    gc.collect()
    tracemalloc.start()
    try:
        kept += [core.create_client("sts", region_name="eu-west-1") for _ in range(10)]
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] / 10 < MOST
    finally:
        tracemalloc.stop()
