"""A real account, as a user meets it: ``--aws`` against the sandbox on a port."""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.catalog import NAMED
from carbuyer_cleanup.permissions import actions
from carbuyer_cleanup.preflight import NEEDS
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto import estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.faults import Fault, Faults, Kind
from strict_moto.front import ACCOUNT
from strict_moto.identity import Credentials
from strict_moto.rules import RULES
from strict_moto.site import Site
from strict_moto.world import Instead, Rule
from tests.real.real_account import calls, sign_in
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.front import Sandbox
    from strict_moto.session import Session
    from strict_moto.world import Params, Request, World
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
WRITES = [call for call, row in CALLS.items() if row.writes]
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
OTHER = "999988887777"


@pytest.fixture
def key_pair(session: Session) -> Callable[[], bool]:
    """Make the workshop's key pair; return a function that says whether it is still there."""
    ec2 = session.client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")
    return lambda: bool(ec2.describe_key_pairs()["KeyPairs"])


def changes(sandbox: Sandbox) -> list[str]:
    """Return what was asked for that changes anything."""
    return [call for call in calls(sandbox) if call not in CALLS or CALLS[call].writes]


@pytest.mark.exhaustive
def test_number_given(sandbox: Sandbox, run_suite: Callable[..., Result], key_pair: Callable[[], bool]) -> None:
    """With the right ``--account`` it is told whose account it is and what goes, and then it goes."""
    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert not key_pair()
    assert result.exit_code == 8  # of one step only
    assert "no leftover was found, but that is not certain: not run: steps 1, 2" in result.output.splitlines()[-1]
    for told in (f"account  {ACCOUNT}", "user/rehearsal", "region   ap-southeast-1", os.environ["AWS_ENDPOINT_URL"]):
        assert told in result.output
    assert result.output.index("16  key pair carbuyer-keypair") < result.output.index("test_16_key_pair.py .")
    assert calls(sandbox).index("iam:ListAccountAliases") < calls(sandbox).index("ec2:DeleteKeyPair")


@pytest.mark.exhaustive
def test_number_in_the_environment(
    run_suite: Callable[..., Result], key_pair: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI the variable alone makes ``pytest cleanup_tests/`` a teardown."""
    monkeypatch.setenv("CLEANUP_AWS_ACCOUNT", ACCOUNT)

    assert run_suite(path=KEY_PAIR).exit_code == 8
    assert not key_pair()


@pytest.mark.exhaustive
def test_second_run_at_once(
    run_suite: Callable[..., Result], key_pair: Callable[[], bool], project: Path, sandbox: Sandbox
) -> None:
    """While another run tears the account down, this one is refused, and told whose that is; looking is allowed."""
    other = Journal(project / "reports" / "journal.jsonl", ACCOUNT)
    other.lock()
    sandbox.log.clear()

    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert result.exit_code == 4
    told = rf"being torn down by another run \(host {re.escape(socket.gethostname())}, pid {os.getpid()}, since 20.+\)"
    assert re.search(told, result.output + result.errors)
    assert changes(sandbox) == []
    assert run_suite("--aws", "--plan", path=KEY_PAIR).exit_code == 0
    other.unlock()
    assert run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR).exit_code == 8
    assert not key_pair()


def test_wrong_number(sandbox: Sandbox, run_suite: Callable[..., Result], key_pair: Callable[[], bool]) -> None:
    """Somebody else's account is not touched: AWS is asked who we are, and nothing else."""
    sandbox.log.clear()

    result = run_suite("--aws", "--account", OTHER)

    assert result.exit_code == 4
    assert f"The credentials belong to account {ACCOUNT}" in result.errors
    assert f"not to {OTHER}" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]
    assert key_pair()


@pytest.mark.parametrize(
    ("typed", "code", "gone"),
    [(ACCOUNT, 8, True), (OTHER, 4, False), pytest.param("", 4, False, marks=pytest.mark.exhaustive)],
)
@pytest.mark.usefixtures("run_suite")  # it makes a copy of the project, and goes there
def test_number_typed(key_pair: Callable[[], bool], typed: str, code: int, *, gone: bool) -> None:
    """On a terminal the number is asked for, below the plan; another one deletes nothing."""
    exit_code, shown = on_a_terminal(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR, "--aws"], typed
    )

    assert shown.index("16  key pair carbuyer-keypair") < shown.index("Type the account number")
    assert exit_code == code, shown
    assert key_pair() is not gone
    assert "Traceback" not in shown


