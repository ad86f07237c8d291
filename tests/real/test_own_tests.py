"""Tests that a user adds to ``cleanup_tests``: the README's example, what they may send, and what they count."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

README = Path(__file__).parents[2] / "README.md"
OURS = "cleanup_tests/test_ours.py"
VERIFY = ("--aws", "--verify")
WRITES = """
import pytest

CALLS = [
    ("ec2_client", "create_key_pair", {"KeyName": "x"}),
    ("elbv2_client", "delete_target_group", {"TargetGroupArn": "x"}),
    ("s3_client", "create_bucket", {"Bucket": "xxx"}),
    ("dynamodb_client", "delete_table", {"TableName": "xxx"}),
    ("iam_client", "delete_user", {"UserName": "x"}),
    ("cloudfront_client", "delete_distribution", {"Id": "x"}),
    ("apigateway_client", "delete_rest_api", {"restApiId": "x"}),
    ("lambda_client", "invoke", {"FunctionName": "x"}),
    ("logs_client", "create_log_group", {"logGroupName": "x"}),
]


@pytest.mark.parametrize(("client", "call", "params"), CALLS)
def test_nothing_is_written(request, client, call, params, aws_session):
    with pytest.raises(Exception, match="may change something, and a run with --plan or --verify only looks"):
        getattr(request.getfixturevalue(client), call)(**params)
"""
LISTS = """
import pytest

CALLS = [
    ("ec2_client", "describe_key_pairs"), ("elbv2_client", "describe_target_groups"), ("s3_client", "list_buckets"),
    ("dynamodb_client", "list_tables"), ("iam_client", "list_users"), ("cloudfront_client", "list_distributions"),
    ("apigateway_client", "get_rest_apis"), ("lambda_client", "list_functions"), ("logs_client", "describe_log_groups"),
]


@pytest.mark.parametrize(("client", "call"), CALLS)
def test_each_client_answers(request, client, call, aws_session):
    assert getattr(request.getfixturevalue(client), call)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_it_is_the_account_under_test(aws_session, ec2_client):
    assert aws_session.client("sts").get_caller_identity()["Account"] == "111122223333"
    assert aws_session.region_name == ec2_client.meta.region_name == "ap-southeast-1"
    assert [pair["KeyName"] for pair in ec2_client.describe_key_pairs()["KeyPairs"]] == ["ours"]
    ec2_client.delete_key_pair(KeyName="ours")
"""
# An audit that did not wait for it would be over by then.
LATE = """
def test_ours(run, ec2_client):
    if run.audit:
        run.audit.result()
    ec2_client.allocate_address(Domain="vpc")
"""
# The parts of these names after the last slash are the same.
ALIKE = """
import pytest

@pytest.mark.parametrize("path", ["one/x", "two/x"])
def test_ours(aws_session, path):
    if path == "one/x":
        pytest.skip("not today")
