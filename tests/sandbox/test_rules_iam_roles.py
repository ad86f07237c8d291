"""What keeps a role, an instance profile, a policy or a group: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.iam import NOTHING, ROLE, S3_ACCESS, TRUST, USER, make_policy
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox


def _inline(iam: Any) -> Callable[[], Any]:
    iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=NOTHING)
    return lambda: iam.delete_role_policy(RoleName=ROLE, PolicyName="p")


def _attached(iam: Any) -> Callable[[], Any]:
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=S3_ACCESS)
    return lambda: iam.detach_role_policy(RoleName=ROLE, PolicyArn=S3_ACCESS)


def _profile(iam: Any) -> Callable[[], Any]:
    both = {"InstanceProfileName": ROLE, "RoleName": ROLE}
    iam.create_instance_profile(InstanceProfileName=ROLE)
    iam.add_role_to_instance_profile(**both)
    return lambda: iam.remove_role_from_instance_profile(**both)


@pytest.mark.parametrize(
    ("obstacle", "text"),
    [
        (_inline, "must delete policies first"),
        (_attached, "must detach all policies first"),
        (_profile, "must remove roles from instance profile first"),
    ],
)
def test_obstacles_of_a_role(iam: Any, sandbox: Sandbox, obstacle: Any, text: str) -> None:
    """Each obstacle has its text, and goes on being mentioned for seconds after it is gone."""
    remove = obstacle(iam)
    with refused("DeleteConflict", text, 409):
        iam.delete_role(RoleName=ROLE)
    remove()
    with refused("DeleteConflict", text, 409):
        iam.delete_role(RoleName=ROLE)
    sandbox.clock.advance(3)
    iam.delete_role(RoleName=ROLE)


def test_role_is_not_in_the_profile(iam: Any) -> None:
    """A role that was taken out already can't be taken out again."""
    iam.create_instance_profile(InstanceProfileName=ROLE)

    with refused("NoSuchEntity", "Cannot find role", 404):
        iam.remove_role_from_instance_profile(InstanceProfileName=ROLE, RoleName=ROLE)


def test_instance_profile_with_a_role(iam: Any) -> None:
    """An instance profile that holds a role cannot be deleted."""
    remove = _profile(iam)
    with refused("DeleteConflict", "must remove roles from instance profile first", 409):
        iam.delete_instance_profile(InstanceProfileName=ROLE)
    remove()
    iam.delete_instance_profile(InstanceProfileName=ROLE)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("attach_role_policy", {"PolicyArn": S3_ACCESS}),
        ("delete_role", {}),
        ("delete_role_permissions_boundary", {}),
        ("delete_role_policy", {"PolicyName": "p"}),
        ("detach_role_policy", {"PolicyArn": S3_ACCESS}),
        ("put_role_permissions_boundary", {"PermissionsBoundary": S3_ACCESS}),
        ("put_role_policy", {"PolicyName": "p", "PolicyDocument": NOTHING}),
        ("update_assume_role_policy", {"PolicyDocument": TRUST}),
    ],
)
def test_role_that_belongs_to_aws(iam: Any, operation: str, more: dict[str, str]) -> None:
    """Service-linked and SSO roles are AWS's."""
    linked = iam.create_service_linked_role(AWSServiceName="elasticloadbalancing.amazonaws.com")["Role"]["RoleName"]
    iam.create_role(RoleName="AWSReservedSSO_x", Path="/aws-reserved/sso/", AssumeRolePolicyDocument=TRUST)
    for name in (linked, "AWSReservedSSO_x"):
        with refused("UnmodifiableEntity", "only modifiable by AWS", 400):
            getattr(iam, operation)(RoleName=name, **more)


def test_boundary_of_a_role(iam: Any) -> None:
    """A boundary is shown by GetRole, not by the list, and does not keep the role."""
    with refused("NoSuchEntity", status=404):
        iam.delete_role_permissions_boundary(RoleName=ROLE)
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=S3_ACCESS)
    iam.tag_role(RoleName=ROLE, Tags=[{"Key": "a", "Value": "1"}])
    shown = iam.get_role(RoleName=ROLE)["Role"]
    assert shown["PermissionsBoundary"]["PermissionsBoundaryArn"] == S3_ACCESS
    (listed,) = [role for role in iam.list_roles()["Roles"] if role["RoleName"] == ROLE]
    assert not {"PermissionsBoundary", "RoleLastUsed", "Tags"} & listed.keys()
    iam.delete_role(RoleName=ROLE)


def test_policy_with_versions(iam: Any) -> None:
    """A policy goes once only its default version is left, which goes with it."""
    arn = make_policy(iam)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=NOTHING)
    with refused("DeleteConflict", "more than one version", 409):
        iam.delete_policy(PolicyArn=arn)
    with refused("DeleteConflict", "default version", 409):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


@pytest.mark.parametrize("use", ["role", "user", "boundary of a role", "boundary of a user"])
def test_policy_in_use(iam: Any, use: str) -> None:
    """A policy that is attached, or somebody's boundary, cannot be deleted."""
    arn = make_policy(iam)
    {
        "role": lambda: iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn),
        "user": lambda: iam.attach_user_policy(UserName=USER, PolicyArn=arn),
        "boundary of a role": lambda: iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn),
        "boundary of a user": lambda: iam.put_user_permissions_boundary(UserName=USER, PermissionsBoundary=arn),
    }[use]()
    with refused("DeleteConflict", "attached to entities", 409):
        iam.delete_policy(PolicyArn=arn)


@pytest.mark.parametrize(("obstacle", "text"), [("user", "remove users from group"), ("policy", "detach all policies")])
def test_obstacles_of_a_group(iam: Any, obstacle: str, text: str) -> None:
    """A group can't be deleted while a user is in it or a policy hangs on it."""
    iam.create_group(GroupName="g")
    if obstacle == "user":
        iam.create_user(UserName="u")
        iam.add_user_to_group(GroupName="g", UserName="u")
    else:
        iam.attach_group_policy(GroupName="g", PolicyArn=make_policy(iam))
    with refused("DeleteConflict", text, 409):
        iam.delete_group(GroupName="g")
