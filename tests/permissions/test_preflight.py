"""The preflight: IAM's simulator is asked for what the steps take, and read as AWS documents it."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.clients import GLOBAL
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.backup import calls as backup
from carbuyer_cleanup.catalog import KINDS, NAMED
from carbuyer_cleanup.kinds import emptying, hanging
from carbuyer_cleanup.permissions import preflight
from carbuyer_cleanup.permissions.policies import SAVING, SCOPED, SCOPES
from carbuyer_cleanup.permissions.preflight import NEEDS, Lacking
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.journal import Journal
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto.offers import Offer
from strict_moto.rules import RULES
from strict_moto.world import Instead, Rule
from tests.spoken import calls_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.permissions.preflight import Plan
    from carbuyer_cleanup.resource import Kind
    from carbuyer_cleanup.teardown.plan import Step
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from strict_moto.world import Params, Request, World

ACCOUNT = "111122223333"
ME = f"arn:aws:iam::{ACCOUNT}:user/rehearsal"
MANIFEST = Path(__file__).parents[2] / "cleanup_tests" / "workshop.toml"
HELPERS = {"bucket": emptying, "user": hanging}  # modules that make a kind's calls for it
SAVED = {call for scope in SAVING for call in scope.calls}
VPC, ADDRESS = "ec2:DeleteVpc", "ec2:ReleaseAddress"


def test_needs_are_all_that_is_granted_for_some_resources_only() -> None:
    """What the steps need together is what the policies grant, but for the question itself."""
    assert {call for needs in NEEDS.values() for call in needs} | SAVED == SCOPED - {"iam:SimulatePrincipalPolicy"}
    assert {call for kind in KINDS for grant in backup.grants(kind) for call in grant.calls} == SAVED
    assert backup.CONTENTS.keys() <= NAMED.keys()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_each_step_needs_what_its_kinds_call(step: Step) -> None:
    """No kind makes a call, granted for some resources only, that its step's line leaves out; none is superfluous."""
    modules = {
        inspect.getmodule(inspect.unwrap(function)) for kind in step.kinds for function in (kind.find, kind.delete)
    }
    modules |= {HELPERS[name] for name in HELPERS if any(str(m.__name__).endswith(f".{name}") for m in modules if m)}

    made = {call for module in modules if module for call in calls_in(inspect.getsource(module), SCOPED)}
    needed = {call for kind in step.kinds for call in NEEDS[kind]}
    assert made >= needed >= made - SHARED - SAVED


SHARED = {"ec2:DeleteVolume", "iam:SimulatePrincipalPolicy"}


@pytest.fixture
def lacking(sandbox: Sandbox, session: Session, tmp_path: Path) -> Callable[..., Lacking]:
    """Return what asks the sandbox's simulator, or one that answers what is given for each action."""

    def ask(*numbers: int, plan: Plan | None = None, answers: dict[str, Params] | None = None) -> Lacking:
        if answers is not None:
            sandbox.use((_simulator(answers), *(rule for rule in RULES if "Simulate" not in rule.call)))
        with ThreadPoolExecutor(2) as pool:
            aws = Aws(
                session, account=ACCOUNT, caller=ME, region="ap-southeast-1", workshop=workshop.load(MANIFEST),
                journal=Journal(tmp_path / "journal.jsonl", ACCOUNT), clock=sandbox.clock, pool=pool,
            )  # fmt: skip
            return asyncio.run(preflight.lacking(aws, plan or _everything_of(*numbers)))

    return ask


def _everything_of(*numbers: int) -> Plan:
    """Return a plan that names one of each kind of some steps."""
    return {kind: [_one(kind)] for kind in KINDS if kind.step in numbers}


def _one(kind: Kind, name: str = "") -> Resource:
    return Resource(kind.name, "x", name, "ap-southeast-1", why="", entry=kind.entry)


def _simulator(answers: dict[str, Params]) -> Instead:
    def act(_world: World, request: Request) -> Params:
        wanted = request.params["ActionNames"]
        allowed = {"EvalDecision": "allowed", "EvalResourceName": "*"}
        results = [{"EvalActionName": action, **answers.get(action, allowed)} for action in wanted]
        return {"EvaluationResults": results, "IsTruncated": False}

    return Instead("iam:SimulatePrincipalPolicy", act, "a test's own")


def of(decision: str, *resources: str, **more: Any) -> Params:
    """Return a result: its own decision, and those of its resources."""
    each = [{"EvalResourceName": f"arn:aws:ec2:{n}", "EvalResourceDecision": told} for n, told in enumerate(resources)]
    return {
        "EvalDecision": decision,
        "EvalResourceName": "arn:${Partition}:ec2:*",
        "ResourceSpecificResults": each,
        **more,
    }


def test_allowed_for_the_resources_it_fits(lacking: Callable[..., Lacking]) -> None:
    """What a result says of itself is the most restrictive of all its resources, and most actions fit one of them."""
    found = lacking(5, answers={ADDRESS: of("implicitDeny", "implicitDeny", "allowed", "implicitDeny")})

    assert found == Lacking()


def test_denied_for_all_resources(lacking: Callable[..., Lacking]) -> None:
    """An action that is allowed for no resource is lacking."""
    found = lacking(5, answers={ADDRESS: of("implicitDeny", "implicitDeny", "explicitDeny")})

    assert found == Lacking(denied=(ADDRESS,))


