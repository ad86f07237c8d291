"""The server is this machine's alone: other hosts' pages don't get in, and nothing that it is told leads out."""

from __future__ import annotations

import socket
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from strict_moto import estate, wall
from strict_moto.server import serve
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto import Sandbox

ACCOUNT = "111122223333"
FORM = "application/x-www-form-urlencoded"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sends"


@pytest.fixture(autouse=True)
def reachable(no_way_out: None) -> Iterator[None]:  # noqa: ARG001 - a wall within the wall
    """Let this machine's own ports be reached, and nothing else."""
    with wall.raised(loopback=True) as breaches:
        yield
    assert breaches == []


@pytest.fixture
def endpoint(sandbox: Sandbox) -> Iterator[str]:
    """Where the sandbox answers."""
    with serve(sandbox) as address:
        yield address


@pytest.fixture
def client(sandbox: Sandbox, endpoint: str) -> Callable[[str], Any]:
    """Return what makes a client of a service over the network."""
    keys = sandbox.add_account(ACCOUNT)
    session: Any = boto3.Session(keys.access_key, keys.secret_key, region_name="ap-southeast-1")
    once = Config(retries={"total_max_attempts": 1})
    return lambda service: session.client(service, endpoint_url=endpoint, config=once)


def sent(endpoint: str, host: str, headers: dict[str, str] | None = None, body: str = "") -> tuple[int, str]:
    """Send a request for ``host`` to the server, and return the status and body of its answer."""
    with closing(HTTPConnection(urlsplit(endpoint).netloc, timeout=20)) as connection:
        connection.putrequest("POST", "/", skip_host=True)
        for name, value in ({"Content-Type": FORM} | ({"Host": host} if host else {}) | (headers or {})).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4566", "127.0.0.1.evil.example", "192.0.2.1", ""])
def test_other_hosts_are_refused(sandbox: Sandbox, endpoint: str, host: str) -> None:
    """A page whose name leads to this machine (DNS rebinding) reaches nothing."""
    assert sent(endpoint, host)[0] == 421
    assert list(sandbox.log) == []


@pytest.mark.parametrize("host", ["127.0.0.1:4566", "localhost", "[::1]:4566", f"{ACCOUNT}.localhost:1"])
def test_this_machines_names(sandbox: Sandbox, endpoint: str, host: str) -> None:
    """Whatever this machine is called is answered."""
    assert sent(endpoint, host, body="Action=GetCallerIdentity&Version=2011-06-15")[0] == 403  # it is not signed
    assert [entry.error for entry in sandbox.log] == ["MissingAuthenticationToken"]


def signed(sandbox: Sandbox, service: str, body: str, **headers: str) -> dict[str, str]:
    """Return the headers of a request that is signed for ``service``."""
    keys = sandbox.add_account(ACCOUNT)
    request = AWSRequest("POST", "http://127.0.0.1/", headers=headers, data=body)
    SigV4Auth(Credentials(keys.access_key, keys.secret_key), service, "ap-southeast-1").add_auth(request)
    return dict(request.headers.items())


@pytest.mark.parametrize(
    ("service", "body", "target"),
    [
        ("dynamodb", "{}", "DynamoDB_20120810.NoSuchThing"),
        ("no-such-service", "{}", "NoSuch.Thing"),
        ("ec2", "Action=NoSuchThing&Version=2016-11-15", ""),
        ("ec2", "nothing", ""),
    ],
)
def test_nonsense_is_the_senders_fault(sandbox: Sandbox, endpoint: str, service: str, body: str, target: str) -> None:
    """What can't be read, or isn't there, gets a 4xx: no SDK tries it again."""
    headers = signed(sandbox, service, body, **{"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"})
    if service == "ec2":
        headers["Content-Type"] = FORM
    status, answer = sent(endpoint, "127.0.0.1", headers, body)
    assert sandbox.defects == []
    assert 400 <= status < 500, answer


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("ec2", "describe_trunk_interface_associations", "InvalidAction"),
        ("iam", "list_delegation_requests", "InvalidAction"),
        ("cloudfront", "list_vpc_origins", "InvalidAction"),
        ("waf", "list_web_acls", "UnknownOperationException"),
        ("gamelift", "list_fleets", "UnknownOperationException"),
        ("outposts", "list_outposts", "UnknownOperationException"),
        ("apigateway", "get_sdk_types", "UnknownOperationException"),
    ],
)
def test_what_moto_lacks(client: Callable[[str], Any], service: str, method: str, code: str) -> None:
    """An action that the embedded AWS does not have is unknown, in its service's own words: no SDK tries it again."""
    with closing(client(service)) as asked, refused(code, "embedded AWS") as answer:
        getattr(asked, method)()
    assert 400 <= answer["ResponseMetadata"]["HTTPStatusCode"] < 500


@contextmanager
def listener() -> Iterator[tuple[str, socket.socket]]:
    """Listen on this machine, and yield the address of a page there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/page", server


def subscribe(client: Callable[[str], Any], url: str) -> None:
    """Publish to an HTTP subscriber of SNS's."""
    with closing(client("sns")) as sns:
        topic = sns.create_topic(Name="carbuyer-news")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
        assert sns.publish(TopicArn=topic, Message="hello")["MessageId"]


def stream(client: Callable[[str], Any], url: str) -> None:
    """Put a record into a stream of Firehose's that ends at a web server."""
    with closing(client("firehose")) as firehose:
        s3 = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::carbuyer-x"}
        to = {"EndpointConfiguration": {"Url": url}, "S3Configuration": s3}
        firehose.create_delivery_stream(DeliveryStreamName="f", HttpEndpointDestinationConfiguration=to)
        firehose.put_record(DeliveryStreamName="f", Record={"Data": b"hello"})


@pytest.mark.exhaustive
@pytest.mark.parametrize("way", [subscribe, stream])
def test_nothing_is_delivered(
    sandbox: Sandbox, client: Callable[[str], Any], way: Callable[[Callable[[str], Any], str], None]
) -> None:
    """Whatever of moto's delivers to web servers is taken, and delivered to nobody, not even on this machine."""
    with listener() as (url, server):
        way(client, url)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert sandbox.defects == []


@pytest.mark.exhaustive
def test_no_code_is_run(sandbox: Sandbox, client: Callable[[str], Any]) -> None:
    """Functions are not invoked: moto would do so in a container that has the network."""
    estate.create(sandbox.session(), {"function"})
    with closing(client("lambda")) as functions, refused("UnknownOperationException", "embedded AWS"):
        functions.invoke(FunctionName="carbuyer-email-service")
