"""The embedded AWS on a port of this machine, for the AWS CLI and any SDK: ``AWS_ENDPOINT_URL=<endpoint>``."""

from __future__ import annotations

import re
import socket
import sys
import threading
import traceback
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError, HTTPClientError

from strict_moto import moto_patches
from strict_moto.faults import Died
from strict_moto.wall import LeftTheMachine, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.sandbox import Sandbox

LOOPBACK = "127.0.0.1"
ACCOUNT_BEFORE = re.compile(r"^\d{12}\.(?=127\.)")


class Server(ThreadingHTTPServer):
    """A server that answers this machine only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.sandbox = sandbox
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def endpoint(self) -> str:
        """The value for ``AWS_ENDPOINT_URL``."""
        return f"http://{LOOPBACK}:{self.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables for a client's environment.

        SDKs put the account before S3 Control's host, which does not work with 127.0.0.1. Here they put it before a
        user name, which is not looked up (botocore, the AWS CLI), or form a subdomain of ``localhost``.
        """
        control = f"http://sandbox@localhost:{self.server_port}"
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_S3_CONTROL": control}

    def handle_error(self, _request: Any, client_address: Any) -> None:
        """Record an error as a defect, unless the client just hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            self.sandbox.defects.append(f"{client_address}\n{traceback.format_exc()}")


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def answer(self) -> None:
        """Answer one request, or hang up if a fault breaks the connection.

        Requests to another host are refused: a web page could make its own name resolve to here (DNS rebinding).
        """
        if not is_loopback(_host(self.headers.get("Host", ""))):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, explain="This server answers to 127.0.0.1 and localhost.")
            return
        try:
            answer = self.server.sandbox.handle(self._request())
        except (HTTPClientError, EndpointConnectionError, Died):
            self._hang_up()
            return
        except LeftTheMachine as error:
            self.send_error(HTTPStatus.FORBIDDEN, explain=f"The embedded AWS has no way out to {error}.")
            return
        self.send_response_only(answer.status_code)
        body = answer.content
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        length = answer.headers.get("content-length", len(body)) if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = answer  # noqa: N815 - http.server's names

    def _request(self) -> AWSPreparedRequest:
        headers = HTTPHeaders()
        for name, value in self.headers.items():
            headers[name] = value
        url = f"http://{self.headers['Host']}{self.path}"
        return AWSPreparedRequest(self.command, url, headers, self._body(), stream_output=False)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            """Skip the trailers."""

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """Log nothing: the sandbox keeps a log."""


def _host(header: str) -> str:
    """Return the host of a Host header, or "nowhere" if there is none; S3 Control's starts with the account."""
    return ACCOUNT_BEFORE.sub("", urlsplit(f"//{header}").hostname or "nowhere")


@contextmanager
def serve(sandbox: Sandbox, port: int = 0) -> Iterator[str]:
    """Serve ``sandbox`` from a thread, and yield its endpoint."""
    with Server(sandbox, port) as server, serving(server):
        yield server.endpoint


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """Run ``server`` in a thread inside this context, and deliver nothing to the outside."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
    thread.start()
    try:
        with moto_patches.undelivered():
            yield
    finally:
        server.shutdown()
        thread.join()
