"""The event handlers of clients: the session's are everybody's, and each client's are its own."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest

from carbuyer_cleanup.aws.clients import Clients
from carbuyer_cleanup.aws.event_handlers import light_session
from carbuyer_cleanup.aws.service_models import suite_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.session import Session

    Make = Callable[[], botocore.session.Session]

LISTS = {"ec2": "describe_vpcs", "s3": "list_buckets", "iam": "list_users", "apigateway": "get_rest_apis"}
OF_THE_MOMENT = {"X-Amz-Date", "Authorization", "amz-sdk-invocation-id"}
LIGHT = 60_000  # bytes of a session: it has 30,000, and 130,000 with botocore's handlers of its own
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


def test_one_that_leaves_is_called_no_more(session: Session, clients: list[Any]) -> None:
    """What stops listening, to the session or to the client, is not called any more, and what comes later is."""
    heard: list[str] = []
    for events, name in ((session.events, "session"), (clients[0].meta.events, "client")):
        handler: Any = lambda name=name, **_: heard.append(name)  # noqa: E731 - as below
        events.register("before-call.sts", handler, unique_id=name)
        clients[0].get_caller_identity()
    session.events.unregister("before-call.sts", unique_id="session")
    clients[0].get_caller_identity()
    clients[0].meta.events.unregister("before-call.sts", unique_id="client")
    clients[0].get_caller_identity()

    assert heard == ["session", "session", "client", "client"]


def test_both_are_told_which_event(session: Session, clients: list[Any]) -> None:
    """A handler is told the event's name, as botocore's own emitter tells it."""
    heard: list[str] = []
    for events in (session.events, clients[0].meta.events):
        handler: Any = lambda event_name, **_: heard.append(event_name)  # noqa: E731 - as below
        events.register("before-call", handler)

    clients[0].get_caller_identity()

    assert heard == ["before-call.sts.GetCallerIdentity"] * 2


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


def sent(make: Make, service: str, region: str) -> tuple[Any, ...]:
    """Return what a session of botocore's sends for a list."""
    session, found = boto3.Session("AKIAEXAMPLE", "secret", region_name="eu-west-1", botocore_session=make()), []

    def stop(request: Any, **_: Any) -> None:
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_MOMENT}
        found.append((request.method, request.url, headers, request.body))
        raise StopAsyncIteration

    handler: Any = stop
    session.events.register("before-send", handler)
    client, _, told = Clients(session, "aws", "eu-west-1").asker(service, region)
    with pytest.raises(StopAsyncIteration):
        getattr(client, LISTS[service])(**told)
    return tuple(found)


@pytest.mark.parametrize("region", ["eu-west-1", "us-west-2"])
@pytest.mark.parametrize("service", LISTS)
def test_a_light_session_sends_the_same(service: str, region: str) -> None:
    """It acts as one with handlers of its own."""
    assert sent(light_session, service, region) == sent(botocore.session.Session, service, region)


def test_boto3s_clients_of_a_light_session() -> None:
    """Those that boto3 makes sign as well, and each hears only itself."""
    session, heard = boto3.Session("AKIAEXAMPLE", "none", region_name="eu-west-1", botocore_session=light_session()), []

    def stop(request: Any, **_: Any) -> None:
        heard.append("Authorization" in request.headers)
        raise StopAsyncIteration

    handler: Any = stop
    first, second = (session.client("sts") for _ in range(2))
    for client in (first, second):
        client.meta.events.register("before-send", handler)
    with pytest.raises(StopAsyncIteration):
        first.get_caller_identity()

    assert heard == [True]


def test_a_light_session_has_its_own_handlers() -> None:
    """What listens to one hears no other."""
    heard: list[str] = []
    sessions = [light_session() for _ in range(2)]
    sessions[0].register("choose-service-name", lambda **_: heard.append("first"))
    for session in sessions:
        session.create_client("sts", "eu-west-1", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="none")  # noqa: S106
    assert heard == ["first"]


def test_a_light_session_takes_little_memory() -> None:
    """Should botocore keep what sessions share otherwise, ``light_session`` may be of no use."""
    kept: list[Any] = [light_session()]
    gc.collect()
    tracemalloc.start()
    try:
        kept += [light_session() for _ in range(10)]
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] / 10 < LIGHT
    finally:
        tracemalloc.stop()


def test_models_are_the_same_for_all(session: Session) -> None:
    """Shapes and exceptions are made once, not for each account: should botocore keep them otherwise, leave it that."""
    first, second = (suite_session(session).create_client("sts", region_name="eu-west-1") for _ in range(2))
    assert first.exceptions is second.exceptions
    operations = [client.meta.service_model.operation_model("GetCallerIdentity") for client in (first, second)]
    assert operations[0].output_shape is operations[1].output_shape
