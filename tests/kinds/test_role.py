"""IAM roles and their instance profiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.kinds import instance_profile, policy, role, user
from tests.kinds.identities import DOCUMENT, ROLE, TRUST, create_policy, policies, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account


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


RUNNING = (instance_of_others, instance_in_another_region)  # which would lose the role with its instance profile


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
    for kind in (instance_profile.KIND, role.KIND) if use in RUNNING else (role.KIND,):
        with pytest.raises(CleanupError, match=re.escape(user)):
            account.take_down(kind)
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
