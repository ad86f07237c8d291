"""``docs/iam``: what the files say is what the suite needs, and no more."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import carbuyer_cleanup
from carbuyer_cleanup.audit.types import READS
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.permissions.policies import FREE, SCOPED, SCOPES, actions, main, policy
from carbuyer_cleanup.workshop import load
from strict_moto import estate
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.beside import leave_beside
from tests.permissions.granted import Granted
from tests.spoken import calls_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "cleanup_tests" / "workshop.toml"
TASKS = ("cleanup", "verify", "backup", "restore")
OF_THE_SUITE = TASKS[:3]  # a restore's calls are none of the suite's
QUOTA = 6144  # characters of a managed policy, white space not counted: IAM user guide, "IAM and STS quotas"
MESSAGE = "User: {principal} is not authorized to perform: {action} on resource: {resource}"

# Its command has no module of its own; in a process of its own, for it imports what is deprecated.
LINTER = (sys.executable, "-W", "ignore", "-c", "from parliament.cli import cli; cli()", "--json")

# What the linter says and is meant so.
MEANT = {
    "RESOURCE_STAR": "an audit that lists only what has the right name could not find what hasn't",
    "UNKNOWN_ACTION": "logs:PutLogGroupDeletionProtection is newer than the linter",
    "UNKNOWN_PREFIX": "pricingplanmanager is newer than the linter",
}


def statements(*tasks: str) -> list[dict[str, object]]:
    """Return what the files of docs/iam say."""
    return [s for task in tasks for s in json.loads(_file(task).read_text(encoding="utf-8"))["Statement"]]


def _printed(capsys: pytest.CaptureFixture[str], task: str, manifest: Path, *more: str) -> list[dict[str, Any]]:
    """Return the statements that the command prints."""
    main([task, "--workshop", str(manifest), *more])
    return list(json.loads(capsys.readouterr().out)["Statement"])


def _file(task: str) -> Path:
    return ROOT / "docs" / "iam" / f"{task}-policy.json"


@pytest.mark.parametrize("task", TASKS)
def test_file_is_what_the_table_says(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is the output of the command that its page names."""
    main([task, "--workshop", str(MANIFEST)])

    assert _file(task).read_text(encoding="utf-8") == capsys.readouterr().out


@pytest.mark.parametrize("task", TASKS)
def test_policy_fits_the_quota(task: str) -> None:
    """AWS takes the policy as one managed policy; test_adding_a_kind.py tries it with another kind."""
    assert len(re.sub(r"\s", "", _file(task).read_text(encoding="utf-8"))) <= QUOTA


@pytest.mark.exhaustive
@pytest.mark.parametrize("task", TASKS)
def test_linter_finds_nothing(task: str) -> None:
    """Parliament knows every action, and every resource fits the actions beside it, all spelled out."""
    spelled_out = [replace(scope, written=(), lists="") for scope in SCOPES]
    text = json.dumps(policy(task, load(MANIFEST), spelled_out))
    done = subprocess.run(LINTER, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - ours

    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert not done.stderr
    assert [found for found in findings if found["issue"] not in MEANT] == []
    newer = {found["detail"] for found in findings if found["issue"].startswith("UNKNOWN")}
    assert newer <= {"Unknown action logs:PutLogGroupDeletionProtection", "Unknown prefix pricingplanmanager"}


def test_every_call_is_granted_and_nothing_else() -> None:
    """What the code asks for is the table of calls, and its actions are those that the policies grant."""
    asked = {text for path in Path(carbuyer_cleanup.__file__).parent.rglob("*.py") for text in _calls_in(path)}
    granted = {action for statement in statements(*OF_THE_SUITE) for action in statement["Action"]}  # type: ignore[attr-defined]
    needed = {action for call in CALLS for action in actions(call)}

    assert asked | set(READS) | FREE == set(CALLS)
    assert {pattern for pattern in granted if not fnmatch.filter(needed, pattern)} == set()
    assert {action for action in needed if not any(fnmatch.fnmatchcase(action, one) for one in granted)} == set()
    assert {pattern for pattern in granted if "*" in pattern} == {"iam:List*"}, "what deletes is spelled out"


def _calls_in(path: Path) -> set[str]:
    """Return the calls that a module names, besides the tables of calls."""
    if path.parent.name == "types" or path.name in {"calls.py", "policies.py"}:
        return set()
    return calls_in(path.read_text(encoding="utf-8"), CALLS)


def test_verify_policy_only_looks() -> None:
    """Whoever has the verify policy alone can change nothing."""
    writes = {action for call, row in CALLS.items() if row.writes for action in actions(call)}

    assert {action for s in statements("verify") for action in s["Action"]} & writes == set()  # type: ignore[attr-defined]


def test_what_deletes_is_granted_for_some_resources_only() -> None:
    """No write is granted for ``*``."""
    assert {call for call, row in CALLS.items() if row.writes} <= SCOPED
    assert [s for s in statements("cleanup") if "*" in s["Resource"]] == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov"), ("eu-west-1", "aws")]
)
def test_policy_is_of_the_regions_partition(region: str, partition: str, capsys: pytest.CaptureFixture[str]) -> None:
    """ARNs are of the partition in which the Region is."""
    for task in TASKS:
        main([task, "--workshop", str(MANIFEST), "--region", region])

    text = capsys.readouterr().out
    assert set(re.findall(r"arn:([^:]*):", text)) == {partition}
    assert "ap-southeast-1" not in text


