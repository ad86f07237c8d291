"""The wall: while it stands, nothing leaves the machine, whatever the environment says."""

from __future__ import annotations

import ipaddress
import multiprocessing.util
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.httpsession import URLLib3Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What every process behind the wall finds: no credentials, no profile, and an endpoint where nobody listens.
ENVIRONMENT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
OURS = ("AWS_", "MOTO_")  # moto's variables would change how the sandbox behaves

# Python's audit events (library reference, "Audit events table") that lead out, and the address in their arguments;
# anything but a pair of host and port, such as a Unix socket's path, stays on the machine.
PEERS: dict[str, Callable[..., Any]] = {
    "socket.connect": lambda _socket, address: address,
    "socket.getaddrinfo": lambda host, port, *_: host and (host, port),
    "socket.gethostbyaddr": lambda host: (host, "name"),
    "socket.gethostbyname": lambda host: (host, "name"),
    "socket.getnameinfo": lambda address: address,
    "socket.sendmsg": lambda _socket, address: address,
    "socket.sendto": lambda _socket, address: address,
}
# The events that start a process, in which there would be no wall
STARTS = frozenset("os.exec os.fork os.forkpty os.posix_spawn os.spawn os.system pty.spawn subprocess.Popen".split())


class LeftTheMachine(BaseException):
    """Something tried to send a request out. Not an Exception: no handler may swallow it unseen."""


@dataclass
class Guard:
    """Decides where a request may go and whether a process may start, and remembers what it stopped."""

    loopback: bool
    processes: bool
    breaches: list[str] = field(default_factory=list)

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Check one of Python's audit events.

        Raises:
            LeftTheMachine: it would lead out.
        """
        if event in STARTS and not self.processes:
            self.stop(f"a process ({event})")
        address = PEERS[event](*args) if event in PEERS else None
        if isinstance(address, tuple):
            self.check(*address[:2])

    def check(self, host: object, port: object) -> None:
        """Let a request through if it is for this machine and that is allowed.

        Raises:
            LeftTheMachine: it is not.
        """
        name = host.decode() if isinstance(host, bytes) else str(host)
        if not (self.loopback and is_loopback(name)):
            self.stop(f"{name}:{port}")

    def stop(self, what: str) -> None:
        """Remember what tried to get out, and raise LeftTheMachine."""
        self.breaches.append(what)
        raise LeftTheMachine(what)

    def send(self, session: URLLib3Session, request: Any) -> Any:
        """Send a request in botocore's place, and return its answer; a proxy on this machine is a way out, too."""
        url = urlsplit(request.url)
        self.check(url.hostname, url.port or url.scheme)
        return SEND(session, request)

    def spawn(self, *args: Any) -> Any:
        """Start a process in multiprocessing's place, the only way that Python doesn't audit, and return its id."""
        self.hear("os.spawn", args)
        return SPAWN(*args)


# Taken before any wall stands, so that a wall within a wall follows its own rules
SEND, SPAWN = URLLib3Session.send, multiprocessing.util.spawnv_passfds
GUARDS: list[Guard] = []  # of the walls that stand; the innermost decides


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if GUARDS:
        GUARDS[-1].hear(event, args)


sys.addaudithook(_hear)  # for good: Python can't remove one


@contextmanager
def clean_environment() -> Iterator[None]:
    """Hide what the environment says about AWS from this process and from those that it starts."""
    with patch.dict(os.environ, ENVIRONMENT):
        for name in [name for name in os.environ if name.startswith(OURS) and name not in ENVIRONMENT]:
            del os.environ[name]
        yield


@contextmanager
def raised(*, loopback: bool = False, processes: bool = False) -> Iterator[list[str]]:
    """Let nothing out of the process: no botocore request, no socket, no process started from here.

    Yields the list of what tried to get out. The caller must fail if it isn't empty: whoever tried may have swallowed
    the exception.

    Args:
        loopback: allow connections to this machine itself, e.g. to the sandbox's server.
        processes: allow processes to start. Only their environment keeps them from AWS.
    """
    guard = Guard(loopback, processes)
    # a function is bound to the sending session, a method would not be
    sending = patch.object(URLLib3Session, "send", lambda session, request: guard.send(session, request))  # noqa: PLW0108
    spawning = patch.object(multiprocessing.util, "spawnv_passfds", guard.spawn)
    with clean_environment(), sending, spawning:
        GUARDS.append(guard)
        try:
            yield guard.breaches
        finally:
            GUARDS.remove(guard)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine's own."""
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return host.endswith(".localhost")
