"""The sandbox as a server: any client of AWS's can use it, and it behaves as in the process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from carbuyer_cleanup.aws.service_models import suite_session
from strict_moto import estate, wire
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.server import Server, serve, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from strict_moto import Sandbox
    from strict_moto.identity import Credentials

ONE_TRY = Config(retries={"total_max_attempts": 1})
CALLS = {
    "apigateway": "get_rest_apis",
    "cloudfront": "list_distributions",
    "dynamodb": "list_tables",
    "ec2": "describe_instances",
    "elbv2": "describe_load_balancers",
    "iam": "list_roles",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "resourcegroupstaggingapi": "get_resources",
    "s3": "list_buckets",
    "sts": "get_caller_identity",
}


@pytest.fixture(autouse=True)
def on_this_machine(reachable: None) -> None:
    """Let this machine's own ports be reached."""


class Client:
    """Makes calls over the network as one account, each with a connection of its own."""

    def __init__(self, endpoint: str, keys: Credentials) -> None:
        self._session = boto3.Session(keys.access_key, keys.secret_key, keys.token or None, "ap-southeast-1")
        self._endpoint = endpoint

    def ask(self, service: str, method: str, **params: Any) -> Any:
        """Make a call and return the answer without its metadata."""
        client = self._session.client(service, endpoint_url=self._endpoint, config=ONE_TRY)  # type: ignore[call-overload] # any service
        try:
            answer = getattr(client, method)(**params)
            if "Body" in answer:
                answer["Body"] = answer["Body"].read()
        finally:
            client.close()
        answer.pop("ResponseMetadata")
        return answer


@contextmanager
def served(sandbox: Sandbox) -> Iterator[Client]:
    """Serve a sandbox, and yield a client of its first account."""
    with serve(sandbox) as endpoint:
        yield Client(endpoint, sandbox.add_account("111122223333"))


@pytest.mark.exhaustive
def test_same_answers_as_in_the_process(sandbox: Sandbox) -> None:
    """Over the network each service answers what it answers in the process."""
    session = sandbox.session()
    estate.create(session)
    with served(sandbox) as client:
        over_network = {service: client.ask(service, method) for service, method in CALLS.items()}
    inside = {s: getattr(session.client(s), m)() for s, m in CALLS.items()}  # type: ignore[call-overload] # any service
    for answer in inside.values():
        answer.pop("ResponseMetadata")
    assert [service for service in CALLS if over_network[service] != inside[service]] == []
    assert sandbox.defects == []


def test_objects_survive_the_way(sandbox: Sandbox) -> None:
    """Names of all letters and contents of all bytes arrive as they were sent, by path-style addresses."""
    key, body = "thư mục/a b+c%41&d.bin", bytes(range(256)) * 300
    with served(sandbox) as client:
        place = {"Bucket": "carbuyer-x", "Key": key}
        location = {"LocationConstraint": "ap-southeast-1"}
        client.ask("s3", "create_bucket", Bucket="carbuyer-x", CreateBucketConfiguration=location)
        client.ask("s3", "put_object", **place, Body=body)
        assert client.ask("s3", "head_object", **place)["ContentLength"] == len(body)
        assert client.ask("s3", "get_object", **place)["Body"] == body
        assert client.ask("s3", "list_objects_v2", Bucket="carbuyer-x")["Contents"][0]["Key"] == key
        client.ask("s3", "delete_objects", Bucket="carbuyer-x", Delete={"Objects": [{"Key": key}]})
        client.ask("s3", "delete_bucket", Bucket="carbuyer-x")


