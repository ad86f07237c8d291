"""What AWS refuses for good in real accounts: the step fails at once, and the terminal says what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from strict_moto import estate
from strict_moto import estate_services as services
from strict_moto.builder import spec
from strict_moto.rules import RULES
from strict_moto.sandbox import ACCOUNT
from strict_moto.states import STATES
from strict_moto.states_beside import guardduty
from strict_moto.world import Rule
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

    Arrange = Callable[[Builder, Sandbox], object]

TROUBLESHOOTING = "IAM user guide, Troubleshoot access denied error messages"
NOT_AUTHORIZED = "You are not authorized to perform: ec2:DeleteKeyPair "


class Situation(NamedTuple):
    """What is built and how it is found, the steps that meet it, and words of the sentence that helps."""

    parts: tuple[str, ...]
    steps: str
    arrange: Arrange
    says: str


def refused(call: str, code: str, message: str, source: str) -> Arrange:
    """Return what lets AWS refuse a call, where a rule of the sandbox's own would be more than the state is worth."""
    return lambda _site, sandbox: sandbox.use((Rule(call, lambda *_: True, code, message, source), *RULES))


def mfa_delete(builder: Builder, _sandbox: Sandbox) -> None:
    """Switch MFA delete on, as only the root user can."""
    how = {"Status": "Enabled", "MFADelete": "Enabled"}
    builder.client("s3").put_bucket_versioning(Bucket=builder.bucket, MFA="device 123456", VersioningConfiguration=how)


def object_lock(builder: Builder, _sandbox: Sandbox) -> None:
    """Put a legal hold on an object."""
    s3, bucket, place = builder.client("s3"), "carbuyer-locked", {"LocationConstraint": builder.region}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=bucket, Key="held", Body=b"")
    s3.put_object_legal_hold(Bucket=bucket, Key="held", LegalHold={"Status": "ON"})


def at_the_edge(builder: Builder, sandbox: Sandbox) -> None:
    """Let CloudFront have copies of the function."""
    sandbox.world.recall("edge-functions", ACCOUNT)[builder.ids["carbuyer-email-service"]] = float("inf")


def staged(builder: Builder, sandbox: Sandbox) -> None:
    """Let the distribution have a staging one, of which there is no more than the id."""
    sandbox.world.recall("continuous-deployment", ACCOUNT)[builder.ids["fcj-cloudfront-carbuyer"]] = "E2"


def staging(builder: Builder, sandbox: Sandbox) -> None:
    """Let a copy of the distribution be the staging one of somebody's."""
    sandbox.world.recall("continuous-deployment", ACCOUNT)["E1"] = services.distribution(builder, "carbuyer-copy")


def locked_address(builder: Builder, sandbox: Sandbox) -> None:
    """Let AWS lock an address."""
    made = builder.client("ec2").allocate_address(Domain="vpc", TagSpecifications=spec("elastic-ip", "carbuyer-ip"))
    sandbox.world.recall("ec2-locked", ACCOUNT, builder.region)[made["AllocationId"]] = True


def managed_endpoint(builder: Builder, sandbox: Sandbox) -> None:
    """Let GuardDuty keep its endpoint."""
    guardduty(builder)
    endpoints: Any = sandbox.world.backend("ec2", ACCOUNT, builder.region).vpc_end_points
    next(one for one in endpoints.values() if one.service_name.endswith("guardduty-data")).requester_managed = True


KEY, BUCKET, CDN, VPC = "16_key_pair", "09_s3_bucket", "08_cloudfront", "12_vpc_endpoints 13_vpc"
SITUATIONS: dict[str, Situation] = {
    "MFA delete": Situation(("bucket",), BUCKET, mfa_delete, "The bucket has MFA delete: the account's root user"),
    "Object Lock": Situation((), BUCKET, object_lock, "remove their legal hold in the S3 console"),
    "Requester Pays": Situation(
        ("bucket",),
        BUCKET,
        refused("s3:DeleteObjects", "AccessDenied", "Access Denied", "S3 user guide, RequesterPaysBuckets: 403"),
        "look in the S3 console for Object Lock, MFA delete or Requester Pays",
    ),
    "Lambda@Edge": Situation(("function",), "07_lambda_function", at_the_edge, "run the same command again tomorrow"),
    "continuous deployment": Situation(
        ("distribution",), CDN, staged, "is part of a continuous deployment (policy 2c1a4d5e"
    ),
    "staging distribution": Situation((), CDN, staging, "choose the distribution that serves the traffic"),
    "locked address": Situation((), "05_elastic_ip", locked_address, "ask AWS Support to unlock it"),
    "GuardDuty's": Situation(("vpc",), "11_security_groups", managed_endpoint, "switch Runtime Monitoring off"),
    "VPC link": Situation(
        ("load_balancer",),
        "01_load_balancer",
        refused(
            "elbv2:DeleteLoadBalancer", "ResourceInUse",
            "Load balancer '{LoadBalancerArn}' cannot be deleted because it is "
            "currently associated with another service",
            "five logs in public repositories",
        ),
        "delete the VPC link in the API Gateway console (VPC links), or the VPC endpoint service",
    ),
    "IPAM pool": Situation(
        ("vpc",),
        VPC,
        refused("ec2:DeleteVpc", "InvalidParameterValue", "{VpcId} is the source of an IPAM pool.", "unverified"),
        "delete that pool in the VPC console (IPAM, Pools)",
    ),
    "another service's interface": Situation(
        ("vpc",),
        VPC,
        lambda builder, sandbox: (
            STATES["vpc"]["with more in it"](builder),
            refused(
                "ec2:DeleteNetworkInterface", "AuthFailure",
                "You do not have permission to access the specified resource.", "EC2 API reference, Error codes",
            )(builder, sandbox),
        ),
        "It belongs to another account or to an AWS service",
    ),
    "organization": Situation(
        ("key_pair",),
        KEY,
        refused(
            "ec2:DeleteKeyPair", "UnauthorizedOperation",
            NOT_AUTHORIZED + "with an explicit deny in a service control policy", TROUBLESHOOTING,
        ),
        "Your organization forbids it",
    ),
    "permissions boundary": Situation(
        ("key_pair",),
        KEY,
        refused(
            "ec2:DeleteKeyPair", "UnauthorizedOperation",
            NOT_AUTHORIZED + "because no permissions boundary allows the action", TROUBLESHOOTING,
        ),
        "ask whoever set the boundary",
    ),
    "session policy": Situation(
        ("key_pair",),
        KEY,
        refused(
            "ec2:DeleteKeyPair", "UnauthorizedOperation",
            NOT_AUTHORIZED + "because no session policy allows the action", TROUBLESHOOTING,
        ),
        "sign in without that session policy",
    ),
    "clock": Situation(
        ("key_pair",),
        KEY,
        refused("ec2:DeleteKeyPair", "RequestExpired", "Request has expired.", "EC2 API reference, Error codes"),
        "set this computer's clock right",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", one_in(8, SITUATIONS))
def test_what_helps(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], name: str) -> None:
    """Nobody waits for what does not pass, and each cause has its own way out."""
    situation = SITUATIONS[name]
    builder = estate.create(session, situation.parts)
    situation.arrange(builder, sandbox)
    builder.wait(3600)
    began, (first, *others) = sandbox.clock.now(), situation.steps.split()

    result = run_suite(*(f"cleanup_tests/test_{step}.py" for step in others), path=f"cleanup_tests/test_{first}.py")

    assert result.exit_code == 1, result.output
    shown = " ".join(result.output.split())
    assert situation.says in shown, result.output
    assert sandbox.clock.now() - began < 300
