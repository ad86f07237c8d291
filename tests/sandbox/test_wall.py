"""The wall: nothing leaves the machine, whatever the environment says and whoever swallows the exception."""

from __future__ import annotations

import _socket
import multiprocessing
import os
import pty
import socket
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from botocore.config import Config

from strict_moto import wall
from strict_moto.wall import LeftTheMachine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.result import Result

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


def _pool() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(print).result()


STARTS: dict[str, Callable[[], Any]] = {
    "subprocess": lambda: subprocess.run(["true"], check=True),  # noqa: S607 - each system's
    "system": lambda: os.system("true"),  # noqa: S605, S607 - likewise
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "spawn": lambda: os.spawnv(os.P_WAIT, "/bin/true", ["true"]),  # noqa: S606 - likewise
    "fork": os.fork,
    "pty": lambda: pty.spawn(["true"]),
    "multiprocessing": _pool,
}


@pytest.mark.parametrize("how", STARTS)
def test_no_process_is_started(how: str) -> None:
    """There would be no wall in it."""
    with wall.raised() as breaches, pytest.raises(LeftTheMachine):
        STARTS[how]()
    assert [one.partition(" (")[0] for one in breaches] == ["a process"]


WAYS: dict[str, Callable[[], Any]] = {
    "gethostbyname": lambda: socket.gethostbyname("s3.amazonaws.com"),
    "gethostbyaddr": lambda: socket.gethostbyaddr("192.0.2.1"),
    "getnameinfo": lambda: socket.getnameinfo(("192.0.2.1", 53), 0),
    "connect": lambda: _socket.socket().connect(("192.0.2.1", 53)),
    "sendmsg": lambda: socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("192.0.2.1", 53)),
}


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the sockets that are never connected
def test_other_ways_out(how: str) -> None:
    """Older calls, and those below Python's own classes, are stopped, too."""
    with wall.raised() as breaches, pytest.raises(LeftTheMachine):
        WAYS[how]()
    assert len(breaches) == 1


def test_environment_of_what_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process started behind the wall finds no credentials, and an endpoint where nobody listens."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "MOTO_ACCOUNT_ID"):
        monkeypatch.setenv(name, "real")
    script = "import os; print(sorted((k, v) for k, v in os.environ.items() if k.startswith(('AWS_', 'MOTO_'))))"
    with wall.raised(processes=True):
        shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own script
    assert shown.strip() == str(sorted(wall.ENVIRONMENT.items()))


def test_everything_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wall the environment and the sockets are as before."""
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before = dict(os.environ)
    with wall.raised(loopback=True, processes=True):
        with wall.raised():
            assert "AWS_PROFILE" not in os.environ
        subprocess.run(["true"], check=True)  # noqa: S607 - each system's
        socket.getaddrinfo("127.0.0.1", 443)
    assert dict(os.environ) == before


class _Starter:
    """A plugin that starts a process while the rehearsal runs, and swallows whatever comes of it."""

    def pytest_runtest_call(self) -> None:
        with suppress(BaseException):
            subprocess.run(["true"], check=True)  # noqa: S607 - each system's


@pytest.mark.parametrize(("args", "code"), [((), 1), (("--roster", "class.csv"), 8)])
def test_rehearsal_that_starts_a_process_fails(
    run_suite: Callable[..., Result], project: Path, args: tuple[str, ...], code: int
) -> None:
    """Nothing in a rehearsal needs another process, and it would stand before no wall."""
    (project / "class.csv").write_text("alias,account_id,profile\nalice,222200000001,grader\n")
    result = run_suite("--plan", "-k", "key_pair", *args, plugins=[_Starter()])
    assert result.exit_code == code
    assert "tried to reach or start a process (subprocess.Popen): please report it." in result.output
