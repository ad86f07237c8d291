"""The changes of ``test_fuzz`` in a class: each account has one of its own, and what comes of it is that account's."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.reading import Described
from strict_moto import estate, messy_estates
from strict_moto.sandbox import Sandbox
from tests.inventory import LISTS, inventory
from tests.on_a_port import on_a_port
from tests.recorded.changes import changes
from tests.recorded.samples import output_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.exhaustive

OTHERS = ("identities",)
PARTS = ["bucket", "function", "key_pair", "role", "table", "user"]
STEPS = "lambda_function or s3_bucket or dynamodb_tables or iam_roles or iam_user or key_pair"
CALLS = (  # of these steps; each is another in one account
    "cloudfront:ListDistributions", "dynamodb:DescribeTable", "dynamodb:ListTables", "ec2:DescribeKeyPairs",
    "iam:GetAccountAuthorizationDetails", "iam:ListAccessKeys", "iam:ListInstanceProfiles", "iam:ListUsers",
    "lambda:ListFunctions", "logs:DescribeLogGroups", "s3:ListBuckets", "s3:ListObjectVersions",
)  # fmt: skip
SEEN = "describe_key_pairs list_buckets list_functions list_instance_profiles list_roles list_tables list_users".split()
ELSEWHERE = {method for _, method, _ in LISTS} - {*SEEN}  # of other steps
WELL = ("an", "zoe")  # whose answers are all as AWS gives them
HOURS = 3 * 3600  # until AWS has forgotten what it still lists as deleted
TEACHER = "999988887777"
TRUST = {"Effect": "Allow", "Principal": {"AWS": TEACHER}, "Action": "sts:AssumeRole"}
SEED = 2
SPEED = 300.0  # of AWS's time where it answers on a port: five minutes pass in a second
OPTIONS = ("--aws", "--accounts-confirmed", str(len(CALLS) + len(WELL)))


def number(index: int) -> str:
    """Return an account's number."""
    return f"2222{index:08}"


def enrol(roster: Path) -> dict[str, str]:
    """Write the roster, and return the accounts' numbers by alias."""
    aliases = [WELL[0], *(f"lab-{index}" for index in range(len(CALLS))), WELL[1]]
    known = {alias: number(index) for index, alias in enumerate(aliases)}
    lines = [f"{alias},{account},arn:aws:iam::{account}:role/grader" for alias, account in known.items()]
    roster.write_text("\n".join(["alias,account_id,role_arn", *lines]), encoding="utf-8")
    return known


def admit(session: Session) -> None:
    """Make the role that the teacher takes in an account."""
    document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    session.client("iam").create_role(RoleName="grader", AssumeRolePolicyDocument=document)


@pytest.fixture
def sandbox(
    no_way_out: None,  # noqa: ARG001 - a wall within the wall
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sandbox]:
    """An embedded AWS on a port; the environment holds the teacher's keys."""
    made = Sandbox(Clock(SPEED))
    with on_a_port(made, TEACHER, monkeypatch):
        yield made


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that lets the answers to one call be otherwise in each account, but for the first and last."""
    once = Aws.ask_once
    changed = {number(index): call for index, call in enumerate(CALLS, 1)}

    def begin() -> None:
        async def answered(self: Aws, operation: str, region: str, params: dict[str, Any]) -> Any:
            answer = await once(self, operation, region, params)
            given = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            if changed.get(self.account) != operation or not (possible := changes(operation, [given])):
                return answer
            one = random.Random(f"{SEED} {operation}").choice(possible)  # noqa: S311 - an experiment, not a secret
            return Described(one.made(answer), output_of(operation))

        monkeypatch.setattr(Aws, "ask_once", answered)

    return begin


def test_class(
    sandbox: Sandbox,
    project: Path,
    run_suite: Callable[..., Result],
    change: Callable[[], None],
) -> None:
    """Those whose answers are as ever are torn down; what is said of the others is true; nothing else is touched."""
    accounts = enrol(project / "class.csv")
    for account in accounts.values():
        sandbox.add_account(account)
    sessions = {alias: sandbox.session(account) for alias, account in accounts.items()}
    for session in sessions.values():
        admit(session)
        messy_estates.settle(session, OTHERS)
    others = {alias: inventory(session, ELSEWHERE) for alias, session in sessions.items()}
    for alias, session in sessions.items():
        estate.create(session, PARTS, bucket=f"carbuyer-{accounts[alias]}")
    change()

    result = run_suite("--roster", "class.csv", *OPTIONS, "-v", "-k", STEPS)

    assert result.exit_code in (0, 1, 8), result.output
    assert "INTERNALERROR" not in result.output + result.errors
    sandbox.clock.advance(HOURS)
    standing = {alias: inventory(session, ELSEWHERE) for alias, session in sessions.items()}
    assert [alias for alias in accounts if others[alias] - standing[alias]] == []
    left = {alias: standing[alias] - others[alias] for alias in accounts}
    good = passed(result)
    assert {alias for alias in good if left[alias]} == set()
    assert {*WELL} < good < accounts.keys()


def passed(result: Result) -> set[str]:
    """Return the accounts of which no test failed."""
    ended = re.findall(r"::test_\w+\[(\S+)\] (PASSED|FAILED|ERROR|SKIPPED)", result.output)
    return {alias for alias, _ in ended} - {alias for alias, outcome in ended if outcome != "PASSED"}
