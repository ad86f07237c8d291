"""IAM's policy simulator in the sandbox, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.offers import Offer

if TYPE_CHECKING:
    from strict_moto import Sandbox
    from strict_moto.session import Session

ACCOUNT = "111122223333"
ARNS = ["arn:aws:s3:::one", "arn:aws:s3:::two"]
ME = f"arn:aws:iam::{ACCOUNT}:user/x"


def simulate(session: Session, *actions: str, region: str = "ap-southeast-1", **more: Any) -> Any:
    """Ask the simulator."""
    context = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": [region], "ContextKeyType": "string"}
    client: Any = session.client("iam")
    return client.simulate_principal_policy(
        PolicySourceArn=ME, ActionNames=list(actions), ContextEntries=[context], **more
    )


def test_everything_is_allowed(session: Session) -> None:
    """There is one result an action, named by the pattern of its ARNs; below it each resource has its own."""
    answer = simulate(session, "s3:DeleteBucket", ResourceArns=ARNS)

    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == "allowed"
    assert result["EvalResourceName"].startswith("arn:${Partition}:s3:")
    each = [(one["EvalResourceName"], one["EvalResourceDecision"]) for one in result["ResourceSpecificResults"]]
    assert each == [(arn, "allowed") for arn in ARNS]
    assert "OrganizationsDecisionDetail" not in result


def test_without_resources(session: Session) -> None:
    """Where no resource is named the result is for all, and has none below it."""
    (result,) = simulate(session, "s3:DeleteBucket")["EvaluationResults"]

    assert (result["EvalResourceName"], result["EvalDecision"]) == ("*", "allowed")
    assert "ResourceSpecificResults" not in result


def test_organizations_policy_is_evaluated(sandbox: Sandbox, session: Session) -> None:
    """What the organization's policy denies of Regions is denied, and said to be the organization's."""
    sandbox.offers[ACCOUNT] = Offer(allowed_regions=("ap-southeast-1",), organization=True)

    (here,) = simulate(session, "s3:DeleteBucket", ResourceArns=ARNS)["EvaluationResults"]
    (there,) = simulate(session, "s3:DeleteBucket", region="eu-west-1", ResourceArns=ARNS)["EvaluationResults"]

    assert (here["EvalDecision"], here["OrganizationsDecisionDetail"]) == ("allowed", {"AllowedByOrganizations": True})
    assert there["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    assert {one["EvalResourceDecision"] for one in there["ResourceSpecificResults"]} == {"explicitDeny"}


def test_policy_that_a_fault_plays(sandbox: Sandbox, session: Session) -> None:
    """What a schedule's policy forbids is denied beforehand, too: by action, and in its Region only."""
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="elbv2:Delete*", region="ap-*"),))
    names = ("elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:DescribeTargetGroups")

    for region, decisions in (("ap-southeast-1", ["explicitDeny", "allowed"]), ("us-east-1", ["allowed", "allowed"])):
        told = simulate(session, *names, region=region, ResourceArns=ARNS)["EvaluationResults"]
        assert [one["EvalDecision"] for one in told] == decisions


def test_pages(session: Session) -> None:
    """Results come in pages."""
    actions = [f"s3:Get{number:02}" for number in range(5)]
    first = simulate(session, *actions, MaxItems=3)

    assert first["IsTruncated"]
    second = simulate(session, *actions, MaxItems=3, Marker=first["Marker"])
    told = [one["EvalActionName"] for page in (first, second) for one in page["EvaluationResults"]]
    assert told == actions
