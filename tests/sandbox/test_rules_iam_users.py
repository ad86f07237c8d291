"""What keeps a user: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moto.iam.models import SigningCertificate

from tests.sandbox.iam import NOTHING, S3_ACCESS, USER, assign_device
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox


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
        assign_device(iam)
    elif kind == "delete policies":
        iam.put_user_policy(UserName=USER, PolicyName="p", PolicyDocument=NOTHING)
    elif kind == "detach all policies":
        iam.attach_user_policy(UserName=USER, PolicyArn=S3_ACCESS)
    else:
        iam.create_group(GroupName="group")
        iam.add_user_to_group(UserName=USER, GroupName="group")


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
    serial = assign_device(iam)
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
