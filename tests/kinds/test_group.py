"""IAM groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import group
from tests.kinds.identities import DOCUMENT, USER, create_policy

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


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