@pytest.mark.usefixtures("sandbox", "run_suite")
def test_nothing_to_delete() -> None:
    """On a terminal no number is asked for where there is nothing to delete."""
    exit_code, shown = on_a_terminal([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR, "--aws"], "")

    assert "to be deleted: nothing" in shown
    assert "Type the account number" not in shown
    assert exit_code == 8, shown  # the audit was not selected


# --- Only looking ----------------------------------------------------------------------------------------------


@pytest.fixture
def writes_denied(sandbox: Sandbox) -> None:
    """Deny whatever changes anything."""
    estate.create(sandbox.session())
    sandbox.faults = Faults(tuple(Fault(Kind.DENY, calls=call) for call in WRITES))
    sandbox.log.clear()


@pytest.mark.exhaustive
@pytest.mark.usefixtures("writes_denied")
def test_plan_only_looks(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """``--plan`` of the whole workshop asks for no change, and needs no permission for one."""
    result = run_suite("--aws", "--plan")

    assert result.exit_code == 0
    assert changes(sandbox) == []
    assert "  16  key pair carbuyer-keypair " in result.output
    assert f"PLAN — account {ACCOUNT}: 53 resources would be deleted." in result.output


@pytest.mark.exhaustive
@pytest.mark.usefixtures("writes_denied")
def test_verify_only_looks(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """``--verify`` finds the workshop in all sixteen steps and asks for no change."""
    result = run_suite("--aws", "--verify", "-k", "not audit")

    assert result.exit_code == 1
    assert "16 failed" in result.output
    assert changes(sandbox) == []


@pytest.mark.usefixtures("writes_denied")
def test_guard(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Would a run that only looks try to change something, it is stopped before it asks."""
    from carbuyer_cleanup.kinds import key_pair  # noqa: PLC0415

    async def find_and_delete(aws: object) -> list[object]:
        await aws.call("ec2:DeleteKeyPair", KeyName="carbuyer-keypair")  # type: ignore[attr-defined]
        return []

    monkeypatch.setitem(key_pair.KIND.__dict__, "find", find_and_delete)
    result = run_suite("--aws", "--plan", path=KEY_PAIR)

    assert result.exit_code == 8
    assert "A run that only looks was about to send ec2:DeleteKeyPair" in result.output
    assert changes(sandbox) == []


@pytest.mark.exhaustive
def test_plan_of_a_half_cleaned_account(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """The plan names what is there, and near-misses with the reason; of steps that are done, that nothing is there."""
    session = sandbox.session()
    site = Site(session)
    services.table(site, "Slider")
    network.key_pair(site)
    session.client("dynamodb").create_table(
        TableName="User", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "email", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "email", "AttributeType": "S"}],
    )  # fmt: skip
    session.client("ec2").create_key_pair(KeyName="carbuyers-x")

    result = run_suite("--aws", "--plan", "-v")

    assert result.exit_code == 0
    assert f"account  {ACCOUNT}" in result.output
    assert "[would delete 1]" in result.output
    assert "in doubt: DynamoDB table Slider" in result.output
    assert "left alone: DynamoDB table User" in result.output
    assert "left alone: key pair carbuyers-x" in result.output
    assert "its name does not start with carbuyer-" in result.output
    assert result.output.count("[nothing there]") == 14


# --- Who is asking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "user"), [("/", "carbuyer-app-user"), ("/class/", "carbuyer-helper")])
@pytest.mark.usefixtures("key_pair")
def test_workshops_own_user_is_refused(
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    user: str,
) -> None:
    """With the keys of a user that is to be deleted nothing is deleted, and it is told why and what to do."""
    iam = sandbox.session().client("iam")
    iam.create_user(UserName=user, Path=path)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    sign_in(monkeypatch, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    sandbox.log.clear()

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert f"You are signed in as the workshop's own user {user}" in result.errors
    assert "sign in as yourself" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


@pytest.mark.parametrize("role", ["carbuyer-ec2-role", "carbuyer-made-by-terraform"])
def test_workshops_own_role_is_refused(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """On an instance of the workshop nothing is deleted: its role is one of those that go."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/i-0123456789abcdef0"
    sign_in(monkeypatch, sandbox.identity.assume(principal, ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert f"You are signed in as the workshop's own role {role}" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


# What the workshop's own page leaves in CloudShell: `aws configure` with the key of carbuyer-app-user. By where the
# key is: what has it passed over.
CONFIGURED = {
    "AWS_SHARED_CREDENTIALS_FILE": "run `export AWS_SHARED_CREDENTIALS_FILE=/dev/null`, which changes no file",
    "AWS_CONFIG_FILE": "run `export AWS_CONFIG_FILE=/dev/null`, which changes no file",
    "environment": "run `unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`, which changes no file",
}


def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, key: dict[str, str]) -> None:
    """Be in CloudShell, with this key found before CloudShell's own."""
    monkeypatch.setenv("AWS_EXECUTION_ENV", "CloudShell")
    sign_in(monkeypatch, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    if variable != "environment":
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        lines = "".join(f"{name.lower()} = {os.environ[name]}\n" for name in names)
        (tmp_path / "file").write_text(f"[default]\n{lines}")
        monkeypatch.setenv(variable, str(tmp_path / "file"))
        for name in names:
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "variable",
    [
        "AWS_SHARED_CREDENTIALS_FILE",
        *(pytest.param(name, marks=pytest.mark.exhaustive) for name in CONFIGURED if "SH" not in name),
    ],
)
@pytest.mark.parametrize("task", ["--account", "--plan", "--verify"])
def test_cloudshell_as_the_workshop_leaves_it(  # noqa: PLR0913 - a row of the table, and what it takes
    sandbox: Sandbox,
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    variable: str,
    task: str,
) -> None:
    """It is told at the first call who one is there, why, and the one command that helps; nothing is undone."""
    iam = sandbox.session().client("iam")
    iam.create_user(UserName="carbuyer-app-user")
    configure(monkeypatch, tmp_path, variable, iam.create_access_key(UserName="carbuyer-app-user")["AccessKey"])

    result = run_suite("--aws", task, *([ACCOUNT] if task == "--account" else []), path=KEY_PAIR)

    text = result.errors if task == "--account" else result.output
    assert result.exit_code == {"--account": 4, "--plan": 0, "--verify": 8}[task]
    assert "You are signed in as the workshop's own user carbuyer-app-user" in text
    assert (
        "in the workshop you ran `aws configure` here, and its key takes precedence over your console sign-in" in text
    )
    assert CONFIGURED[variable] in text
    assert "CLEAN —" not in result.output.replace("NOT CLEAN", "")


def test_cloudshell_after_the_user_is_gone(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The key stays in the file when its user is deleted: the same command helps."""
    key = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "gone"}
    configure(monkeypatch, tmp_path, "AWS_SHARED_CREDENTIALS_FILE", key)

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 4
    assert "In the workshop you ran `aws configure` here" in result.errors
    assert CONFIGURED["AWS_SHARED_CREDENTIALS_FILE"].partition(",")[0] in result.errors
    assert set(calls(sandbox)) == {"sts:GetCallerIdentity"}


@pytest.mark.exhaustive
def test_own_identity_may_look(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look, any identity will do."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/carbuyer-ec2-role/i-0123456789abcdef0"
    sign_in(monkeypatch, sandbox.identity.assume(principal, ACCOUNT, 36000))

    assert run_suite("--aws", "--plan", path=KEY_PAIR).exit_code == 0


@pytest.mark.exhaustive
@pytest.mark.usefixtures("key_pair")
def test_root_is_warned(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The root user may do it, and is told that it had better not be."""
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert "WARNING: these are the root user's credentials" in result.output
    assert "permissions not checked beforehand: the root user's can't be simulated" in result.output
    assert "iam:SimulatePrincipalPolicy" not in calls(sandbox)  # which refuses to simulate it
    assert result.exit_code == 8


def test_unknown_partition_is_refused(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a partition whose home Region isn't known nobody could say that it is clean."""
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws-iso:iam::{ACCOUNT}:user/me", ACCOUNT, 36000))

    result = run_suite("--aws", "--account", ACCOUNT)

    assert result.exit_code == 4
    assert "AWS's partition aws-iso" in result.errors
    assert calls(sandbox) == ["sts:GetCallerIdentity"]


# --- The preflight ---------------------------------------------------------------------------------------------


def allow_all_but(*denied: str) -> Instead:
    """Return a simulator that denies some actions."""

    def act(_world: World, request: Request) -> Params:
        decisions = {a: "implicitDeny" if a in denied else "allowed" for a in request.params["ActionNames"]}
        results = [{"EvalActionName": action, "EvalDecision": decision} for action, decision in decisions.items()]
        return {"EvaluationResults": results, "IsTruncated": False}

    return Instead("iam:SimulatePrincipalPolicy", act, "a test's own")


@pytest.mark.exhaustive
@pytest.mark.usefixtures("key_pair")
def test_missing_permissions_are_told_beforehand(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """What the caller may not do is told above the first deletion, in IAM's words."""
    sandbox.use((allow_all_but("ec2:DeleteVpc", "ec2:DeleteKeyPair"), *RULES))

    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    warning = "WARNING: you lack these permissions (docs/iam): ec2:DeleteKeyPair\n"
    assert warning in result.output  # and nothing that the one step chosen doesn't take
    assert result.output.index(warning) < result.output.index("test_16_key_pair.py")


@pytest.mark.exhaustive
@pytest.mark.usefixtures("key_pair")
def test_nobody_may_ask_the_simulator(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """Where permissions can't be known beforehand that is said, and the run goes on."""
    sandbox.faults = Faults((Fault(Kind.DENY, calls="iam:SimulatePrincipalPolicy"),))

    result = run_suite("--aws", "--account", ACCOUNT, path=KEY_PAIR)

    assert "permissions not checked beforehand: iam:SimulatePrincipalPolicy" in result.output
    assert result.exit_code == 8


@pytest.mark.exhaustive
def test_session_is_simulated_as_its_role(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """A session has the policies of its role, whose path its ARN does not tell; what the plan takes is asked."""
    session.client("iam").create_role(RoleName="me", Path="/people/", AssumeRolePolicyDocument="{}")
    estate.create(sandbox.session(region="eu-west-1"), only={"instance", "user"})
    asked: list[Params] = []
    listen = Rule(
        "iam:SimulatePrincipalPolicy", lambda _, request: asked.append(request.params), "", "", "a test's own"
    )
    sandbox.use((listen, *RULES))
    sign_in(monkeypatch, sandbox.identity.assume(f"arn:aws:sts::{ACCOUNT}:assumed-role/me/now", ACCOUNT, 36000))

    result = run_suite(
        "--aws", "--account", ACCOUNT, "--region", "eu-west-1", "--one-by-one", "-k", "instances or iam_user"
    )

    assert "permissions: none is missing" in result.output
    assert {params["PolicySourceArn"] for params in asked} == {f"arn:aws:iam::{ACCOUNT}:role/people/me"}
    kinds = NAMED["EC2 instance"], NAMED["IAM user"]
    wanted = {action for kind in kinds for call in NEEDS[kind] for action in actions(call)}
    assert {action for params in asked for action in params["ActionNames"]} == wanted
    arns = [arn for params in asked for arn in params["ResourceArns"]]
    assert [arn for arn in arns if "*" in arn or "{" in arn] == []
    assert {arn.split(":")[3] for arn in arns} == {"eu-west-1", ""}  # --region wins over the manifest's


# --- All of it -------------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_whole_teardown(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """All sixteen steps and the full audit against an account on the network, by the wall clock: CLEAN."""
    estate.create(sandbox.session())

    result = run_suite("--aws", "--account", ACCOUNT)

    assert "17 passed" in result.output
    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}")
    assert (result.reports / "certificate.json").exists()
    assert result.exit_code == 0
