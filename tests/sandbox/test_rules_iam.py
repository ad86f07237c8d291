"""IAM in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from moto.iam.models import SigningCertificate

from aws_clock import Clock
from strict_moto.front import Sandbox
from strict_moto.quirks import Quirks
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3

ROLE, USER = "carbuyer-ec2-role", "carbuyer-app-user"
S3_ACCESS = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
NOTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture
def iam(session: boto3.Session) -> Any:
    """Return a client, with a role and a user made."""
    client = session.client("iam")
    client.create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUST)
    client.create_user(UserName=USER)
    return client


# --- Roles


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


# --- Policies


def _policy(iam: Any) -> str:
    made: str = iam.create_policy(PolicyName="carbuyer-policy", PolicyDocument=NOTHING)["Policy"]["Arn"]
    return made


def test_policy_with_versions(iam: Any) -> None:
    """A policy goes once only its default version is left, which goes with it."""
    arn = _policy(iam)
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
    arn = _policy(iam)
    {
        "role": lambda: iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn),
        "user": lambda: iam.attach_user_policy(UserName=USER, PolicyArn=arn),
        "boundary of a role": lambda: iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn),
        "boundary of a user": lambda: iam.put_user_permissions_boundary(UserName=USER, PermissionsBoundary=arn),
    }[use]()
    with refused("DeleteConflict", "attached to entities", 409):
        iam.delete_policy(PolicyArn=arn)


# --- Users


def _leave(iam: Any, kind: str) -> None:
    """Give the user one of the nine things that keep it."""
    if kind == "delete login profile":
        iam.create_login_profile(UserName=USER, Password=USER.title() + "1!")
    elif kind == "delete access keys":
        iam.create_access_key(UserName=USER)
    elif kind == "delete SSH public keys":
        iam.upload_ssh_public_key(UserName=USER, SSHPublicKeyBody="ssh-rsa x")
    elif kind == "delete service specific credentials":
        iam.create_service_specific_credential(UserName=USER, ServiceName="codecommit.amazonaws.com")
    elif kind == "deactivate MFA devices":
        _assign_device(iam)
    elif kind == "delete policies":
        iam.put_user_policy(UserName=USER, PolicyName="p", PolicyDocument=NOTHING)
    elif kind == "detach all policies":
        iam.attach_user_policy(UserName=USER, PolicyArn=S3_ACCESS)
    else:
        iam.create_group(GroupName="group")
        iam.add_user_to_group(UserName=USER, GroupName="group")


def _assign_device(iam: Any, name: str = "device") -> str:
    serial: str = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
    iam.enable_mfa_device(UserName=USER, SerialNumber=serial, **codes)
    return serial


@pytest.mark.parametrize(
    "kind",
    [
        "delete login profile",
        "delete access keys",
        "delete SSH public keys",
        "delete service specific credentials",
        "deactivate MFA devices",
        "delete policies",
        "detach all policies",
        "remove users from group",
    ],
)
def test_leftovers_of_a_user(iam: Any, kind: str) -> None:
    """Each of the things a user may have keeps it, and is named."""
    _leave(iam, kind)
    with refused("DeleteConflict", f"must {kind} first.", 409):
        iam.delete_user(UserName=USER)


def test_signing_certificate_of_a_user(iam: Any, sandbox: Sandbox) -> None:
    """A signing certificate keeps its user too."""
    user = sandbox.world.backend("iam", "111122223333", "aws").users[USER]
    user.signing_certificates["c" * 24] = SigningCertificate("c" * 24, USER, "x")  # moto takes real ones only
    with refused("DeleteConflict", "must delete signing certificates first.", 409):
        iam.delete_user(UserName=USER)
    iam.delete_signing_certificate(UserName=USER, CertificateId="c" * 24)
    iam.delete_user(UserName=USER)


@pytest.mark.parametrize(
    "kind", ["delete policies", "detach all policies", "delete access keys", "remove users from group"]
)
def test_removed_leftover_is_still_mentioned(iam: Any, sandbox: Sandbox, kind: str) -> None:
    """What is removed keeps the user for seconds more."""
    _leave(iam, kind)
    if kind == "delete policies":
        iam.delete_user_policy(UserName=USER, PolicyName="p")
    elif kind == "detach all policies":
        iam.detach_user_policy(UserName=USER, PolicyArn=S3_ACCESS)
    elif kind == "delete access keys":
        key = iam.list_access_keys(UserName=USER)["AccessKeyMetadata"][0]["AccessKeyId"]
        iam.delete_access_key(UserName=USER, AccessKeyId=key)
    else:
        iam.remove_user_from_group(UserName=USER, GroupName="group")
    with refused("DeleteConflict", kind, 409):
        iam.delete_user(UserName=USER)
    sandbox.clock.advance(3)
    iam.delete_user(UserName=USER)


def test_new_login_profile(iam: Any, sandbox: Sandbox) -> None:
    """A login profile cannot be deleted right after it was made; one that is not there is NoSuchEntity."""
    with refused("NoSuchEntity", status=404):
        iam.delete_login_profile(UserName=USER)
    _leave(iam, "delete login profile")
    with refused("EntityTemporarilyUnmodifiable", status=409):
        iam.delete_login_profile(UserName=USER)
    sandbox.clock.advance(10)
    iam.delete_login_profile(UserName=USER)
    with refused("DeleteConflict", "login profile"):
        iam.delete_user(UserName=USER)


def test_assigned_device(iam: Any) -> None:
    """A virtual MFA device is deactivated first, then deleted."""
    serial = _assign_device(iam)
    with refused("DeleteConflict", "Must deactivate first", 409):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.deactivate_mfa_device(UserName=USER, SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_service_specific_credentials(iam: Any) -> None:
    """Credentials for single services are made, listed, switched off and deleted."""
    service = {"UserName": USER, "ServiceName": "codecommit.amazonaws.com"}
    made = iam.create_service_specific_credential(**service)["ServiceSpecificCredential"]
    key = {"UserName": USER, "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    iam.update_service_specific_credential(**key, Status="Inactive")
    (listed,) = iam.list_service_specific_credentials(UserName=USER)["ServiceSpecificCredentials"]
    assert (listed["Status"], listed["UserName"]) == ("Inactive", USER)
    assert "ServicePassword" in made
    assert "ServicePassword" not in listed
    iam.delete_service_specific_credential(**key)
    with refused("NoSuchEntity", status=404):
        iam.delete_service_specific_credential(**key)
    with refused("NoSuchEntity", status=404):
        iam.update_service_specific_credential(**key, Status="Active")


def test_boundary_of_a_user(iam: Any) -> None:
    """A user's boundary is shown by GetUser, not by the list, can be taken away, and does not keep the user."""
    iam.create_user(UserName="bounded", PermissionsBoundary=S3_ACCESS, Tags=[{"Key": "a", "Value": "1"}])
    shown = iam.get_user(UserName="bounded")["User"]
    assert shown["PermissionsBoundary"]["PermissionsBoundaryArn"] == S3_ACCESS
    (listed,) = [user for user in iam.list_users()["Users"] if user["UserName"] == "bounded"]
    assert not {"PermissionsBoundary", "Tags"} & listed.keys()
    iam.delete_user_permissions_boundary(UserName="bounded")
    with refused("NoSuchEntity", status=404):
        iam.delete_user_permissions_boundary(UserName="bounded")
    iam.put_user_permissions_boundary(UserName="bounded", PermissionsBoundary=S3_ACCESS)
    iam.delete_user(UserName="bounded")


