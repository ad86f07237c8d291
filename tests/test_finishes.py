"""The whole suite finishes what it can, whatever AWS refuses: no preparation that fails keeps a step from going on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.states import NOTHING_ALLOWED, STATES
from strict_moto.world import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.exhaustive
USER = "carbuyer-app-user"


def deny(sandbox: Sandbox, *calls: str) -> None:
    """Let AWS refuse calls for good."""
    sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls=call) for call in calls))


def move_into_vpc(builder: Builder) -> None:
    """Put the function into the workshop's VPC."""
    network = {
        "SubnetIds": [builder.ids["carbuyer-fcj-private1"]],
        "SecurityGroupIds": [builder.ids["carbuyer-admin-sg"]],
    }
    builder.client("lambda").update_function_configuration(FunctionName="carbuyer-email-service", VpcConfig=network)
    builder.wait(60)


def test_function_that_does_not_leave_its_vpc(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]
) -> None:
    """It is deleted; what it leaves in the VPC is waited for, with its role; then all is gone."""
    move_into_vpc(estate.create(session))
    deny(sandbox, "lambda:UpdateFunctionConfiguration")

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert session.client("lambda").list_functions()["Functions"] == []
    assert "carbuyer-lambda-email-role" not in str(session.client("iam").list_roles()["Roles"])


def test_instance_of_which_one_protection_stays(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]
) -> None:
    """A refused change of the stop protection, which is off, leaves no instance running."""
    builder = estate.create(session)
    for name in ("carbuyer-customer-service", "carbuyer-admin-service"):
        builder.client("ec2").modify_instance_attribute(
            InstanceId=builder.ids[name], DisableApiTermination={"Value": True}
        )
    refusal = Rule(
        "ec2:ModifyInstanceAttribute",
        lambda _, request: "DisableApiStop" in request.params,
        "UnsupportedOperation",
        "The attribute 'disableApiStop' is not supported.",
        "injected",
    )
    sandbox.use((refusal, *RULES))

    result = run_suite()

    assert result.exit_code == 0, result.output


def test_instance_of_a_persistent_spot_request(session: Session, run_suite: Callable[..., Result]) -> None:
    """Its request goes first: else another instance, without a name, would be there a minute later."""
    STATES["instance"]["of a Spot request"](estate.create(session))

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert session.client("ec2").describe_spot_instance_requests()["SpotInstanceRequests"] == []


def test_device_that_is_held(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """A device that AWS does not take off its user keeps neither keys nor policies from going."""
    builder, iam = estate.create(session), session.client("iam")
    STATES["user"]["with everything"](builder)
    policy: Any = {"PolicyName": "carbuyer-x", "PolicyDocument": json.dumps(NOTHING_ALLOWED)}
    arn = iam.create_policy(**policy)["Policy"]["Arn"]
    iam.attach_user_policy(UserName=USER, PolicyArn=arn)
    deny(sandbox, "iam:DeactivateMFADevice")

    result = run_suite()

    assert result.exit_code == 1
    assert "iam:DeactivateMFADevice answered AccessDenied" in result.output
    assert [p["PolicyName"] for p in iam.list_policies(Scope="Local")["Policies"]] == []
    assert iam.list_access_keys(UserName=USER)["AccessKeyMetadata"] == []
    assert iam.list_ssh_public_keys(UserName=USER)["SSHPublicKeys"] == []


def test_uploads_that_stay(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """A bucket goes though its unfinished uploads can't be aborted; that they could not is told."""
    builder = estate.create(session)
    STATES["bucket"]["uploads unfinished"](builder)
    deny(sandbox, "s3:AbortMultipartUpload")

    result = run_suite()

    assert "s3:AbortMultipartUpload in ap-southeast-1 was refused" in result.output
    assert builder.client("s3").list_buckets()["Buckets"] == []


def test_distribution_whose_log_bucket_is_gone(session: Session, run_suite: Callable[..., Result]) -> None:
    """CloudFront takes its configuration back only without the logs: then it goes as any other."""
    builder = estate.create(session)
    cloudfront, id_ = builder.client("cloudfront"), builder.ids["fcj-cloudfront-carbuyer"]
    builder.client("s3").create_bucket(
        Bucket="logs-of-somebody", CreateBucketConfiguration={"LocationConstraint": builder.region}
    )
    answer = cloudfront.get_distribution_config(Id=id_)
    logging = {"Enabled": True, "IncludeCookies": False, "Bucket": "logs-of-somebody.s3.amazonaws.com", "Prefix": ""}
    cloudfront.update_distribution(
        Id=id_, IfMatch=answer["ETag"], DistributionConfig=answer["DistributionConfig"] | {"Logging": logging}
    )
    builder.client("s3").delete_bucket(Bucket="logs-of-somebody")
    builder.wait(3600)

    result = run_suite()

    assert result.exit_code == 0, result.output
