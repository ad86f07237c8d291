"""Missing permissions are named before anything is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.catalog import NAMED
from carbuyer_cleanup.permissions.policies import actions
from carbuyer_cleanup.permissions.preflight import NEEDS
from strict_moto import estate
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.world import Instead, Rule
from tests.on_a_port import sign_in
from tests.real.real_account import KEY_PAIR

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from strict_moto.world import Params, Request, World
    from tests.result import Result


pytestmark = pytest.mark.usefixtures("endpoint")


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
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="iam:SimulatePrincipalPolicy"),))

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