def test_a_name_is_no_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    """A star in a manifest's name doesn't grant everything."""
    main(["cleanup", "--workshop", str(MANIFEST), "--name", "s3.bucket=*"])

    (bucket,) = [s for s in json.loads(capsys.readouterr().out)["Statement"] if s["Sid"] == "Bucket"]
    assert "arn:aws:s3:::${*}" in bucket["Resource"]
    assert "arn:aws:s3:::*" not in bucket["Resource"]


def test_logs_of_a_function_by_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    """IAM knows a log group by its name and what follows: without that, none of another name could be deleted."""
    printed = _printed(capsys, "cleanup", MANIFEST, "--name", "lambda.function=my-fn")

    (logs,) = [s for s in printed if s["Sid"] == "Logs"]
    assert "arn:aws:logs:ap-southeast-1:*:log-group:/aws/lambda/my-fn:*" in logs["Resource"]


def test_role_that_lambdas_console_made(capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda's console makes the role of a function below a path, which its ARN has and its name has not."""
    printed = _printed(capsys, "cleanup", MANIFEST, "--name", "iam.role=my-fn-role-1a2b3c4d")

    (roles,) = [s for s in printed if s["Sid"] == "Roles"]
    assert "arn:aws:iam::*:role/service-role/carbuyer-*" in roles["Resource"]
    assert "arn:aws:iam::*:role/service-role/my-fn-role-1a2b3c4d" in roles["Resource"]


@pytest.mark.exhaustive
def test_exact_names_are_enough(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    project: Path,
    workshop_estate: Session,
) -> None:
    """Where nothing has the prefix and each thing is named, the policies of these names grant the whole teardown."""
    manifest = project / "cleanup_tests" / "workshop.toml"
    text = manifest.read_text(encoding="utf-8").replace('prefix = "carbuyer-"', 'prefix = "somebodys-"')
    manifest.write_text(text, encoding="utf-8")
    granted = Granted([s for task in TASKS for s in policy(task, load(manifest))["Statement"]])
    sandbox.use((Rule("*", granted.refuses, "AccessDenied", MESSAGE, "docs/iam", 403), *RULES))

    run_suite()

    assert [entry.call for entry in sandbox.log if entry.error == "AccessDenied"] == []
    assert workshop_estate.client("lambda").list_functions()["Functions"] == []
    assert workshop_estate.client("logs").describe_log_groups()["logGroups"] == []


@pytest.mark.exhaustive
def test_teardown_needs_no_more(sandbox: Sandbox, run_suite: Callable[..., Result], session: Session) -> None:
    """In an AWS that grants the two policies and nothing else, the workshop goes with all that is beside it."""
    leave_beside(estate.create(session))
    granted = Granted(statements(*TASKS))
    sandbox.use((Rule("*", granted.refuses, "AccessDenied", MESSAGE, "docs/iam", 403), *RULES))

    result = run_suite()

    assert "17 passed" in result.output, result.output
    assert [entry.call for entry in sandbox.log if entry.error == "AccessDenied"] == []
    assert session.client("ec2").describe_key_pairs()["KeyPairs"] == []


@pytest.mark.exhaustive
@pytest.mark.usefixtures("workshop_estate")
def test_verify_policy_is_enough_to_plan(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """Whoever has the verify policy alone sees the whole plan; that a bucket can't be looked into is in it."""
    granted = Granted(statements("verify"))
    sandbox.use((Rule("*", granted.refuses, "AccessDenied", MESSAGE, "docs/iam", 403), *RULES))

    result = run_suite("--plan", "-v")

    assert result.exit_code == 0
    assert "S3 objects carbuyer-fcj-bucket" in result.output
    denied = {entry.call for entry in sandbox.log if entry.error == "AccessDenied"}
    assert denied == {"s3:ListObjectVersions"}


@pytest.mark.exhaustive
@pytest.mark.usefixtures("workshop_estate")
def test_sandbox_denies_what_the_policy_lacks(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """With the name of a table taken out of the policy, that table is denied: the tests above can fail."""
    lacking = json.loads(json.dumps(statements(*TASKS)).replace("table/Slider", "table/Other"))
    sandbox.use((Rule("*", Granted(lacking).refuses, "AccessDeniedException", MESSAGE, "docs/iam", 403), *RULES))

    result = run_suite(path="cleanup_tests/test_10_dynamodb_tables.py")

    assert result.exit_code == 1
    assert "not authorized to perform: dynamodb:DeleteTable on resource" in result.output
    assert "table/Slider" in result.output
