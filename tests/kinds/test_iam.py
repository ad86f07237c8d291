"""IAM: roles, their instance profiles, users with all that hangs on them, and policies."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.claims import DOUBTFUL, OURS
from carbuyer_cleanup.errors import AwsError, Blocked, CleanupError
from carbuyer_cleanup.kinds import group, instance_profile, policy, role, user
from tests.kinds.accounts import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account

USER, ROLE = "carbuyer-app-user", "carbuyer-ec2-role"
DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)


def users(account: Account) -> list[str]:
    """Return the names of the users that there are."""
    account.wait(60)  # what was deleted can be read for a while
    return sorted(one["UserName"] for one in account.client("iam").list_users()["Users"])


def roles(account: Account) -> list[str]:
    """Return the names of the roles that there are."""
    account.wait(60)
    return sorted(one["RoleName"] for one in account.client("iam").list_roles()["Roles"])


def profiles(account: Account) -> list[str]:
    """Return the names of the instance profiles that there are."""
    account.wait(60)
    return sorted(
        one["InstanceProfileName"] for one in account.client("iam").list_instance_profiles()["InstanceProfiles"]
    )


def policies(account: Account) -> list[str]:
    """Return the names of the customer's own policies."""
    return sorted(one["PolicyName"] for one in account.client("iam").list_policies(Scope="Local")["Policies"])


def create_policy(account: Account, name: str) -> str:
    """Make a policy and return its ARN."""
    return str(account.client("iam").create_policy(PolicyName=name, PolicyDocument=DOCUMENT)["Policy"]["Arn"])


def create_profile(account: Account, name: str, *holds: str) -> None:
    """Make an instance profile that holds roles."""
    account.client("iam").create_instance_profile(InstanceProfileName=name)
    for one in holds:
        account.client("iam").add_role_to_instance_profile(InstanceProfileName=name, RoleName=one)


@pytest.mark.parametrize(
    ("part", "kinds"), [("role", (instance_profile.KIND, role.KIND)), ("user", (user.KIND, policy.KIND))]
)
def test_estate(account: Account, part: str, kinds: tuple[Kind, ...]) -> None:
    """Everything goes; a second run changes nothing."""
    account.build(part)
    account.take_down_each(*kinds)
    before = account.writes()
    account.take_down_each(*kinds)
    assert account.writes() == before
    assert (roles(account), profiles(account), users(account), policies(account)) == ([], [], [], [])


def test_role_with_everything(account: Account) -> None:
    """Inline policies and a boundary don't hold a role."""
    account.build("role")
    iam = account.client("iam")
    iam.put_role_policy(RoleName=ROLE, PolicyName="inline", PolicyDocument=DOCUMENT)
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=create_policy(account, "boundary"))
    account.take_down_each(instance_profile.KIND, role.KIND)
    assert (roles(account), profiles(account), policies(account)) == ([], [], ["boundary"])


def profile_of_others(account: Account) -> str:
    """Let somebody else's instance profile hold the role."""
    create_profile(account, "other", ROLE)
    return "instance profile other"


def instance_of_others(account: Account) -> str:
    """Let somebody else's instance run with the role, in its own VPC."""
    return f"EC2 instance prod ({_launch(account, None)})"


def instance_in_another_region(account: Account) -> str:
    """Let it run where IAM says that the role was used last."""
    id_ = _launch(account, "eu-west-1")
    account.sandbox.world.backend("iam", account.aws.account, "us-east-1").get_role(ROLE).last_used_region = "eu-west-1"
    return f"EC2 instance prod ({id_})"


def function_of_others(account: Account) -> str:
    """Let somebody else's function have the role."""
    arn = account.client("iam").get_role(RoleName=ROLE)["Role"]["Arn"]
    facts = {"Code": {"ZipFile": b"x"}, "Runtime": "python3.13", "Handler": "h.h"}
    account.client("lambda").create_function(FunctionName="prod", Role=arn, **facts)
    return "Lambda function prod"


def _launch(account: Account, region: str | None) -> str:
    made = account.client("ec2", region).run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": ROLE},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "prod"}]}],
    )
    return str(made["Instances"][0]["InstanceId"])


@pytest.mark.parametrize("use", [profile_of_others, instance_of_others, instance_in_another_region, function_of_others])
def test_role_in_use(account: Account, use: Callable[[Account], str]) -> None:
    """A role, and the instance profile of its name, stay while others use them, who are named."""
    account.build("role")
    user = use(account)
    before = (roles(account), profiles(account), account.client("iam").list_attached_role_policies(RoleName=ROLE))
    with pytest.raises(CleanupError, match=re.escape(user)):
        account.take_down_each(*([instance_profile.KIND] if use is instance_of_others else []), role.KIND)
    assert before[1] == profiles(account)
    assert ROLE in roles(account)
    attached = account.client("iam").list_attached_role_policies(RoleName=ROLE)
    assert attached["AttachedPolicies"] == before[2]["AttachedPolicies"] != []


