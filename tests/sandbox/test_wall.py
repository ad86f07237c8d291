"""The wall: nothing leaves the machine, whatever the environment says and whoever swallows the exception."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config

from carbuyer_cleanup.sandbox import wall
from carbuyer_cleanup.sandbox.wall import LeftTheMachine

STOPPED = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)


def client() -> Any:
    """Return a client of the real AWS."""
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1")
    return session.client("sts", endpoint_url="https://sts.eu-west-1.amazonaws.com", config=STOPPED)


def test_client_made_before() -> None:
    """A client that was made before the wall was raised is stopped."""
    before = client()
    with wall.raised() as breaches, pytest.raises(LeftTheMachine):
        before.get_caller_identity()
    assert breaches == ["sts.eu-west-1.amazonaws.com:https"]


def test_swallowed_exception_is_remembered() -> None:
    """The run can fail even if the exception didn't end it."""
    with wall.raised() as breaches:
        for _ in range(2):
            with suppress(BaseException):
                socket.create_connection(("192.0.2.1", 443), timeout=1)
    assert breaches == ["192.0.2.1:443"] * 2


def test_no_handler_of_exceptions_swallows_it() -> None:
    """It passes through botocore and through ``except Exception``."""
    assert not issubclass(LeftTheMachine, Exception)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_sockets(kind: socket.SocketKind, method: str) -> None:
    """A socket can't be connected, whatever it is for."""
    with wall.raised() as breaches, socket.socket(socket.AF_INET, kind) as sock, pytest.raises(LeftTheMachine):
        getattr(sock, method)(("192.0.2.1", 53))
    assert breaches == ["192.0.2.1:53"]


def test_datagrams() -> None:
    """A datagram can't be sent, with flags or without."""
    with wall.raised() as breaches, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        address = ("2001:db8::1", 53, 0, 0)
        with pytest.raises(LeftTheMachine):
            sock.sendto(b"x", address)
        with pytest.raises(LeftTheMachine):
            sock.sendto(b"x", 0, address)
    assert breaches == ["2001:db8::1:53"] * 2


def test_names_are_not_looked_up() -> None:
    """Not even a name is asked for."""
    with wall.raised() as breaches, pytest.raises(LeftTheMachine):
        socket.getaddrinfo("s3.amazonaws.com", 443)
    assert breaches == ["s3.amazonaws.com:443"]


def test_threads() -> None:
    """A thread that was there before the wall is stopped, too."""
    start = threading.Event()

    def go_out() -> None:
        start.wait()
        urllib3.PoolManager().request("GET", "http://192.0.2.1/", retries=False, timeout=1)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(go_out)
        with wall.raised() as breaches:
            start.set()
            assert isinstance(future.exception(), LeftTheMachine)
    assert breaches == ["192.0.2.1:80"]


def test_loopback_only_if_allowed() -> None:
    """This machine's own ports are shut, unless the sandbox's server is to be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with wall.raised() as breaches, pytest.raises(LeftTheMachine):
            socket.create_connection(address)
        with wall.raised(loopback=True) as none, socket.create_connection(address):
            pass
    assert (len(breaches), none) == (1, [])


def test_proxy_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy on this machine is no way out where this machine may be reached."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with wall.raised(loopback=True) as breaches, pytest.raises(LeftTheMachine):
        client().get_caller_identity()
    assert len(breaches) == 1


def test_environment_of_what_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process started behind the wall finds no credentials, and an endpoint where nobody listens."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "MOTO_ACCOUNT_ID"):
        monkeypatch.setenv(name, "real")
    script = "import os; print(sorted((k, v) for k, v in os.environ.items() if k.startswith(('AWS_', 'MOTO_'))))"
    with wall.raised():
        shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own script
    assert shown.strip() == str(sorted(wall.ENVIRONMENT.items()))


def test_everything_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wall the environment and the sockets are as before."""
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before = dict(os.environ)
    patched = (socket.socket.connect, socket.getaddrinfo)
    with wall.raised():
        assert "AWS_PROFILE" not in os.environ
    assert dict(os.environ) == before
    assert (socket.socket.connect, socket.getaddrinfo) == patched