# --- Reads


@pytest.mark.parametrize(
    ("kind", "items", "name"),
    [
        ("role", "list_roles", {"RoleName": ROLE}),
        ("user", "list_users", {"UserName": USER}),
        ("instance_profile", "list_instance_profiles", {"InstanceProfileName": "p"}),
    ],
)
def test_deleted_can_still_be_read(iam: Any, sandbox: Sandbox, kind: str, items: str, name: dict[str, str]) -> None:
    """For some seconds reads show what is deleted; a second deletion knows better."""
    delete, read = f"delete_{kind}", f"get_{kind}"
    iam.create_instance_profile(InstanceProfileName="p")
    getattr(iam, delete)(**name)
    getattr(iam, read)(**name)
    assert str(*name.values()) in str(getattr(iam, items)())
    with refused("NoSuchEntity", status=404):
        getattr(iam, delete)(**name)
    sandbox.clock.advance(3)
    with refused("NoSuchEntity", status=404):
        getattr(iam, read)(**name)
    with refused("NoSuchEntity", status=404):
        getattr(iam, delete)(**name)
    getattr(iam, items)()


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("attach_role_policy", {"RoleName": ROLE, "PolicyArn": S3_ACCESS}),
        ("detach_role_policy", {"RoleName": ROLE, "PolicyArn": S3_ACCESS}),
        ("put_role_policy", {"RoleName": ROLE, "PolicyName": "p", "PolicyDocument": NOTHING}),
        ("create_access_key", {"UserName": USER}),
        ("remove_role_from_instance_profile", {"InstanceProfileName": "p", "RoleName": "other"}),
        ("attach_user_policy", {"UserName": USER, "PolicyArn": S3_ACCESS}),
        ("tag_user", {"UserName": USER, "Tags": [{"Key": "a", "Value": "1"}]}),
    ],
)
def test_deleted_cannot_be_changed(iam: Any, operation: str, arguments: dict[str, Any]) -> None:
    """Whoever writes finds out at once."""
    iam.create_instance_profile(InstanceProfileName="p")
    iam.delete_instance_profile(InstanceProfileName="p")
    iam.delete_role(RoleName=ROLE)
    iam.delete_user(UserName=USER)
    with refused("NoSuchEntity", "cannot be found", 404):
        getattr(iam, operation)(**arguments)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("list_access_keys", {"UserName": USER}),
        ("list_attached_group_policies", {"GroupName": "one"}),
        ("list_attached_role_policies", {"RoleName": ROLE}),
        ("list_attached_user_policies", {"UserName": USER}),
        ("list_groups_for_user", {"UserName": USER}),
        ("list_groups", {}),
        ("list_instance_profiles", {}),
        ("list_instance_profiles_for_role", {"RoleName": ROLE}),
        ("list_mfa_devices", {"UserName": USER}),
        ("list_policies", {"Scope": "AWS"}),
        ("list_policy_versions", {"PolicyArn": "arn:aws:iam::111122223333:policy/carbuyer-policy"}),
        ("list_role_policies", {"RoleName": ROLE}),
        ("list_roles", {}),
        ("list_service_specific_credentials", {"UserName": USER}),
        ("list_signing_certificates", {"UserName": USER}),
        ("list_ssh_public_keys", {"UserName": USER}),
        ("list_user_policies", {"UserName": USER}),
        ("list_users", {}),
        ("list_virtual_mfa_devices", {}),
    ],
)
def test_short_pages(operation: str, arguments: dict[str, str]) -> None:
    """IAM may give fewer than asked for: with a marker from page to page nothing is lost and nothing comes twice."""
    sandbox = Sandbox(Clock(math.inf), Quirks(iam_page=1))
    iam = sandbox.session().client("iam")
    _fill(iam)
    user = sandbox.world.backend("iam", "111122223333", "aws").users[USER]
    user.signing_certificates |= {key: SigningCertificate(key, USER, "x") for key in "ab"}
    pages: list[list[Any]] = []
    marker: dict[str, str] = {}
    while True:
        page = getattr(iam, operation)(**arguments, **marker)
        pages.append(next(value for value in page.values() if isinstance(value, list)))
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert {len(one) for one in pages} == {1}
    assert len({str(one) for one in pages}) == len(pages) >= 2