@pytest.mark.parametrize("kind", [instance_profile.KIND, role.KIND])
def test_role_bystanders(account: Account, kind: Kind) -> None:
    """Roles and profiles of other names stay, and what AWS made for itself, whatever its name."""
    iam = account.client("iam")
    for name in ("mycarbuyer-x", "carbuyers-x"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        create_profile(account, name, name)
    iam.create_role(RoleName="carbuyer-sso", Path="/aws-reserved/sso.amazonaws.com/", AssumeRolePolicyDocument=TRUST)
    account.take_down(kind)
    assert roles(account) == ["carbuyer-sso", "carbuyers-x", "mycarbuyer-x"]
    assert profiles(account) == ["carbuyers-x", "mycarbuyer-x"]


def test_runs_as_role(account: Account) -> None:
    """The role that the suite runs as stays, in its instance profile and with its policies."""
    account.build("role")
    account.aws.caller = f"arn:aws:sts::{account.aws.account}:assumed-role/{ROLE}/i-0123456789abcdef0"
    account.take_down(instance_profile.KIND)
    taken = account.take_down(role.KIND)
    assert (roles(account), profiles(account)) == ([ROLE], [ROLE])
    assert taken.left_alone[ROLE].why == "this suite runs as it"
    assert len(account.client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]) == 3


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


def test_policy(account: Account) -> None:
    """A policy of the prefix goes with all its versions, taken off what is ours; others stay."""
    account.build("role")
    arn, _ = create_policy(account, "carbuyer-x"), create_policy(account, "mycarbuyer-x")
    account.client("iam").create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT, SetAsDefault=True)
    account.client("iam").attach_role_policy(RoleName=ROLE, PolicyArn=arn)
    account.take_down(policy.KIND)
    assert policies(account) == ["mycarbuyer-x"]


def test_policy_of_others(account: Account) -> None:
    """A policy that somebody else uses is left on all that use it, and says who that is."""
    account.build("role")
    iam, arn = account.client("iam"), create_policy(account, "carbuyer-x")
    iam.create_user(UserName="other")
    iam.attach_user_policy(UserName="other", PolicyArn=arn)
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
    with pytest.raises(Blocked, match="attached to the user other: detach it there"):
        account.take_down(policy.KIND)
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    assert (len(entities["PolicyUsers"]), len(entities["PolicyRoles"])) == (1, 1)


def by_console(account: Account, *roles_with_it: str, path: str = "/service-role/") -> str:
    """Make the policy that the Lambda console makes for a new role, and attach it to roles; return its name."""
    iam, name = account.client("iam"), "AWSLambdaBasicExecutionRole-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
    arn = iam.create_policy(PolicyName=name, Path=path, PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    for one in roles_with_it:
        iam.attach_role_policy(RoleName=one, PolicyArn=arn)
    return name


@pytest.mark.parametrize("kinds", [(role.KIND, policy.KIND), (policy.KIND, role.KIND)])
def test_policy_by_console(account: Account, kinds: tuple[Kind, ...]) -> None:
    """What a console made for a role of ours goes before the role or, by the journal, after it."""
    account.build("role")
    by_console(account, ROLE)
    account.take_down_each(*kinds)
    assert policies(account) == []


def test_policy_by_console_that_others_use(account: Account) -> None:
    """One that somebody else's role has as well stays there, also when ours is gone; nobody's is not ours."""
    account.build("role")
    account.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)
    name = by_console(account, ROLE, "other")
    account.take_down_each(policy.KIND, role.KIND)
    assert account.find(policy.KIND) == []
    assert policies(account) == [name]


def test_policy_that_looks_like_a_consoles(account: Account) -> None:
    """One of such a name that is not where consoles make theirs is somebody's own: it is only taken off the role."""
    account.build("role")
    name = by_console(account, ROLE, path="/")
    account.take_down_each(role.KIND, policy.KIND)
    assert policies(account) == [name]


def test_policy_by_console_for_nobody(account: Account) -> None:
    """One that no role of ours has, or had, is not ours."""
    name = by_console(account)
    account.take_down(policy.KIND)
    assert policies(account) == [name]


def groups(account: Account) -> list[str]:
    """Return the names of the groups that there are."""
    return sorted(one["GroupName"] for one in account.client("iam").list_groups()["Groups"])


def create_group(account: Account, name: str, *members: str) -> None:
    """Make a group with members, an attached policy and an inline one."""
    iam = account.client("iam")
    iam.create_group(GroupName=name)
    iam.put_group_policy(GroupName=name, PolicyName="inline", PolicyDocument=DOCUMENT)
    iam.attach_group_policy(GroupName=name, PolicyArn=create_policy(account, f"of-{name}"))
    for member in members:
        iam.add_user_to_group(GroupName=name, UserName=member)


def test_groups(account: Account) -> None:
    """A group of the prefix goes with all that hangs on it, though ours are in it; groups of other names stay."""
    account.build("user")
    create_group(account, "carbuyer-admins", USER)
    create_group(account, "mycarbuyer-admins", USER)
    taken = account.take_down(group.KIND)
    assert groups(account) == ["mycarbuyer-admins"]
    assert [r.why for r in taken.left_alone.values()] == ["its name does not start with carbuyer-"]


def test_group_of_others(account: Account) -> None:
    """One in which somebody else's user is stays as it is, and the error says whose."""
    account.build("user")
    account.client("iam").create_user(UserName="teacher")
    create_group(account, "carbuyer-class", USER, "teacher")
    with pytest.raises(Blocked, match="teacher, not the workshop's, would lose its permissions"):
        account.take_down(group.KIND)
    members = account.client("iam").get_group(GroupName="carbuyer-class")["Users"]
    assert len(members) == 2
    assert account.client("iam").list_group_policies(GroupName="carbuyer-class")["PolicyNames"] == ["inline"]
