"""How CloudFront deletes a distribution: each rule, seen with plain boto3."""

from __future__ import annotations

import io
import json
import math
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.sandbox.cloudfront import configuration, disable, make_distribution
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


def _status(cloudfront: Any, number: str) -> str:
    status: str = cloudfront.get_distribution(Id=number)["Distribution"]["Status"]
    return status


def test_whole_life(cloudfront: Any, sandbox: Sandbox) -> None:
    """A distribution is deleted after it has been disabled, deployed, and a little while longer."""
    number = make_distribution(cloudfront)
    version = disable(cloudfront, number)
    sandbox.clock.advance(240 + 30)
    cloudfront.delete_distribution(Id=number, IfMatch=version)
    with refused("NoSuchDistribution", status=404):
        cloudfront.get_distribution(Id=number)


def test_every_change_is_in_progress_for_minutes(cloudfront: Any, sandbox: Sandbox) -> None:
    """Looking does not deploy: the clock does, after each change anew."""
    number = cloudfront.create_distribution(DistributionConfig=configuration())["Distribution"]["Id"]
    assert _status(cloudfront, number) == _status(cloudfront, number) == "InProgress"
    sandbox.clock.advance(239)
    disable(cloudfront, number)
    sandbox.clock.advance(1)  # the end of the first deployment
    assert _status(cloudfront, number) == "InProgress"
    sandbox.clock.advance(239)
    assert cloudfront.list_distributions()["DistributionList"]["Items"][0]["Status"] == "Deployed"


def test_continuous_deployment(cloudfront: Any, sandbox: Sandbox) -> None:
    """The policy is told of the distribution that serves the traffic, and keeps the other one from being disabled."""
    primary, staging, other = (make_distribution(cloudfront, reference=name) for name in "abc")
    sandbox.world.recall("continuous-deployment", "111122223333")[primary] = staging
    shown = [
        cloudfront.get_distribution_config(Id=number)["DistributionConfig"] for number in (primary, staging, other)
    ]
    assert ["ContinuousDeploymentPolicyId" in config for config in shown] == [True, False, False]
    with refused("StagingDistributionInUse", status=409):
        disable(cloudfront, staging)
    disable(cloudfront, other)


def test_enabled(cloudfront: Any, sandbox: Sandbox) -> None:
    """An enabled distribution is DistributionNotDisabled 409."""
    number = make_distribution(cloudfront)
    sandbox.clock.advance(300)
    version = cloudfront.get_distribution(Id=number)["ETag"]
    with refused("DistributionNotDisabled", status=409):
        cloudfront.delete_distribution(Id=number, IfMatch=version)


def test_disabled_but_in_progress(cloudfront: Any) -> None:
    """Disabled is not enough while the change is being deployed."""
    number = make_distribution(cloudfront)
    version = disable(cloudfront, number)
    with refused("DistributionNotDisabled", status=409):
        cloudfront.delete_distribution(Id=number, IfMatch=version)


@pytest.mark.parametrize(("code", "status"), [("DistributionNotDisabled", 409), ("PreconditionFailed", 412)])
def test_deployed_but_not_yet(code: str, status: int) -> None:
    """Until a while after Deployed it is refused, with either code."""
    sandbox = Sandbox(Clock(math.inf), Quirks(distribution_lag_code=code))
    cloudfront = sandbox.session().client("cloudfront")
    number = make_distribution(cloudfront)
    version = disable(cloudfront, number)
    with refused(code, status=status):
        cloudfront.delete_distribution(Id=number, IfMatch=version)
    sandbox.clock.advance(240)
    assert _status(cloudfront, number) == "Deployed"
    with refused(code, status=status):
        cloudfront.delete_distribution(Id=number, IfMatch=version)
    sandbox.clock.advance(30)
    cloudfront.delete_distribution(Id=number, IfMatch=version)


def test_pricing_plan(cloudfront: Any, sandbox: Sandbox) -> None:
    """A distribution on a pricing plan stays, however long one waits."""
    number = make_distribution(cloudfront)
    sandbox.world.recall("pricing-plans", "111122223333")[number] = ("PRO",)
    version = disable(cloudfront, number)
    sandbox.clock.advance(86_400)
    with refused("PreconditionFailed", "while it's subscribed to a pricing plan", 412):
        cloudfront.delete_distribution(Id=number, IfMatch=version)


