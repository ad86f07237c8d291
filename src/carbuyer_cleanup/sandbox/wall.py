"""The wall: while it stands, nothing leaves the machine, whatever the environment says."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.httpsession import URLLib3Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What every process started behind the wall finds: no credentials, no profile, and an endpoint where nobody listens.
ENVIRONMENT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
OURS = ("AWS_", "MOTO_")  # moto's variables would change how the sandbox behaves


class LeftTheMachine(BaseException):
    """Something tried to send a request out. Not an Exception, so that no handler can swallow it unseen."""


@dataclass
class Guard:
    """Judges where a request may go, and remembers what it stopped."""

    loopback: bool
    breaches: list[str] = field(default_factory=list)

    def check(self, host: object, port: object) -> None:
        """Let a request through if it is for this machine itself and that is allowed.

        Raises:
            LeftTheMachine: it is not.
        """
        if not (self.loopback and _is_loopback(str(host))):
            self.breaches.append(f"{host}:{port}")
            raise LeftTheMachine(f"{host}:{port}")

    def send(self, session: URLLib3Session, request: Any) -> Any:
        """Stand in for botocore's sending of a request."""
        url = urlsplit(request.url)
        self.check(url.hostname, url.port or url.scheme)
        return SEND(session, request)

    def method(self, name: str) -> Callable[..., Any]:
        """Return what stands in for a socket's method whose last argument is an address."""

        def guarded(self_: socket.socket, *args: Any) -> Any:
            if isinstance(args[-1], tuple):  # a path is a Unix socket's, which stays on the machine
                self.check(*args[-1][:2])
            return METHODS[name](self_, *args)

        return guarded

    def look_up(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        """Stand in for the look-up of a name: that is a request, too, and tells others the name."""
        if host is not None:
            self.check(host.decode() if isinstance(host, bytes) else host, port)
        return LOOK_UP(host, port, *args, **kwargs)


# Taken before any wall stands, so that a wall within a wall follows its own rules
SEND, LOOK_UP = URLLib3Session.send, socket.getaddrinfo
METHODS = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}


@contextmanager
def clean_environment() -> Iterator[None]:
    """Hide from this process, and from those it starts, what the environment says of AWS."""
    with patch.dict(os.environ, ENVIRONMENT):
        for name in [name for name in os.environ if name.startswith(OURS) and name not in ENVIRONMENT]:
            del os.environ[name]
        yield


@contextmanager
def raised(*, loopback: bool = False) -> Iterator[list[str]]:
    """Let nothing out of the process: neither botocore, nor a socket, nor what is started from here.

    Yields the list of what has tried to get out. The caller is to fail if there is anything in it: whoever tried may
    have swallowed the exception.

    Args:
        loopback: let connections to this machine itself through, e.g. to the sandbox's server.
    """
    guard = Guard(loopback)
    with ExitStack() as stack:
        stack.enter_context(clean_environment())
        # a function is bound to the session that sends, a method would not be
        stack.enter_context(patch.object(URLLib3Session, "send", lambda session, request: guard.send(session, request)))  # noqa: PLW0108
        stack.enter_context(patch.object(socket, "getaddrinfo", guard.look_up))
        for name in METHODS:
            stack.enter_context(patch.object(socket.socket, name, guard.method(name)))
        yield guard.breaches


def _is_loopback(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return host.endswith(".localhost")
