"""Our signature is botocore's own. Should botocore change how it signs, take ``aws/signing.py`` out or do the same."""

from __future__ import annotations

import copy
import io
from typing import Any

import botocore.auth
import pytest
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.clients import Clients
from carbuyer_cleanup.aws.signing import OURS, QuickSigV4
from strict_moto.session import replay_session
from tests.choice import one_in

SERVICES = sorted({t.service for t in TYPES if not t.where and t.parent is None})
KEYS = ReadOnlyCredentials("AKIAEXAMPLE", "secret", None)
SESSION_KEYS = ReadOnlyCredentials("ASIAEXAMPLE", "secret", "a token")
FORM = {"Action": "DescribeVpcs", "Filter.1.Value.1": "a b/ü+&=~", "Filter.1.Name": "tag:Name", "DryRun": "false"}


class Unsent(Exception):
    """A request that is not sent."""


def signed(signer: type[SigV4Auth], request: AWSRequest, keys: ReadOnlyCredentials = KEYS) -> tuple[object, ...]:
    """Return what is sent of a request, signed."""
    request = copy.deepcopy(request)
    signer(keys, "ec2", "eu-west-3").add_auth(request)
    prepared = request.prepare()
    body: Any = prepared.body
    body = body.encode() if isinstance(body, str) else body.read() if hasattr(body, "read") else body
    return prepared.method, prepared.url, list(prepared.headers.items()), body


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time that is signed stand still."""
    module: Any = botocore.auth
    now = module.get_current_datetime()
    monkeypatch.setattr(module, "get_current_datetime", lambda *_, **__: now)


def asked(service: str) -> tuple[AWSRequest, str]:
    """Return what the suite's client of a service is about to sign, and how."""
    session, requests = replay_session("ap-southeast-1", elsewhere=False), []

    def stop(request: AWSRequest, signature_version: str, **_: Any) -> None:
        requests.append((copy.deepcopy(request), signature_version))
        raise Unsent

    handler: Any = stop
    session.events.register("before-sign", handler)
    client = Clients(session, "aws", "ap-southeast-1").client(service)
    type_ = next(t for t in TYPES if t.service == service and not t.where and t.parent is None)
    given = {n: v.format(account="111122223333") if isinstance(v, str) else v for n, v in type_.params.items()}
    with pytest.raises(Unsent):
        getattr(client, xform_name(type_.call.partition(":")[2]))(**given)
    return requests[0]


@pytest.mark.parametrize("service", one_in(6, SERVICES))
def test_of_each_service(service: str) -> None:
    """A list call of each service of the audit is signed alike."""
    request, _ = asked(service)
    assert signed(QuickSigV4, request) == signed(SigV4Auth, request)


def test_is_what_signs() -> None:
    """The suite's clients sign with it, unless botocore chooses a way for a call."""
    assert asked("ec2")[1] == OURS


@pytest.mark.parametrize("keys", [KEYS, SESSION_KEYS])
@pytest.mark.parametrize(
    "request_",
    [
        AWSRequest("POST", "https://ec2.eu-west-3.amazonaws.com/", data=FORM),
        AWSRequest("POST", "https://ec2.eu-west-3.amazonaws.com/", data=b'{"a": "\xc3\xbc"}'),
        AWSRequest("POST", "https://ec2.eu-west-3.amazonaws.com/", data="text"),
        AWSRequest("PUT", "http://127.0.0.1:4566/a/../b//c%20d/ü?x=2&x=1&b", data=io.BytesIO(b"as it comes")),
        AWSRequest("GET", "https://[2001:db8::1]:443/", params={"b": "1 2", "a": "ü/"}),
        AWSRequest("GET", "http://[2001:db8::1]:80/", headers={"Host": "elsewhere.example"}),
        AWSRequest("GET", "https://EXAMPLE.org:8443/p", headers={"X-Odd": "  two   spaces ", "User-Agent": "us"}),
        AWSRequest("GET", "https://example.org", headers={"Date": "Thu, 01 Jan 2026 00:00:00 GMT", "Expect": "1"}),
        AWSRequest("GET", "https://example.org", headers={"Authorization": "of an earlier try", "X-Amz-Date": "old"}),
        AWSRequest("POST", "https://example.org", data=b"x", headers={"X-Amz-Content-SHA256": "told before"}),
    ],
)
def test_of_odd_requests(request_: AWSRequest, keys: ReadOnlyCredentials) -> None:
    """Forms, texts, streams, queries, ports, addresses, headers of several sorts: as botocore."""
    assert signed(QuickSigV4, request_, keys) == signed(SigV4Auth, request_, keys)


@pytest.mark.parametrize(
    "context",
    [
        {"payload_signing_enabled": False},
        {"checksum": {"request_algorithm": {"in": "trailer", "algorithm": "crc32", "name": "x-amz-checksum-crc32"}}},
    ],
)
def test_of_unsigned_bodies(context: dict[str, Any]) -> None:
    """A body that botocore doesn't sign is not signed."""
    request = AWSRequest("POST", "https://example.org/", data=b"body")
    request.context.update(context)
    assert signed(QuickSigV4, request) == signed(SigV4Auth, request)


def test_twice_the_same_header() -> None:
    """A header with two values is signed as one with both."""
    request = AWSRequest("GET", "https://example.org/")
    request.headers.add_header("X-Twice", "b")
    request.headers.add_header("X-Twice", "a")
    assert signed(QuickSigV4, request) == signed(SigV4Auth, request)
