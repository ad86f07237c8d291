"""Endpoints that are configured instead of AWS's own: somebody else answers there, so users are told which they are."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

VARIABLE = "AWS_ENDPOINT_URL"  # also with a service's name appended
PASSWORD = re.compile(r"(?<=:)[^\s/:@]+(?=@)")
NONSENSE = "{} is not the address of an endpoint, such as https://example.org:4566: {!r}. Nothing was done; correct it."


def endpoints(session: boto3.Session) -> dict[str, str]:
    """Return the endpoints that are configured for a session, by where: a variable, or an entry of the profile.

    See the AWS SDKs and Tools reference guide, "Service-specific endpoints".
    """
    return dict([*_of_environment(), *_of_profile(session)])


def shown(text: str) -> str:
    """Return an endpoint, or a text that tells of one, without the password that it may contain."""
    return PASSWORD.sub("\N{HORIZONTAL ELLIPSIS}", text)


def refuse_nonsense(session: boto3.Session) -> None:
    """Check that all endpoints configured for a session are valid URLs.

    Raises:
        Refused: one isn't; for example, it has no scheme or no host.
    """
    from botocore.utils import is_valid_endpoint_url  # noqa: PLC0415 - it takes a second, and ``shown`` needs none of it

    for where, url in endpoints(session).items():
        parts = urlsplit(url)
        if not (parts.scheme in ("http", "https") and parts.hostname and is_valid_endpoint_url(url)):
            raise Refused(NONSENSE.format(where, shown(url)))


def _of_environment() -> Iterator[tuple[str, str]]:
    yield from ((name, url) for name, url in sorted(os.environ.items()) if name.startswith(VARIABLE) and url)


def _of_profile(session: boto3.Session) -> Iterator[tuple[str, str]]:
    core: Any = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    profile = core.get_scoped_config()
    where = f"profile {session.profile_name}"
    yield from _of_section(f"{where}: endpoint_url", profile)
    services = core.full_config.get("services", {}).get(profile.get("services"), {})
    for service, section in services.items():
        yield from _of_section(f"{where}: {service} endpoint_url", section)


def _of_section(where: str, section: Any) -> Iterator[tuple[str, str]]:
    if isinstance(section, dict) and section.get("endpoint_url"):
        yield where, str(section["endpoint_url"])