def test_short_pages_of_details() -> None:
    """The one call that tells of all users, groups, roles and policies has pages like the others."""
    iam = Sandbox(Clock(math.inf), Quirks(iam_page=2)).session().client("iam")
    _fill(iam)
    pages = list(iam.get_paginator("get_account_authorization_details").paginate())
    lists = [[one["Arn"] for items in page.values() if isinstance(items, list) for one in items] for page in pages]
    assert {len(one) for one in lists[:-1]} == {2}
    seen = [arn for one in lists for arn in one]
    assert len(seen) == len(set(seen))
    wanted = {one["Arn"] for one in (*iam.list_roles()["Roles"], *iam.list_users()["Users"])}
    assert wanted < set(seen)


def _fill(iam: Any) -> None:
    """Make two of everything that is listed."""
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName=ROLE + "2", AssumeRolePolicyDocument=TRUST)
    for user in (USER, USER + "2"):
        iam.create_user(UserName=user)
    for name, arn in (("one", S3_ACCESS), ("two", S3_ACCESS.replace("S3", "DynamoDB"))):
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
        iam.attach_user_policy(UserName=USER, PolicyArn=arn)
        iam.put_role_policy(RoleName=ROLE, PolicyName=name, PolicyDocument=NOTHING)
        iam.put_user_policy(UserName=USER, PolicyName=name, PolicyDocument=NOTHING)
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=ROLE)
        iam.create_group(GroupName=name)
        iam.add_user_to_group(GroupName=name, UserName=USER)
        iam.create_access_key(UserName=USER)
        iam.upload_ssh_public_key(UserName=USER, SSHPublicKeyBody=f"ssh-rsa {name}")
        iam.create_service_specific_credential(UserName=USER, ServiceName=f"{name}.amazonaws.com")
        _assign_device(iam, name)
    iam.create_policy_version(PolicyArn=_policy(iam), PolicyDocument=NOTHING)
    for arn in (S3_ACCESS, S3_ACCESS.replace("S3", "DynamoDB")):
        iam.attach_group_policy(GroupName="one", PolicyArn=arn)


@pytest.mark.parametrize(("obstacle", "text"), [("user", "remove users from group"), ("policy", "detach all policies")])
def test_obstacles_of_a_group(iam: Any, obstacle: str, text: str) -> None:
    """A group can't be deleted while a user is in it or a policy hangs on it."""
    iam.create_group(GroupName="g")
    if obstacle == "user":
        iam.create_user(UserName="u")
        iam.add_user_to_group(GroupName="g", UserName="u")
    else:
        iam.attach_group_policy(GroupName="g", PolicyArn=_policy(iam))
    with refused("DeleteConflict", text, 409):
        iam.delete_group(GroupName="g")
