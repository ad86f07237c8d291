"""Customer managed policies, and those that a console made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import policy, role
from tests.kinds.identities import DOCUMENT, ROLE, TRUST, create_policy, policies

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account


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
