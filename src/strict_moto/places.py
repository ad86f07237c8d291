"""In which Regions a service's hosts have an address, according to botocore's lists."""

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
    """Return whether AWS has a service in a Region; True for global services, and Regions unknown to botocore."""
    return region not in _regions("ec2") or region in (_regions(service) or [region])


def nowhere(url: str) -> EndpointConnectionError:
    """Return the error that botocore raises for a host without an address."""
    return EndpointConnectionError(endpoint_url=url, error=NO_ADDRESS)


@cache
def _regions(service: str) -> list[str]:
    return _lists().get_available_regions(service)


@cache
def _lists() -> Session:
    return core_session()