@pytest.fixture
def told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the sandbox, and let the environment say what the server tells to export."""
    keys = sandbox.add_account("111122223333")
    with Server(sandbox) as server, serving(server):
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
        yield


@pytest.mark.usefixtures("told")
def test_s3_control() -> None:
    """S3 Control is told from S3, whose signature it shares, and found though SDKs put the account before its host."""
    with closing(boto3.client("s3control", config=ONE_TRY)) as control:
        block = {"BlockPublicPolicy": True}
        control.put_public_access_block(AccountId="111122223333", PublicAccessBlockConfiguration=block)
        told = control.get_public_access_block(AccountId="111122223333")
    assert told["PublicAccessBlockConfiguration"]["BlockPublicPolicy"]


@pytest.mark.usefixtures("told")
def test_s3_control_of_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite finds S3 Control also where the environment names one address for all services."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3_CONTROL")
    client: Any = suite_session(boto3.Session()).create_client("s3control", config=ONE_TRY)
    with closing(client) as control:
        assert control.list_access_points(AccountId="111122223333")["AccessPointList"] == []


@pytest.mark.exhaustive
@pytest.mark.usefixtures("told")
@pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
@pytest.mark.parametrize("call", ["s3control list-access-points --account-id 111122223333", "ec2 describe-vpcs"])
def test_command_line(call: str) -> None:
    """The AWS CLI is answered, knowing of the server by its environment only."""
    run = subprocess.run(["aws", *call.split(), "--output", "json"], capture_output=True, text=True, check=False)  # noqa: S603, S607 - whichever the user has
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)


@pytest.mark.parametrize(
    ("service", "host"),
    [
        ("budgets", "budgets.amazonaws.com"),
        ("dynamodb", "dynamodb.eu-west-1.amazonaws.com"),
        ("elbv2", "elasticloadbalancing.eu-west-1.amazonaws.com"),
        ("route53", "route53.amazonaws.com"),
    ],
)
def test_hosts(service: str, host: str) -> None:
    """A service is asked at the host that AWS has for it, the Region's or the whole world's."""
    assert wire.host_of(service, "eu-west-1") == host


def test_refusals(sandbox: Sandbox) -> None:
    """A refusal arrives with code and status, also where HTTP allows no body."""
    with served(sandbox) as client:
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            client.ask("dynamodb", "describe_table", TableName="User")
        with pytest.raises(ClientError, match="404"):
            client.ask("s3", "head_bucket", Bucket="carbuyer-x")
        with pytest.raises(ClientError, match="NoSuchEntity"):
            client.ask("iam", "get_role", RoleName="r")


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.TIMEOUT, FaultKind.NOWHERE, FaultKind.DIE])
def test_broken_connection(sandbox: Sandbox, kind: FaultKind) -> None:
    """Where a fault breaks the connection, the server hangs up."""
    sandbox.faults = Faults((Fault(kind, at=0),))
    with served(sandbox) as client, pytest.raises(ConnectionClosedError):
        client.ask("sts", "get_caller_identity")
    assert sandbox.defects == []


def test_connection_is_kept(sandbox: Sandbox) -> None:
    """Several requests go over one connection."""
    sandbox.session().client("iam").create_user(UserName="an")
    keys = sandbox.add_account("111122223333")
    with serve(sandbox) as endpoint:
        sts = boto3.client(
            "sts", "eu-west-1", endpoint_url=endpoint, config=ONE_TRY,
            aws_access_key_id=keys.access_key, aws_secret_access_key=keys.secret_key,
        )  # fmt: skip
        for _ in range(3):
            sts.get_caller_identity()
        sts.close()
    assert [entry.call for entry in sandbox.log].count("sts:GetCallerIdentity") == 3


@contextmanager
def started(*arguments: str) -> Iterator[list[dict[str, str]]]:
    """Start the command, and yield what it tells to export, a line each."""
    argv = [sys.executable, "-u", "-m", "strict_moto", "--speed", "1000", *arguments]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        lines = []
        while "# ready" not in (line := process.stdout.readline()):
            assert line, "the server ended early"
            lines.append(dict(re.findall(r"(\w+)=(\S+)", line)) | dict(re.findall(r"# (account) (\d+)", line)))
        try:
            yield lines
        finally:
            process.terminate()


def whole_class(lines: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the environment of each account."""
    return {line["account"]: os.environ | lines[0] | line for line in lines[1:]}


def asked(environment: dict[str, str], call: str) -> str:
    """Make a call in a process of its own, which knows of the server by its environment only."""
    script = f"import boto3; print({call})"
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    return run.stdout.strip()


@pytest.mark.exhaustive
def test_class_of_two() -> None:
    """The command serves separate accounts and an organization that lists them, by environment variables alone."""
    with started("--accounts", "2", "--estate", "empty") as lines:
        accounts = whole_class(lines)
        *students, teacher = accounts
        told = asked(accounts[students[1]], "boto3.client('sts').get_caller_identity()['Account']")
        listed = asked(
            accounts[teacher], "[a['Id'] for a in boto3.client('organizations').list_accounts()['Accounts']]"
        )
    assert told == students[1]
    assert all(account in listed for account in (*students, teacher))


@pytest.mark.exhaustive
def test_two_servers_at_once(tmp_path: Path) -> None:
    """Several servers run side by side, each with its own estate."""
    parts = tmp_path / "estate.json"
    parts.write_text('["user"]', encoding="utf-8")
    users = "[u['UserName'] for u in boto3.client('iam').list_users()['Users']]"
    with started("--estate", "empty") as one, started("--estate", str(parts)) as two:
        seen = [asked(environment, users) for lines in (one, two) for environment in whole_class(lines).values()]
    assert seen == ["[]", "['carbuyer-app-user']"]


@pytest.mark.exhaustive
def test_ordinary_account_and_another() -> None:
    """One account of a class is as most are, another is offered everything."""
    with started("--accounts", "2", "--estate", "empty", "--estate", "222200000002=clean") as lines:
        everything, ordinary, _ = map(boto_of, whole_class(lines).values())
        assert everything("memorydb").describe_clusters()["Clusters"] == []
        with pytest.raises(ClientError, match="needs a subscription"):
            ordinary("memorydb").describe_clusters()
        assert any("AWSServiceRoleFor" in role["RoleName"] for role in ordinary("iam").list_roles()["Roles"])


@pytest.mark.exhaustive
def test_class_that_is_arranged(tmp_path: Path) -> None:
    """Files say what stands in one account and what goes wrong in another."""
    mess, faults = tmp_path / "mess.json", tmp_path / "faults.json"
    mess.write_text('{"parts": {"user": "key deleted"}, "bystanders": ["identities"]}', encoding="utf-8")
    faults.write_text('[{"kind": "deny", "calls": "iam:ListUsers", "account": "222200000003"}]', encoding="utf-8")
    arranged = "--accounts", "3", "--estate", "empty", "--estate", f"222200000002={mess}", "--faults", str(faults)
    with started(*arranged) as lines:
        empty, messy, denied, _ = map(boto_of, whole_class(lines).values())
        assert empty("iam").list_users()["Users"] == []
        assert [user["UserName"] for user in messy("iam").list_users()["Users"]][-1] == "mycarbuyer-x"
        assert messy("iam").list_access_keys(UserName="carbuyer-app-user")["AccessKeyMetadata"] == []
        with pytest.raises(ClientError, match="AccessDenied"):
            denied("iam").list_users()


def boto_of(environment: dict[str, str]) -> Callable[[str], Any]:
    """Return what makes clients of an account that the command told of."""
    keys = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    make: Any = boto3.Session(*keys, region_name="ap-southeast-1").client
    return lambda service: make(service, endpoint_url=environment["AWS_ENDPOINT_URL"], config=ONE_TRY)
