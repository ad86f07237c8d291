"""CloudFront in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import io
import json
import math
import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto.front import Sandbox
from strict_moto.quirks import Quirks
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3


@pytest.fixture
def front(session: boto3.Session) -> Any:
    """Return a client of CloudFront."""
    return session.client("cloudfront")


def _control(front: Any) -> str:
    config = {
        "Name": "carbuyer-fcj-bucket",
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    made: str = front.create_origin_access_control(OriginAccessControlConfig=config)["OriginAccessControl"]["Id"]
    return made


def _config(control: str = "", function: str = "", reference: str = "once") -> dict[str, Any]:
    associated = {"LambdaFunctionARN": function, "EventType": "viewer-request"}
    origin = {
        "Id": "bucket",
        "DomainName": "carbuyer-fcj-bucket.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": control,
    }
    behavior: dict[str, Any] = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all"}
    if function:
        behavior["LambdaFunctionAssociations"] = {"Quantity": 1, "Items": [associated]}
    return {
        "CallerReference": reference,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
        "Comment": "",
        "Enabled": True,
    }


def _make(front: Any, **parts: str) -> str:
    tagged = {"DistributionConfig": _config(**parts), "Tags": {"Items": [{"Key": "Name", "Value": "fcj"}]}}
    made: str = front.create_distribution_with_tags(DistributionConfigWithTags=tagged)["Distribution"]["Id"]
    return made


def _disable(front: Any, number: str) -> str:
    """Disable a distribution and return the version that makes."""
    now = front.get_distribution_config(Id=number)
    config = now["DistributionConfig"] | {"Enabled": False}
    version: str = front.update_distribution(Id=number, IfMatch=now["ETag"], DistributionConfig=config)["ETag"]
    return version


def _status(front: Any, number: str) -> str:
    status: str = front.get_distribution(Id=number)["Distribution"]["Status"]
    return status


def test_whole_life(front: Any, sandbox: Sandbox) -> None:
    """A distribution is deleted after it has been disabled, deployed, and a little while longer."""
    number = _make(front)
    version = _disable(front, number)
    sandbox.clock.advance(240 + 30)
    front.delete_distribution(Id=number, IfMatch=version)
    with refused("NoSuchDistribution", status=404):
        front.get_distribution(Id=number)


def test_every_change_is_in_progress_for_minutes(front: Any, sandbox: Sandbox) -> None:
    """Looking does not deploy: the clock does, after each change anew."""
    number = front.create_distribution(DistributionConfig=_config())["Distribution"]["Id"]
    assert _status(front, number) == _status(front, number) == "InProgress"
    sandbox.clock.advance(239)
    _disable(front, number)
    sandbox.clock.advance(1)  # the end of the first deployment
    assert _status(front, number) == "InProgress"
    sandbox.clock.advance(239)
    assert front.list_distributions()["DistributionList"]["Items"][0]["Status"] == "Deployed"


def test_continuous_deployment(front: Any, sandbox: Sandbox) -> None:
    """The policy is told of the distribution that serves the traffic, and keeps the other one from being disabled."""
    primary, staging, other = (_make(front, reference=name) for name in "abc")
    sandbox.world.recall("continuous-deployment", "111122223333")[primary] = staging
    shown = [front.get_distribution_config(Id=number)["DistributionConfig"] for number in (primary, staging, other)]
    assert ["ContinuousDeploymentPolicyId" in config for config in shown] == [True, False, False]
    with refused("StagingDistributionInUse", status=409):
        _disable(front, staging)
    _disable(front, other)


def test_enabled(front: Any, sandbox: Sandbox) -> None:
    """An enabled distribution is DistributionNotDisabled 409."""
    number = _make(front)
    sandbox.clock.advance(300)
    version = front.get_distribution(Id=number)["ETag"]
    with refused("DistributionNotDisabled", status=409):
        front.delete_distribution(Id=number, IfMatch=version)


def test_disabled_but_in_progress(front: Any) -> None:
    """Disabled is not enough while the change is being deployed."""
    number = _make(front)
    version = _disable(front, number)
    with refused("DistributionNotDisabled", status=409):
        front.delete_distribution(Id=number, IfMatch=version)


@pytest.mark.parametrize(("code", "status"), [("DistributionNotDisabled", 409), ("PreconditionFailed", 412)])
def test_deployed_but_not_yet(code: str, status: int) -> None:
    """Until a while after Deployed it is refused, with either code."""
    sandbox = Sandbox(Clock(math.inf), Quirks(distribution_lag_code=code))
    front = sandbox.session().client("cloudfront")
    number = _make(front)
    version = _disable(front, number)
    with refused(code, status=status):
        front.delete_distribution(Id=number, IfMatch=version)
    sandbox.clock.advance(240)
    assert _status(front, number) == "Deployed"
    with refused(code, status=status):
        front.delete_distribution(Id=number, IfMatch=version)
    sandbox.clock.advance(30)
    front.delete_distribution(Id=number, IfMatch=version)


def test_old_version(front: Any, sandbox: Sandbox) -> None:
    """Each change makes a new version; an older one is PreconditionFailed 412, for changes and for deletion."""
    number = _make(front)
    old = front.get_distribution_config(Id=number)
    assert _disable(front, number) != old["ETag"]
    sandbox.clock.advance(300)
    with refused("PreconditionFailed", status=412):
        front.delete_distribution(Id=number, IfMatch=old["ETag"])
    with refused("PreconditionFailed", status=412):
        front.update_distribution(Id=number, IfMatch=old["ETag"], DistributionConfig=old["DistributionConfig"])
    assert front.list_distributions()["DistributionList"]["Items"][0]["ETag"] != old["ETag"]


def _calls(front: Any, control: str, distribution: str) -> dict[str, Callable[..., Any]]:
    """Return the calls that need a version."""
    config = front.get_origin_access_control(Id=control)["OriginAccessControl"]["OriginAccessControlConfig"]
    return {
        "DeleteDistribution": partial(front.delete_distribution, Id=distribution),
        "DeleteOriginAccessControl": partial(front.delete_origin_access_control, Id=control),
        "UpdateDistribution": partial(front.update_distribution, Id=distribution, DistributionConfig=_config()),
        "UpdateOriginAccessControl": partial(
            front.update_origin_access_control, Id=control, OriginAccessControlConfig=config
        ),
    }


@pytest.mark.parametrize(
    "call", ["DeleteDistribution", "DeleteOriginAccessControl", "UpdateDistribution", "UpdateOriginAccessControl"]
)
def test_version(front: Any, call: str) -> None:
    """A change or deletion without a version is InvalidIfMatchVersion 400, with a wrong one PreconditionFailed 412."""
    act = _calls(front, _control(front), _make(front))[call]
    with refused("InvalidIfMatchVersion", status=400):
        act()
    with refused("PreconditionFailed", status=412):
        act(IfMatch="E0")


def test_gone_access_control(front: Any) -> None:
    """An origin access control that is gone is NoSuchOriginAccessControl 404."""
    control = _control(front)
    calls = _calls(front, control, _make(front))
    calls["DeleteOriginAccessControl"](IfMatch=front.get_origin_access_control(Id=control)["ETag"])
    for call in ("DeleteOriginAccessControl", "UpdateOriginAccessControl"):
        with refused("NoSuchOriginAccessControl", status=404):
            calls[call](IfMatch="E0")


def test_another_caller_reference(front: Any) -> None:
    """The caller reference of a distribution never changes."""
    number = _make(front)
    version = front.get_distribution(Id=number)["ETag"]
    with refused("IllegalUpdate"):
        front.update_distribution(
            Id=number, IfMatch=version, DistributionConfig=_config() | {"CallerReference": "twice"}
        )


def test_pricing_plan(front: Any, sandbox: Sandbox) -> None:
    """A distribution on a pricing plan stays, however long one waits."""
    number = _make(front)
    sandbox.world.recall("pricing-plans", "111122223333")[number] = ("PRO",)
    version = _disable(front, number)
    sandbox.clock.advance(86_400)
    with refused("PreconditionFailed", "while it's subscribed to a pricing plan", 412):
        front.delete_distribution(Id=number, IfMatch=version)


def test_pricing_plans_are_listed(session: boto3.Session, sandbox: Sandbox) -> None:
    """PricingPlanManager tells the tier, what is on the plan, and when it ends if it is cancelled."""
    end = datetime(2026, 12, 1, tzinfo=UTC)
    sandbox.world.recall("pricing-plans", "111122223333").update({"E1": ("PRO",), "E2": ("FREE", end)})

    listed = session.client("pricing-plan-manager", region_name="us-east-1").list_subscriptions()

    pro, free = listed["subscriptionSummaries"]
    assert (pro["planTier"], pro["resourceArns"][0]) == ("PRO", "arn:aws:cloudfront::111122223333:distribution/E1")
    assert free["scheduledChange"] == {"changeType": "CANCELLATION", "effectiveDate": end}
    assert "scheduledChange" not in pro


def test_access_control_in_use(front: Any, sandbox: Sandbox) -> None:
    """An origin access control stays while a distribution, be it disabled, has it in its configuration."""
    control = _control(front)
    number = _make(front, control=control)
    version = front.get_origin_access_control(Id=control)["ETag"]
    disabled = _disable(front, number)
    with refused("OriginAccessControlInUse", status=409):
        front.delete_origin_access_control(Id=control, IfMatch=version)
    sandbox.clock.advance(270)
    front.delete_distribution(Id=number, IfMatch=disabled)
    front.delete_origin_access_control(Id=control, IfMatch=version)


def test_configuration_keeps_the_access_control(front: Any) -> None:
    """The origin access control is shown by every call that shows origins, also after an update."""
    control = _control(front)
    number = _make(front, control=control)
    _disable(front, number)
    shown = front.get_distribution_config(Id=number)["DistributionConfig"]["Origins"]["Items"][0]
    assert shown["OriginAccessControlId"] == control
    listed = front.list_distributions()["DistributionList"]["Items"][0]
    assert listed["Origins"]["Items"][0]["OriginAccessControlId"] == control


def test_version_of_an_access_control(front: Any) -> None:
    """An update of an origin access control makes a new version too."""
    control = _control(front)
    old = front.get_origin_access_control(Id=control)
    config = old["OriginAccessControl"]["OriginAccessControlConfig"] | {"Description": "x"}
    front.update_origin_access_control(Id=control, IfMatch=old["ETag"], OriginAccessControlConfig=config)
    with refused("PreconditionFailed", status=412):
        front.delete_origin_access_control(Id=control, IfMatch=old["ETag"])


def test_tags(front: Any, sandbox: Sandbox) -> None:
    """Tags are read by ARN, of what is there: lists and configurations have none."""
    number = _make(front)
    shown = front.list_distributions()["DistributionList"]["Items"][0]
    assert "Tags" not in shown
    tags = front.list_tags_for_resource(Resource=shown["ARN"])["Tags"]["Items"]
    assert tags == [{"Key": "Name", "Value": "fcj"}]
    version = _disable(front, number)
    sandbox.clock.advance(270)
    front.delete_distribution(Id=number, IfMatch=version)
    for call, more in (
        (front.list_tags_for_resource, {}),
        (front.tag_resource, {"Tags": {"Items": [{"Key": "a", "Value": "1"}]}}),
        (front.untag_resource, {"TagKeys": {"Items": ["a"]}}),
    ):
        with refused("NoSuchResource", status=404):
            call(Resource=shown["ARN"], **more)


def test_empty_list_has_no_items(front: Any) -> None:
    """A list of nothing has a quantity and no items; of origin access identities there is none."""
    listed = front.list_distributions()["DistributionList"]
    assert listed["Quantity"] == 0
    assert "Items" not in listed
    identities = front.list_cloud_front_origin_access_identities()["CloudFrontOriginAccessIdentityList"]
    assert identities["Quantity"] == 0


def test_function_at_the_edge(session: boto3.Session, front: Any, sandbox: Sandbox) -> None:
    """A function that runs at the edge cannot be deleted until hours after its last distribution."""
    functions, arn = session.client("lambda", region_name="us-east-1"), _function(session)
    number = _make(front, function=f"{arn}:1")
    with refused("InvalidParameterValueException", "because it is a replicated function"):
        functions.delete_function(FunctionName="edge")
    version = _disable(front, number)
    sandbox.clock.advance(7200)
    front.delete_distribution(Id=number, IfMatch=version)
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


def test_deleted_distribution_is_listed_a_little_longer(sandbox: Sandbox, front: Any) -> None:
    """For some seconds after its deletion it is still in the list, as it was, though it has no tags any more."""
    made = front.create_distribution(DistributionConfig=_config() | {"Enabled": False})
    sandbox.clock.advance(600)
    (before,) = front.list_distributions()["DistributionList"]["Items"]
    front.delete_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"])

    assert front.list_distributions()["DistributionList"]["Items"] == [before]
    with refused("NoSuchResource", status=404):
        front.list_tags_for_resource(Resource=before["ARN"])
    sandbox.clock.advance(sandbox.quirks.distribution_still_listed)
    assert front.list_distributions()["DistributionList"]["Quantity"] == 0
    assert sandbox.defects == []


def _sent_again(front: Any, number: str, **parts: Any) -> None:
    now = front.get_distribution_config(Id=number)
    config = now["DistributionConfig"] | parts
    front.update_distribution(Id=number, IfMatch=now["ETag"], DistributionConfig=config)


FUNCTION = {"FunctionARN": "arn:aws:cloudfront::111122223333:function/gone", "EventType": "viewer-request"}
ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/gone/1"
CERTIFICATE = {
    "ACMCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/gone",
    "SSLSupportMethod": "sni-only",
}
LOGGING = {"Enabled": True, "IncludeCookies": False, "Bucket": "gone.s3.amazonaws.com", "Prefix": ""}
STALE: list[tuple[str, dict[str, Any]]] = [
    ("InvalidArgument", {"Logging": LOGGING}),
    ("InvalidViewerCertificate", {"ViewerCertificate": CERTIFICATE}),
    ("InvalidWebACLId", {"WebACLId": ACL}),
    ("InvalidFunctionAssociation", {"functions": {"Quantity": 1, "Items": [FUNCTION]}}),
]


@pytest.mark.parametrize("operation", ["create_distribution", "create_distribution_with_tags", "update_distribution"])
@pytest.mark.parametrize(("code", "parts"), STALE, ids=[code for code, _ in STALE])
def test_configuration_is_checked_anew(front: Any, code: str, parts: dict[str, Any], operation: str) -> None:
    """What names something that is gone is kept, and refused at the next update."""
    config, more = _config(), dict(parts)
    if functions := more.pop("functions", None):
        config["DefaultCacheBehavior"]["FunctionAssociations"] = functions
    if operation == "create_distribution_with_tags":
        tagged = {"DistributionConfig": config | more, "Tags": {"Items": []}}
        number = front.create_distribution_with_tags(DistributionConfigWithTags=tagged)["Distribution"]["Id"]
    else:
        number = front.create_distribution(DistributionConfig=config | more)["Distribution"]["Id"]
    with refused(code):
        _sent_again(front, number, Enabled=False)


def test_what_an_update_sends_is_kept(front: Any) -> None:
    """Logging that was switched off is off."""
    number = front.create_distribution(DistributionConfig=_config() | {"Logging": LOGGING})["Distribution"]["Id"]
    _sent_again(front, number, Logging=LOGGING | {"Enabled": False, "Bucket": ""})
    assert not front.get_distribution_config(Id=number)["DistributionConfig"]["Logging"]["Enabled"]
    _sent_again(front, number, Enabled=False)
