"""IAM users, by name, and their virtual MFA devices, which outlive them.

Unlike the console, the API deletes a user only if nothing is attached to it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_remove.html). The user leaves its groups, which are a kind of
their own. The user that the suite runs as stays.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, listed, of_iam
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import sign
from carbuyer_cleanup.kinds.caller import SPARED, is_caller
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.kinds.hanging import Hanging, delete_if_free, take_off
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

DEVICE, DEVICES = "virtual MFA device", "iam.mfa_device"
MEMORY = "virtual mfa device"  # the journal's topic for the devices of deleted users

USUAL = (Hanging("ListAttachedUserPolicies", "AttachedPolicies[].PolicyArn", "DetachUserPolicy", "PolicyArn"),)
# ListServiceSpecificCredentials has no paginator; AWS allows two per service.
SELDOM = (
    Hanging("ListSigningCertificates", "Certificates[].CertificateId", "DeleteSigningCertificate", "CertificateId"),
    Hanging("ListSSHPublicKeys", "SSHPublicKeys[].SSHPublicKeyId", "DeleteSSHPublicKey", "SSHPublicKeyId"),
    Hanging(
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials[].ServiceSpecificCredentialId",
        "DeleteServiceSpecificCredential",
        "ServiceSpecificCredentialId",
    ),
    Hanging("ListUserPolicies", "PolicyNames", "DeleteUserPolicy", "PolicyName"),
    Hanging("ListGroupsForUser", "Groups[].GroupName", "RemoveUserFromGroup", "GroupName"),
)


async def find(aws: Aws) -> list[Resource]:
    """Find users by name."""
    return related(_judged(aws, user) for user in await aws.pages("iam:ListUsers", "Users"))


async def find_devices(aws: Aws) -> list[Resource]:
    """Find the virtual MFA devices of our users."""
    users, devices = await asyncio.gather(find(aws), aws.pages("iam:ListVirtualMFADevices", "VirtualMFADevices"))
    ours = {user.arn: f"it belongs to the {user}" for user in users if user.ours and user.arn}
    return related(_judged_device(aws, device, ours) for device in devices)


def _judged(aws: Aws, user: dict[str, Any]) -> Resource | None:
    name = needed("UserName", user)
    claim = aws.workshop.claim("iam.user", name)
    if claim and is_caller(aws, "user", name):
        claim = SPARED
    return judged(aws, "IAM user", name, claim, region="global", arn=user["Arn"])


def _judged_device(aws: Aws, device: dict[str, Any], ours: dict[str, str]) -> Resource | None:
    """Judge a device by its name, for which the console proposes the user's, and by whose it is or was.

    What the journal says about one that nobody has any more proves nothing: it may have been created again.
    """
    serial, owner = device["SerialNumber"], device["User"]["Arn"]
    name = serial.rpartition("/")[2]
    memory = None if owner else aws.journal.remembered(MEMORY, "global").get(serial)
    why = ours.get(owner, "") or (f"it was that {memory.because}" if memory else "")
    foreign = bool(owner) and owner not in ours
    claim = None if foreign else aws.workshop.claim(DEVICES, name, id_=serial, inferred=sign(why) if why else None)
    return judged(aws, DEVICE, serial, claim, entry=DEVICES, name=name, region="global", arn=serial)


@each
async def delete(aws: Aws, user: Resource) -> None:
    """Remove everything from the user and delete it; start with what others could sign in with."""
    whose, preparing = {"UserName": user.id}, Preparing()
    with preparing:
        await _delete_access_keys(aws, user.id, preparing)
    await take_off(aws, whose, USUAL, preparing)
    with preparing.deletion():
        if await delete_if_free(aws, "iam:DeleteUser", whose):
            return
    with preparing:
        await aws.call("iam:DeleteLoginProfile", **whose)
    with preparing:
        await _take_off_mfa_devices(aws, user, preparing)
    await take_off(aws, whose, SELDOM, preparing)
    with preparing.deletion():
        await aws.call("iam:DeleteUser", **whose)


async def _delete_access_keys(aws: Aws, user: str, preparing: Preparing) -> None:
    """Delete the keys, but first deactivate each, as the page teaches."""
    for key in await aws.pages("iam:ListAccessKeys", "AccessKeyMetadata", UserName=user):
        whose, deactivating = {"UserName": user, "AccessKeyId": needed("AccessKeyId", key)}, Preparing()
        if key["Status"] == "Active":
            with deactivating:
                await aws.call("iam:UpdateAccessKey", Status="Inactive", **whose)
        with preparing, deactivating.deletion():
            await aws.call("iam:DeleteAccessKey", **whose)


async def _take_off_mfa_devices(aws: Aws, user: Resource, preparing: Preparing) -> None:
    """Remove the user's devices. A virtual one is a resource of its own, which from now on only the journal knows."""
    serials = await aws.pages("iam:ListMFADevices", "MFADevices[].SerialNumber", UserName=user.id)
    virtual = [serial for serial in serials if ":mfa/" in serial]
    aws.journal.remember(MEMORY, "global", virtual, because=f"of the {user}")
    for serial in serials:
        with preparing:
            await aws.call("iam:DeactivateMFADevice", UserName=user.id, SerialNumber=serial)


