"""Cut service models: their clients know the calls of the suite, and are otherwise those of the session itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserError

from carbuyer_cleanup.aws.answers import Parsers
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.service_models import suite_session
from tests.choice import one_in

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

SERVICES = sorted({call.split(":")[0] for call in CALLS})


@pytest.mark.parametrize("service", one_in(12, SERVICES))
def test_same_shapes(session: boto3.Session, service: str) -> None:
    """Each call takes and gives what it does in botocore's own model."""
    cut = suite_session(session).create_client(service, region_name="eu-west-1").meta.service_model
    whole = botocore.session.Session().get_service_model(service)

    assert {f"{service}:{name}" for name in cut.operation_names} == {c for c in CALLS if c.startswith(f"{service}:")}
    for name in cut.operation_names:
        ours, theirs = cut.operation_model(name), whole.operation_model(name)
        assert spelled(ours.input_shape) == spelled(theirs.input_shape)
        assert spelled(ours.output_shape) == spelled(theirs.output_shape)


def spelled(shape: object, seen: tuple[str, ...] = ()) -> object:
    """Return a shape as plain data, as deep as it goes."""
    name = getattr(shape, "name", "")
    if shape is None or name in seen:
        return name
    members = getattr(shape, "members", {})
    parts = [getattr(shape, part, None) for part in ("member", "key", "value")]
    return (
        name,
        {key: spelled(member, (*seen, name)) for key, member in members.items()},
        [spelled(part, (*seen, name)) for part in parts],
    )


def test_no_other_call(session: boto3.Session) -> None:
    """What is not in the table of calls can't be called by mistake."""
    client = suite_session(session).create_client("ec2", region_name="eu-west-1")

    assert hasattr(client, "delete_vpc")
    assert not hasattr(client, "delete_snapshot")


def test_same_credentials(session: boto3.Session) -> None:
    """Credentials are the session's, and so refreshed by whatever refreshes those."""
    ours, theirs = suite_session(session).get_credentials(), session.get_credentials()

    assert ours is theirs


@pytest.mark.parametrize(
    ("protocol", "status", "body"),
    [
        ("query", 200, b"<html/>"),
        ("ec2", 403, bytes(range(128, 256))),
        ("json", 403, bytes(range(128, 256))),
        ("json", 200, b'{"TableNames": 5}'),
        ("rest-json", 500, b"\xff"),
        ("rest-xml", 200, b"<a"),
        ("smithy-rpc-v2-cbor", 200, b"\xbf\x61"),
    ],
)
def test_what_cannot_be_read_is_one_error(protocol: str, status: int, body: bytes) -> None:
    """Whatever botocore's parsers trip over: it is told as an answer that is not AWS's, and asked for again."""
    model = botocore.session.Session().get_service_model("dynamodb" if protocol == "json" else "lambda")
    shape = model.operation_model("ListTables" if protocol == "json" else "ListFunctions").output_shape
    wrapped = type("Wrapped", (), {"type_name": "structure", "serialization": {"resultWrapper": "X"}, "members": {}})
    answer = {"status_code": status, "body": body, "headers": {}, "context": {}}

    with pytest.raises(ResponseParserError):
        Parsers().create_parser(protocol).parse(answer, wrapped() if protocol == "query" else shape)


def test_same_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL counts for these clients, too."""
    import boto3  # noqa: PLC0415 - after the environment is set

    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:9")

    client = suite_session(boto3.Session("a", "b")).create_client("ec2", region_name="eu-west-1")

    assert client.meta.endpoint_url == "http://127.0.0.1:9"


@pytest.mark.parametrize("proxy", ["", "http://proxy.example:3128"])
def test_same_proxy(session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """The environment's proxy counts, if it has one; NO_PROXY, too, for each host."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "sqs.eu-west-1.amazonaws.com")
    nothing: Any = None  # is looked at by none of this
    aws = Aws(
        session, account="111122223333", caller="arn:aws:iam::111122223333:user/me", region="eu-west-1",
        workshop=nothing, journal=nothing, clock=sandbox.clock, pool=nothing,
    )  # fmt: skip

    assert (by(aws, "sns"), by(aws, "sqs")) == (proxy or None, None)


def by(aws: Aws, service: str) -> str | None:
    """Return the proxy by which a service is asked."""
    client = aws.client(service)
    http = client._endpoint.http_session  # noqa: SLF001 - botocore tells it nowhere else
    return http._proxy_config.proxy_url_for(client.meta.endpoint_url)  # type: ignore[no-any-return] # noqa: SLF001
