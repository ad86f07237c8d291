"""IAM users with all that hangs on them, MFA devices among it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.claims import DOUBTFUL, OURS
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import user
from tests.kinds.accounts import CERTIFICATE
from tests.kinds.identities import DOCUMENT, USER, create_policy, policies, users

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def dress(account: Account, name: str) -> None:
    """Hang everything on a user that can hang on one, but for MFA devices."""
    iam = account.client("iam")
    iam.create_login_profile(UserName=name, Password="Not-4-real-password")  # noqa: S106 - of the embedded AWS
    iam.create_access_key(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=DOCUMENT)
    iam.create_group(GroupName="developers")
    iam.add_user_to_group(GroupName="developers", UserName=name)
    iam.upload_ssh_public_key(UserName=name, SSHPublicKeyBody="ssh-rsa AAAA")
    iam.upload_signing_certificate(UserName=name, CertificateBody=CERTIFICATE)
    iam.create_service_specific_credential(UserName=name, ServiceName="codecommit.amazonaws.com")
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=create_policy(account, "boundary"))


def test_user_with_everything(account: Account) -> None:
    """Whatever hangs on a user goes with it; groups and policies stay; no secret lands in the journal."""
    account.build("user")
    dress(account, USER)
    account.take_down(user.KIND)
    assert (users(account), policies(account)) == ([], ["boundary"])
    assert account.client("iam").list_groups()["Groups"][0]["GroupName"] == "developers"
    assert "AKIA" not in str(account.aws.journal.lines())


@pytest.mark.parametrize("status", ["Active", "Inactive"])
def test_access_keys(account: Account, status: str) -> None:
    """A key that works is deactivated before it is deleted, as the page teaches; one that doesn't, deleted."""
    key = account.build("user").ids[USER]
    account.client("iam").update_access_key(UserName=USER, AccessKeyId=key, Status=status)
    before = account.calls("iam:UpdateAccessKey")
    account.take_down(user.KIND)
    assert users(account) == []
    assert account.calls("iam:UpdateAccessKey") - before == (status == "Active")


def device(account: Account, name: str, *, of: str = "") -> str:
    """Make a virtual MFA device, and give it to a user."""
    iam = account.client("iam")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    if of:
        iam.enable_mfa_device(
            UserName=of, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
    return str(serial)


def devices(account: Account) -> list[str]:
    """Return the serial numbers of the virtual MFA devices that there are."""
    return sorted(one["SerialNumber"] for one in account.client("iam").list_virtual_mfa_devices()["VirtualMFADevices"])


def test_mfa_devices(account: Account) -> None:
    """A device called like the workshop's goes with the user; one of another name is doubtful; others' stay."""
    account.build("user")
    account.client("iam").create_user(UserName="other")
    phone = device(account, "phone", of=USER)
    own = device(account, "carbuyer-app-user-2", of=USER)
    left = [device(account, "carbuyer-x", of="other"), device(account, "spare")]
    assert {r.id: r.whose for r in account.find(user.MFA_DEVICE)} == {own: OURS, phone: DOUBTFUL}
    account.take_down(user.KIND)
    taken = account.take_down(user.MFA_DEVICE)
    assert (users(account), devices(account)) == (["other"], sorted([*left, phone]))
    assert [r.why for r in taken.doubtful.values()] == [f"it was that of the IAM user {USER}, but its name is phone"]


def test_mfa_device_left_behind(account: Account) -> None:
    """One that a run which died had taken off the user goes by its name; the journal only makes another doubtful."""
    account.build("user")
    serial = device(account, "phone", of=USER)
    device(account, USER)
    account.deny("iam:DeleteVirtualMFADevice")
    account.take_down(user.KIND)
    with pytest.raises(AwsError, match="DeleteVirtualMFADevice"):
        account.take_down(user.MFA_DEVICE)
    assert serial in devices(account)
    account.sandbox.faults = type(account.sandbox.faults)()
    assert list(account.take_down(user.MFA_DEVICE).doubtful) == devices(account) == [serial]


def test_user_bystanders(account: Account) -> None:
    """Users of other names stay, with their keys; so does the user that the suite runs as, and says why."""
    iam: Any = account.client("iam")
    for name in ("mycarbuyer-x", "carbuyers-x", "carbuyer-me"):
        iam.create_user(UserName=name, Path="/people/")
        iam.create_access_key(UserName=name)
    account.aws.caller = f"arn:aws:iam::{account.aws.account}:user/people/carbuyer-me"
    taken = account.take_down(user.KIND)
    assert users(account) == ["carbuyer-me", "carbuyers-x", "mycarbuyer-x"]
    assert taken.left_alone["carbuyer-me"].why == "this suite runs as it"
    assert iam.list_access_keys(UserName="carbuyer-me")["AccessKeyMetadata"][0]["Status"] == "Active"