def test_pricing_plans_are_listed(session: boto3.Session, sandbox: Sandbox) -> None:
    """PricingPlanManager tells the tier, what is on the plan, and when it ends if it is cancelled."""
    end = datetime(2026, 12, 1, tzinfo=UTC)
    sandbox.world.recall("pricing-plans", "111122223333").update({"E1": ("PRO",), "E2": ("FREE", end)})

    listed = session.client("pricing-plan-manager", region_name="us-east-1").list_subscriptions()

    pro, free = listed["subscriptionSummaries"]
    assert (pro["planTier"], pro["resourceArns"][0]) == ("PRO", "arn:aws:cloudfront::111122223333:distribution/E1")
    assert free["scheduledChange"] == {"changeType": "CANCELLATION", "effectiveDate": end}
    assert "scheduledChange" not in pro


def test_tags(cloudfront: Any, sandbox: Sandbox) -> None:
    """Tags are read by ARN, of what is there: lists and configurations have none."""
    number = make_distribution(cloudfront)
    shown = cloudfront.list_distributions()["DistributionList"]["Items"][0]
    assert "Tags" not in shown
    tags = cloudfront.list_tags_for_resource(Resource=shown["ARN"])["Tags"]["Items"]
    assert tags == [{"Key": "Name", "Value": "fcj"}]
    version = disable(cloudfront, number)
    sandbox.clock.advance(270)
    cloudfront.delete_distribution(Id=number, IfMatch=version)
    for call, more in (
        (cloudfront.list_tags_for_resource, {}),
        (cloudfront.tag_resource, {"Tags": {"Items": [{"Key": "a", "Value": "1"}]}}),
        (cloudfront.untag_resource, {"TagKeys": {"Items": ["a"]}}),
    ):
        with refused("NoSuchResource", status=404):
            call(Resource=shown["ARN"], **more)


def test_empty_list_has_no_items(cloudfront: Any) -> None:
    """A list of nothing has a quantity and no items; of origin access identities there is none."""
    listed = cloudfront.list_distributions()["DistributionList"]
    assert listed["Quantity"] == 0
    assert "Items" not in listed
    identities = cloudfront.list_cloud_front_origin_access_identities()["CloudFrontOriginAccessIdentityList"]
    assert identities["Quantity"] == 0


def test_function_at_the_edge(session: boto3.Session, cloudfront: Any, sandbox: Sandbox) -> None:
    """A function that runs at the edge cannot be deleted until hours after its last distribution."""
    functions, arn = session.client("lambda", region_name="us-east-1"), _function(session)
    number = make_distribution(cloudfront, function=f"{arn}:1")
    with refused("InvalidParameterValueException", "because it is a replicated function"):
        functions.delete_function(FunctionName="edge")
    version = disable(cloudfront, number)
    sandbox.clock.advance(7200)
    cloudfront.delete_distribution(Id=number, IfMatch=version)
    with refused("InvalidParameterValueException"):
        functions.delete_function(FunctionName="edge")
    sandbox.clock.advance(7200)
    functions.delete_function(FunctionName="edge")


def _function(session: boto3.Session) -> str:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    trust["Statement"][0]["Principal"] = {"Service": "lambda.amazonaws.com"}  # type: ignore[index]
    role = session.client("iam").create_role(RoleName="edge", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("index.mjs", "")
    arn: str = session.client("lambda", region_name="us-east-1").create_function(
        FunctionName="edge", Role=role["Arn"], Runtime="nodejs22.x", Handler="i.h", Code={"ZipFile": code.getvalue()}
    )["FunctionArn"]
    return arn


def test_deleted_distribution_is_listed_a_little_longer(sandbox: Sandbox, cloudfront: Any) -> None:
    """For some seconds after its deletion it is still in the list, as it was, though it has no tags any more."""
    made = cloudfront.create_distribution(DistributionConfig=configuration() | {"Enabled": False})
    sandbox.clock.advance(600)
    (before,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    cloudfront.delete_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"])

    assert cloudfront.list_distributions()["DistributionList"]["Items"] == [before]
    with refused("NoSuchResource", status=404):
        cloudfront.list_tags_for_resource(Resource=before["ARN"])
    sandbox.clock.advance(sandbox.quirks.distribution_still_listed)
    assert cloudfront.list_distributions()["DistributionList"]["Quantity"] == 0
    assert sandbox.defects == []