"""


def example() -> str:
    """Return the test in the README."""
    found = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def add(project: Path) -> Callable[[str], None]:
    """Return a function that adds a test to the project."""

    def write(text: str) -> None:
        (project / OURS).write_text(text, "utf-8")

    return write


def certificate(result: Result) -> dict[str, Any]:
    """Return what the certificate of a run says."""
    statement: dict[str, dict[str, Any]] = json.loads((result.reports / "certificate.json").read_text("utf-8"))
    return statement["predicate"]


def test_the_readme_s_example(
    endpoint: str, sandbox: Sandbox, run_suite: Callable[..., Result], add: Callable[[str], None]
) -> None:
    """It finds a snapshot, which is a leftover in the last line and the certificate as in pytest's own words."""
    ec2, _ = sandbox.session(ACCOUNT).client("ec2"), endpoint
    volume = ec2.create_volume(Size=1, AvailabilityZone="ap-southeast-1a")["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    add(example())

    result = run_suite(*VERIFY, path=OURS)

    told = certificate(result)["ownTests"]
    assert [(one["name"], one["result"]) for one in told] == [("test_ours.py::test_no_snapshots", "failed")]
    assert told[0]["sentence"] == "The account has no snapshot of its own."
    assert certificate(result)["verdict"] == "LEFTOVERS"
    assert f"LEFTOVERS — account {ACCOUNT}: test_ours.py::test_no_snapshots failed." in result.output.splitlines()[-1]
    assert result.exit_code == 1


@pytest.mark.exhaustive
@pytest.mark.parametrize("command", [(), ("--aws", "--account", ACCOUNT)], ids=["rehearsal", "teardown"])
def test_each_client_is_of_the_account_under_test(
    endpoint: str,
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    add: Callable[[str], None],
    command: tuple[str, ...],
) -> None:
    """In a rehearsal as in a real account they have its credentials, Region and endpoint, and may change something."""
    ec2, _ = sandbox.session(ACCOUNT).client("ec2"), endpoint
    ec2.create_key_pair(KeyName="ours")
    add(LISTS)

    result = run_suite(*command, path=OURS)

    assert " 10 passed" in result.output
    assert ec2.describe_key_pairs()["KeyPairs"] == []


def test_it_stands_between_steps_and_audit(run_suite: Callable[..., Result], add: Callable[[str], None]) -> None:
    """Whatever its file is called."""
    add(example())

    result = run_suite("--collect-only", "-q")

    order = re.findall(r"::(test_\w+)", result.output)
    assert order[-3:] == ["test_key_pair", "test_no_snapshots", "test_audit"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("task", ["--plan", "--verify"])
def test_whoever_only_looks_sends_no_change(
    endpoint: str, sandbox: Sandbox, run_suite: Callable[..., Result], add: Callable[[str], None], task: str
) -> None:
    """Each client refuses what may change something, and nothing of it is sent."""
    del endpoint
    add(WRITES)

    result = run_suite("--aws", task, path=OURS)

    assert " 9 passed" in result.output
    assert {entry.call for entry in sandbox.log} <= {"sts:GetCallerIdentity", "iam:ListAccountAliases"}


def test_a_refused_look_is_a_doubt_and_shows_no_key(
    endpoint: str, sandbox: Sandbox, run_suite: Callable[..., Result], add: Callable[[str], None]
) -> None:
    """Even with all variables shown: the traceback ends in the user's file."""
    keys, _ = sandbox.add_account(ACCOUNT), endpoint
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DescribeSnapshots"),))
    add(example())

    result = run_suite(*VERIFY, "--showlocals", "-vv", path=OURS)

    assert [one["result"] for one in certificate(result)["ownTests"]] == ["not seen"]
    assert result.exit_code == 8
    everything = result.output + "".join(path.read_text("utf-8") for path in result.reports.rglob("*.*"))
    assert "UnauthorizedOperation" in everything
    for secret in (keys.access_key, keys.secret_key, "_make_api_call", "Signature="):
        assert secret not in everything


@pytest.mark.usefixtures("endpoint")
def test_file_that_is_broken(run_suite: Callable[..., Result], add: Callable[[str], None], sandbox: Sandbox) -> None:
    """Pytest stops because of it: before a deletion has begun, not half-way."""
    add("import nothing_there")

    result = run_suite("--aws", "--account", ACCOUNT)

    assert "Interrupted: 1 error during collection" in result.output
    assert result.exit_code == 2
    assert sandbox.log == []


@pytest.mark.usefixtures("endpoint")
def test_none_takes_another_s_place(run_suite: Callable[..., Result], add: Callable[[str], None]) -> None:
    """Each has a result of its own in the certificate, whatever its parameters are called."""
    add(ALIKE)

    result = run_suite(*VERIFY, path=OURS)

    told = {one["name"]: one["result"] for one in certificate(result)["ownTests"]}
    assert told == {"test_ours.py::test_ours[one/x]": "not run", "test_ours.py::test_ours[two/x]": "done"}


@pytest.mark.exhaustive
@pytest.mark.usefixtures("endpoint", "few_types")
def test_what_it_makes_the_audit_sees(run_suite: Callable[..., Result], add: Callable[[str], None]) -> None:
    """In a teardown, where it may change the account, the audit starts when it has ended."""
    add(LATE)

    result = run_suite("--aws", "--account", ACCOUNT, "cleanup_tests/test_17_audit.py", path=OURS)

    assert certificate(result)["audit"]["leftovers"][0]["type"] == "Elastic IP"
    assert result.exit_code == 1