def test_denied_without_resources(lacking: Callable[..., Lacking]) -> None:
    """A result without resources of its own speaks for itself."""
    assert lacking(5, answers={ADDRESS: of("implicitDeny")}) == Lacking(denied=(ADDRESS,))


def test_forbidden_by_the_organization(lacking: Callable[..., Lacking]) -> None:
    """What a service control policy forbids is told apart: the account's owner can't allow it."""
    detail = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}

    assert lacking(5, answers={ADDRESS: of("explicitDeny", "explicitDeny", **detail)}) == Lacking(forbidden=(ADDRESS,))


def test_what_depends_on_the_request(lacking: Callable[..., Lacking]) -> None:
    """A denial that hangs on what the simulator wasn't told, such as a second factor, is none that anybody knows of."""
    told = of("explicitDeny", "explicitDeny")
    told["ResourceSpecificResults"][0]["MissingContextValues"] = ["aws:MultiFactorAuthPresent"]

    found = lacking(5, answers={ADDRESS: told})

    assert found == Lacking(unclear=(ADDRESS,), keys=("aws:MultiFactorAuthPresent",))


def test_other_steps_are_not_asked_for(sandbox: Sandbox, lacking: Callable[..., Lacking]) -> None:
    """What only other steps take is not asked for, so that nobody is warned of it."""
    assert lacking(5, answers={VPC: of("implicitDeny", "implicitDeny")}) == Lacking()
    assert [entry.call for entry in sandbox.log].count("iam:SimulatePrincipalPolicy") == 1


def test_kinds_of_which_nothing_is_there_are_not_asked_for(sandbox: Sandbox, lacking: Callable[..., Lacking]) -> None:
    """Who may delete the instances that there are is not warned of volumes and Spot requests, of which there are none.

    What a deletion may bring into being is asked for: a function's last words make its log group anew.
    """
    found = NAMED["EC2 instance"], NAMED["key pair"], NAMED["Lambda function"]
    nothing: Plan = {kind: [] for kind in KINDS}

    lacking(plan={**nothing, **{kind: [_one(kind)] for kind in found}})

    asked = [entry.call for entry in sandbox.log].count("iam:SimulatePrincipalPolicy")
    scopes = {one.statement for kind in (*found, NAMED["log group of a function"]) for one in kind.grants}
    assert asked == len(scopes) == 5


def test_names_that_were_found_are_asked_about(sandbox: Sandbox, lacking: Callable[..., Lacking]) -> None:
    """Who may delete this very bucket, and no other, is not warned: the simulator is asked about what was found."""
    bucket = NAMED["S3 bucket"]
    asked: list[str] = []
    sandbox.use((_noting(asked), *RULES))

    lacking(plan={bucket: [_one(bucket, "carbuyer-photos-of-nguyen")]})

    assert asked == ["arn:aws:s3:::carbuyer-photos-of-nguyen", "arn:aws:s3:::carbuyer-photos-of-nguyen/0"]


def _noting(asked: list[str]) -> Rule:
    return Rule(
        "iam:SimulatePrincipalPolicy",
        lambda _, request: asked.extend(request.params["ResourceArns"]), "", "", "a test's own",
    )  # fmt: skip


def test_everything_is_allowed_to_an_administrator(lacking: Callable[..., Lacking]) -> None:
    """The sandbox's own simulator allows everything, whatever the page's length."""
    assert lacking(*range(1, 17)) == Lacking()


def test_policy_that_denies_the_region(sandbox: Sandbox, lacking: Callable[..., Lacking]) -> None:
    """Where the organization denies the workshop's Region, all that is asked there is forbidden; IAM is at home."""
    sandbox.offers[ACCOUNT] = Offer(allowed_regions=("us-east-1",), organization=True)

    assert lacking(3, 14, 15, 16).forbidden == (
        "ec2:CancelSpotInstanceRequests", "ec2:DeleteKeyPair", "ec2:DeleteVolume", "ec2:ModifyInstanceAttribute",
        "ec2:TerminateInstances",
    )  # fmt: skip


def test_global_services_are_asked_at_home(sandbox: Sandbox, lacking: Callable[..., Lacking]) -> None:
    """A policy sees calls of IAM and CloudFront in the Region of their one endpoint."""
    asked: list[tuple[str, str]] = []

    def note(_world: World, request: Request) -> Params:
        entries = {one["ContextKeyName"]: one["ContextKeyValues"] for one in request.params["ContextEntries"]}
        asked.extend((action, entries["aws:RequestedRegion"][0]) for action in request.params["ActionNames"])
        results = [{"EvalActionName": action, "EvalDecision": "allowed"} for action in request.params["ActionNames"]]
        return {"EvaluationResults": results, "IsTruncated": False}

    sandbox.use((Instead("iam:SimulatePrincipalPolicy", note, "a test's own"), *RULES))
    lacking(8, 14, 16)

    home = {action for action, region in asked if region == "us-east-1"}
    assert {action.split(":")[0] for action in home} == {"cloudfront", "iam"}
    assert {region for action, region in asked if action not in home} == {"ap-southeast-1"}


def test_scopes_are_of_one_service() -> None:
    """Each scope is asked in one Region, which its first call tells."""
    homes = [{call.split(":")[0] in GLOBAL for call in scope.calls} for scope in SCOPES]
    assert [scope.name for scope, home in zip(SCOPES, homes, strict=True) if len(home) > 1] == []
