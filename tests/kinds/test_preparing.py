"""What must be done before a deletion never keeps from deleting; one item never keeps the others from going."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import AwsError, CleanupError, Trouble
from carbuyer_cleanup.kinds import (
    bucket,
    function,
    instance,
    instance_profile,
    load_balancer,
    log_group,
    policy,
    role,
    table,
    user,
    vpc_endpoint,
)
from carbuyer_cleanup.kinds.preparing import Preparing, split
from choice import one_in
from strict_moto import estate_services as services

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accounts import Account

    from carbuyer_cleanup.resource import Kind
    from strict_moto.site import Site

USER, ROLE, FUNCTION = "carbuyer-app-user", "carbuyer-ec2-role", "carbuyer-email-service"
REFUSED = AwsError("iam:DetachRolePolicy", "AccessDenied", "is not authorized", Trouble.DENIED)
CONFLICT = AwsError("iam:DeleteRole", "DeleteConflict", "must detach all policies first.", Trouble.BUSY)


def move_into_vpc(account: Account) -> None:
    """Put the function into the workshop's VPC."""
    site = account.build("function", "vpc")
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=site.ids["carbuyer-fcj-vpc"])["GroupId"]
    network = {"SubnetIds": [site.ids["carbuyer-fcj-private1"]], "SecurityGroupIds": [group]}
    account.client("lambda").update_function_configuration(FunctionName=FUNCTION, VpcConfig=network)
    account.wait(60)


def protect(account: Account, site: Site, what: str) -> None:
    """Switch an instance's protection on."""
    for name in ("carbuyer-customer-service", "carbuyer-admin-service"):
        account.client("ec2").modify_instance_attribute(InstanceId=site.ids[name], **{what: {"Value": True}})


def begin_upload(account: Account) -> None:
    """Begin an upload and never finish it."""
    site = account.build("bucket")
    account.client("s3").create_multipart_upload(Bucket=site.bucket, Key="film.mp4")


NEEDLESS: list[tuple[str, Callable[[Account], Any], tuple[Kind, ...]]] = [
    ("lambda:UpdateFunctionConfiguration", move_into_vpc, (function.KIND,)),
    ("iam:UpdateAccessKey", lambda account: account.build("user"), (user.KIND,)),
    ("s3:AbortMultipartUpload", begin_upload, (bucket.OBJECTS, bucket.KIND)),
]


@pytest.mark.parametrize("row", one_in(3, reversed(NEEDLESS)))
def test_what_aws_does_not_need(account: Account, row: tuple[str, Callable[[Account], Any], tuple[Kind, ...]]) -> None:
    """The deletion goes through though what is usually done before it is refused for good."""
    call, arrange, kinds = row
    arrange(account)
    account.deny(call)
    for kind in kinds[:-1]:
        with pytest.raises(CleanupError, match=call):
            account.take_down(kind)
    account.take_down(kinds[-1])
    assert account.find(kinds[-1]) == []


def test_one_of_two_protections(account: Account) -> None:
    """An instance is terminated though AWS does not change the one of its protections that is off anyway."""
    protect(account, account.build("instance"), "DisableApiTermination")
    account.refuse("ec2:ModifyInstanceAttribute", "UnsupportedOperation", holding="DisableApiStop")
    account.take_down(instance.KIND)
    assert account.find(instance.KIND) == []


def protect_balancer(account: Account) -> None:
    """Switch the load balancer's protection on."""
    attribute = {"Key": "deletion_protection.enabled", "Value": "true"}
    arn = account.build("load_balancer").ids["carbuyer-alb"]
    account.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])


def protect_table(account: Account) -> None:
    """Switch a table's protection on."""
    services.table(account.build("table"), "carbuyer-archive", DeletionProtectionEnabled=True)
    account.wait(60)


def protect_log(account: Account) -> None:
    """Switch a log group's protection on."""
    account.build("function")
    account.client("logs").put_log_group_deletion_protection(
        logGroupIdentifier=f"/aws/lambda/{FUNCTION}", deletionProtectionEnabled=True
    )


def own_policy(account: Account) -> None:
    """Attach a policy of the prefix to one of the roles."""
    account.build("role")
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    arn = account.client("iam").create_policy(PolicyName="carbuyer-x", PolicyDocument=document)["Policy"]["Arn"]
    account.client("iam").attach_role_policy(RoleName=ROLE, PolicyArn=arn)


