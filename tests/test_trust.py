"""Whom the clients trust: nobody but those whose certificates are good, though all use one context."""

from __future__ import annotations

import datetime as dt
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import SSLError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carbuyer_cleanup.aws import trust
from carbuyer_cleanup.aws.service_models import suite_session
from strict_moto.session import replay_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWER = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><Arn>me</Arn>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Answering(BaseHTTPRequestHandler):
    """An STS that knows one answer."""

    def do_POST(self) -> None:
        """Give it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_args: Any) -> None:
        """Keep still."""


@pytest.fixture(autouse=True)
def on_this_machine(reachable: None) -> None:
    """Let this machine's own ports be reached."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with the key and the certificate of a host called localhost, which nobody else has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """Return where such a host answers."""
    server, context = HTTPServer(("127.0.0.1", 0), Answering), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # who doesn't trust it hangs up
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def asked(url: str, bundle: Path | None = None) -> str:
    """Ask a host by a client of its own, and return the account that it tells."""
    session = replay_session("us-east-1", elsewhere=False)
    core: Any = session._session  # noqa: SLF001
    core.set_config_variable("ca_bundle", str(bundle) if bundle else None)
    one_try = Config(retries={"total_max_attempts": 1})
    client: Any = suite_session(session).create_client("sts", region_name="us-east-1", endpoint_url=url, config=one_try)
    try:
        return str(client.get_caller_identity()["Account"])
    finally:
        client.close()


def test_certificates_are_read_once(port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many clients and connections there are, the file of those who are trusted is read once."""
    read: list[Any] = []
    usual = ssl.SSLContext.load_verify_locations

    def note(context: ssl.SSLContext, *given: Any) -> None:
        read.append(given[0])
        usual(context, *given)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", note)

    assert {asked(f"https://localhost:{port}", certificate) for _ in range(3)} == {"111122223333"}
    assert read == [str(certificate)]


def test_strangers_are_not_trusted(port: int, certificate: Path) -> None:
    """Who is in no file of certificates is refused, also after somebody else's file had him in it."""
    asked(f"https://localhost:{port}", certificate)

    with pytest.raises(SSLError, match="self-signed certificate"):
        asked(f"https://localhost:{port}")


def test_of_another_name(port: int, certificate: Path) -> None:
    """A good certificate of another host is none."""
    with pytest.raises(SSLError, match=r"doesn't match|not valid for"):
        asked(f"https://127.0.0.1:{port}", certificate)


def test_nobody_can_make_it_check_less() -> None:
    """What is shared stays as strict as it is."""
    context = trust.context_of("a file")

    with pytest.raises(ssl.SSLError, match="is shared"):
        context.verify_mode = ssl.CERT_NONE
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no 127.0.0.2")
def test_connections_to_all_regions_are_kept(no_way_out: None) -> None:  # noqa: ARG001 - a wall within the wall
    """As many hosts as AWS has Regions are asked by one client, each over one connection."""
    made: Any = suite_session(replay_session("us-east-1", elsewhere=False))
    client = made.create_client("sts", region_name="us-east-1")
    opened: list[Any] = []

    with Server(("0.0.0.0", 0), Keeping) as server:  # noqa: S104 - all of 127.0.0.0/8 are this machine's own
        server.opened = opened
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        for host in [f"127.0.0.{n}" for n in range(1, 35)] * 2:
            request = AWSRequest("GET", f"http://{host}:{server.server_address[1]}/").prepare()
            assert client._endpoint.http_session.send(request).content == ANSWER  # noqa: SLF001 - botocore's only way
        client.close()
        server.shutdown()

    assert len(opened) == 34


class Keeping(Answering):
    """One that keeps connections open."""

    protocol_version = "HTTP/1.1"
    do_GET = Answering.do_POST  # noqa: N815 - the library's name

    def setup(self) -> None:
        """Remember a connection."""
        super().setup()
        self.server.opened.append(self.client_address)  # type: ignore[attr-defined]


class Server(ThreadingTCPServer):
    """A server that remembers its connections."""

    opened: list[Any]
