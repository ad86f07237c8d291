"""IAM groups, by the prefix: the workshop creates none, but tidy students do. One with others' users in it stays.

Unlike the console, the API deletes a group only if no user is in it and no policy is attached
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_delete.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath

from carbuyer_cleanup.backup.asking import Definition, of_iam
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

# What is attached to a group: its path in the group's description, the call that removes one, the call's parameter.
HANGING_ON = (
    ("AttachedManagedPolicies[].PolicyArn", "iam:DetachGroupPolicy", "PolicyArn"),
    ("GroupPolicyList[].PolicyName", "iam:DeleteGroupPolicy", "PolicyName"),
)


async def find(aws: Aws) -> list[Resource]:
    """Find groups by the prefix."""
    groups = await aws.pages("iam:GetAccountAuthorizationDetails", "GroupDetailList", Filter=["Group"])
    return related(_judged(aws, group) for group in groups)


def _judged(aws: Aws, group: dict[str, Any]) -> Resource | None:
    name = group["GroupName"]
    hanging = [(call, {key: one}) for path, call, key in HANGING_ON for one in jmespath.search(path, group) or ()]
    return judged(
        aws, "IAM group", name, aws.workshop.claim("", name, id_=group["Arn"]),
        region="global", arn=group["Arn"], details={"hanging": hanging},
    )  # fmt: skip


@each
async def delete(aws: Aws, group: Resource) -> None:
    """Remove everybody and everything from the group and delete it, unless somebody else's user is in it."""
    members = await aws.pages("iam:GetGroup", "Users[].UserName", GroupName=group.id)
    if foreign := [name for name in members if not _is_ours(aws, name)]:
        raise Blocked(
            f"The {group} is not deleted: {', '.join(foreign)}, not the workshop's, would lose its permissions. Take "
            "that user out of the group, then run again."
        )
    taking_off = Preparing()
    for call, what in [*(("iam:RemoveUserFromGroup", {"UserName": name}) for name in members), *_hanging(group)]:
        with taking_off:
            await aws.call(call, GroupName=group.id, **what)
    with taking_off.deletion():
        await aws.call("iam:DeleteGroup", GroupName=group.id)


def _hanging(group: Resource) -> list[tuple[str, dict[str, str]]]:
    hanging: list[tuple[str, dict[str, str]]] = group.details["hanging"]
    return hanging


def _is_ours(aws: Aws, user: str) -> bool:
    claim = aws.workshop.claim("iam.user", user)
    return bool(claim and claim.ours)


async def define(aws: Aws, group: Resource) -> Any:
    """Return a group, and its users."""
    described = await of_iam("Group", "GroupDetailList", "GroupName")(aws, group)
    return {**described, "Users": await aws.pages("iam:GetGroup", "Users[].UserName", GroupName=group.id)}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"IAM group": Definition(define)}


KIND = Kind(
    "IAM group",
    find,
    delete,
    step=15,
    also="groups with the prefix",
    deadline=5,  # tf doesn't wait; as roles
    comes_after=("IAM user",),
    price=0,
    calls={
        "iam:GetGroup": read("NoSuchEntity"),
        "iam:DeleteGroupPolicy": write("NoSuchEntity"),
        "iam:DetachGroupPolicy": write("NoSuchEntity"),
        "iam:DeleteGroup": write("NoSuchEntity", "DeleteConflict"),
    },
    grants=(
        grant(
            "GroupsAndPolicies",
            "iam:GetGroup iam:DeleteGroupPolicy iam:DetachGroupPolicy iam:DeleteGroup",
            "iam::*:group/{}",
        ),
    ),
    definitions=definitions,
)
