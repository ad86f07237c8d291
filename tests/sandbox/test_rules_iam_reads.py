"""What IAM shows of what is deleted, and its pages."""

from __future__ import annotations

import math
from typing import Any

import pytest
from moto.iam.models import SigningCertificate

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from tests.choice import rows_in
from tests.sandbox.iam import NOTHING, ROLE, S3_ACCESS, TRUST, USER, assign_device, make_policy
from tests.sandbox.refusals import refused


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
    rows_in(
        4,
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
    ),
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
        assign_device(iam, name)
    iam.create_policy_version(PolicyArn=make_policy(iam), PolicyDocument=NOTHING)
    for arn in (S3_ACCESS, S3_ACCESS.replace("S3", "DynamoDB")):
        iam.attach_group_policy(GroupName="one", PolicyArn=arn)