NEEDED: list[tuple[str, Callable[[Account], Any], Kind, str]] = [
    ("elbv2:ModifyLoadBalancerAttributes", protect_balancer, load_balancer.KIND, "elbv2:DeleteLoadBalancer"),
    ("dynamodb:UpdateTable", protect_table, table.KIND, "dynamodb:DeleteTable"),
    ("logs:PutLogGroupDeletionProtection", protect_log, log_group.OF_FUNCTION, "logs:DeleteLogGroup"),
    ("iam:DetachRolePolicy", lambda account: account.build("role"), role.KIND, "iam:DeleteRole"),
    ("iam:DetachUserPolicy", lambda account: account.build("user"), user.KIND, "iam:DeleteUser"),
    ("iam:ListAccessKeys", lambda account: account.build("user"), user.KIND, "iam:DeleteUser"),
    ("iam:DetachRolePolicy", own_policy, policy.KIND, "iam:DeletePolicy"),
    (
        "iam:RemoveRoleFromInstanceProfile",
        lambda account: account.build("role"),
        instance_profile.KIND,
        "iam:DeleteInstanceProfile",
    ),
]


@pytest.mark.parametrize("row", one_in(3, NEEDED))
def test_what_aws_needs(account: Account, row: tuple[str, Callable[[Account], Any], Kind, str]) -> None:
    """The deletion is tried; its refusal is told with the one before it, whose remedy counts, and is not waited out."""
    call, arrange, kind, deletes = row
    arrange(account)
    account.deny(call)
    began = account.sandbox.clock.now()
    with pytest.raises(CleanupError) as caught:
        account.take_down(kind)
    assert account.calls(deletes) > 0
    assert f"{deletes} " in str(caught.value)
    assert f"Before that, {call} answered " in str(caught.value)
    assert "Your organization forbids it" in str(caught.value)
    assert account.sandbox.clock.now() - began < 60


@pytest.mark.exhaustive
def test_keys_go_though_a_policy_stays(account: Account) -> None:
    """What can be taken off a user is, whatever else can't: above all, what others could sign in with."""
    account.build("user")
    account.client("iam").create_login_profile(UserName=USER, Password="Not-4-real-password")  # noqa: S106 - of nobody
    account.deny("iam:Detach*")
    with pytest.raises(CleanupError, match="iam:DetachUserPolicy"):
        account.take_down(user.KIND)
    account.deny("none")
    assert account.client("iam").list_access_keys(UserName=USER)["AccessKeyMetadata"] == []
    with pytest.raises(account.client("iam").exceptions.NoSuchEntityException):
        account.client("iam").get_login_profile(UserName=USER)


def test_what_passes_is_waited_for() -> None:
    """A preparation that AWS is not ready for is no refusal."""
    preparing, busy = Preparing(), AwsError("lambda:UpdateFunctionConfiguration", "X", "y", Trouble.BUSY)
    with pytest.raises(AwsError), preparing:
        raise busy
    with pytest.raises(AwsError) as caught, preparing.deletion():
        raise CONFLICT
    assert caught.value is CONFLICT


def test_what_hinders_for_good_does_not_pass() -> None:
    """What a deletion answers while something hangs there lasts if that could not be taken off."""
    preparing = Preparing()
    with preparing:
        raise REFUSED
    with pytest.raises(AwsError) as caught, preparing.deletion():
        raise CONFLICT
    assert caught.value.trouble is Trouble.DENIED
    assert "must detach all policies first. Before that, iam:DetachRolePolicy" in caught.value.message


def test_split() -> None:
    """A call that some items spoil is made for the others, with few calls more; what spoils it is told."""
    asked: list[Sequence[int]] = []

    async def act(items: Sequence[int]) -> None:
        asked.append(items)
        if {7, 600} & set(items):
            raise REFUSED

    left = asyncio.run(split(act, list(range(1000))))

    assert [item for item, _ in left] == [7, 600]
    assert len(asked) < 45
    asked.clear()
    assert len(asyncio.run(split(act, list(range(1000)), {Trouble.DENIED}))) == 1000
    assert len(asked) == 1


def test_an_endpoint_that_spoils_the_call(account: Account) -> None:
    """Endpoints that AWS lets go are deleted though one of them makes it refuse the whole call."""
    site = account.build("vpc_endpoint")
    held = site.ids["carbuyer-dynamodb-endpoint"]
    account.refuse("ec2:DeleteVpcEndpoints", "UnauthorizedOperation", holding=held)
    with pytest.raises(CleanupError, match="UnauthorizedOperation"):
        account.take_down(vpc_endpoint.KIND)
    assert [endpoint.id for endpoint in account.find(vpc_endpoint.KIND)] == [held]
