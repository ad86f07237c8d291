"""In which Regions the hosts of a service have an address, by botocore's lists."""

from __future__ import annotations

import socket
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import EndpointConnectionError

from strict_moto.session import core_session

if TYPE_CHECKING:
    from botocore.session import Session

NO_ADDRESS = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def has_address(service: str, region: str) -> bool:
    """Say whether AWS has the service there; of global services, and of Regions that botocore doesn't know, it has."""
    return region not in _regions("ec2") or region in (_regions(service) or [region])


def nowhere(url: str) -> EndpointConnectionError:
    """Return what botocore raises of a host that has no address."""
    return EndpointConnectionError(endpoint_url=url, error=NO_ADDRESS)


@cache
def _regions(service: str) -> list[str]:
    return _lists().get_available_regions(service)


@cache
def _lists() -> Session:
    return core_session()
