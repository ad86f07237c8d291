"""Plain boto3 clients that all tests of a process share: to make one of EC2's takes as long as ten calls."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from strict_moto.session import REGION, Session, embedded_session

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from strict_moto.identity import Credentials
    from strict_moto.sandbox import Sandbox

# These remember in which Region a bucket is (botocore.utils.S3RegionRedirectorv2).
OWN = frozenset({"s3", "s3control"})

_now: list[Sandbox] = []  # whom the shared clients ask: the sandbox of the test that runs


def client(session: Session, sandbox: Sandbox, service: str, region_name: str | None = None, **other: Any) -> Any:
    """Return a client of the sandbox's first account; one that is made in a special way is the session's own."""
    if service in OWN or other:
        return type(session).client(session, service, region_name, **other)  # type: ignore[call-overload] # any service
    _now[:] = [sandbox]
    return _shared(service, region_name or session.region_name, sandbox.add_account(session.account))


@cache
def _shared(service: str, region: str, keys: Credentials) -> Any:
    return _session(keys).client(service, region)  # type: ignore[call-overload] # any service


@cache
def _session(keys: Credentials) -> Session:
    return embedded_session(keys, REGION, _now[0].clock, _answer)


def _answer(request: AWSPreparedRequest) -> AWSResponse:
    return _now[0].handle(request)