@each
async def delete_device(aws: Aws, device: Resource) -> None:
    """Delete a device that no longer belongs to a user."""
    await aws.call("iam:DeleteVirtualMFADevice", SerialNumber=device.id)


async def define(aws: Aws, user: Resource) -> Any:
    """Return what hangs on a user, too; what AWS doesn't show again of it, nobody can save."""
    described = await of_iam("User", "UserDetailList", "UserName")(aws, user)
    hanging = {
        "AccessKeys": ("iam:ListAccessKeys", "AccessKeyMetadata"),
        "MFADevices": ("iam:ListMFADevices", "MFADevices"),
        "SigningCertificates": ("iam:ListSigningCertificates", "Certificates"),
        "SSHPublicKeys": ("iam:ListSSHPublicKeys", "SSHPublicKeys"),
        "ServiceSpecificCredentials": ("iam:ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
    }
    lists = await asyncio.gather(*(aws.pages(call, path, UserName=user.id) for call, path in hanging.values()))
    return {"User": described, **dict(zip(hanging, lists, strict=True))}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "IAM user": Definition(define),
        DEVICE: Definition(
            listed("iam:ListVirtualMFADevices", "VirtualMFADevices", "SerialNumber"), by_aws="User.PasswordLastUsed"
        ),
    }


KIND = Kind(
    "IAM user",
    find,
    delete,
    step=15,
    also="keys, password, certificates …",
    entry="iam.user",
    deadline=5,  # a sign-in that is being created: tf iam/user.go, deleteUserLoginProfile, propagationTimeout, 2
    price=0,
    console="iam/home#/users/details/{id}",
    calls={
        "iam:ListUsers": read(),
        "iam:ListAccessKeys": read("NoSuchEntity"),
        "iam:ListMFADevices": read("NoSuchEntity"),
        "iam:ListSigningCertificates": read("NoSuchEntity"),
        "iam:ListSSHPublicKeys": read("NoSuchEntity"),
        "iam:ListServiceSpecificCredentials": read("NoSuchEntity"),
        "iam:ListUserPolicies": read("NoSuchEntity"),
        "iam:ListAttachedUserPolicies": read("NoSuchEntity"),
        "iam:ListGroupsForUser": read("NoSuchEntity"),
        "iam:UpdateAccessKey": write("NoSuchEntity"),
        "iam:DeleteAccessKey": write("NoSuchEntity"),
        "iam:DeleteLoginProfile": write("NoSuchEntity", "EntityTemporarilyUnmodifiable"),
        "iam:DeactivateMFADevice": write("NoSuchEntity", "EntityTemporarilyUnmodifiable"),
        "iam:DeleteSigningCertificate": write("NoSuchEntity"),
        "iam:DeleteSSHPublicKey": write("NoSuchEntity"),
        "iam:DeleteServiceSpecificCredential": write("NoSuchEntity"),
        "iam:DeleteUserPolicy": write("NoSuchEntity"),
        "iam:DetachUserPolicy": write("NoSuchEntity"),
        "iam:RemoveUserFromGroup": write("NoSuchEntity"),
        "iam:DeleteUser": write("NoSuchEntity", "DeleteConflict"),
    },
    grants=(
        grant(
            "User",
            "iam:ListAccessKeys iam:ListMFADevices iam:ListSigningCertificates iam:ListSSHPublicKeys "
            "iam:ListServiceSpecificCredentials iam:ListUserPolicies iam:ListAttachedUserPolicies "
            "iam:ListGroupsForUser iam:UpdateAccessKey iam:DeleteAccessKey iam:DeleteLoginProfile "
            "iam:DeactivateMFADevice iam:DeleteSigningCertificate iam:DeleteSSHPublicKey "
            "iam:DeleteServiceSpecificCredential iam:DeleteUserPolicy iam:DetachUserPolicy iam:DeleteUser",
            "iam::*:user/{iam.user}",
        ),
        grant("OfUsers", "iam:RemoveUserFromGroup", "iam::*:group/*"),  # the user's groups, whatever their names
    ),
    definitions=definitions,
)
MFA_DEVICE = Kind(
    DEVICE,
    find_devices,
    delete_device,
    step=15,
    also="MFA devices",
    entry=DEVICES,
    deadline=5,  # tf doesn't wait; as roles
    comes_after=("IAM user",),  # DeleteConflict while the user has it
    price=0,
    calls={
        "iam:ListVirtualMFADevices": read(changed_by="iam:DeactivateMFADevice iam:DeleteVirtualMFADevice"),
        "iam:DeleteVirtualMFADevice": write("NoSuchEntity", "DeleteConflict"),
    },
    # a user's devices, whatever their names; AWS deletes none that is in use
    grants=(grant("OfUsers", "iam:DeleteVirtualMFADevice", "iam::*:mfa/*"),),
    definitions=definitions,
)
