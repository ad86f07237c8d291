"""IAM roles, by name.

Unlike the console, the API deletes a role only when nothing hangs on it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html); a permissions boundary does not count.
IAM may answer ``DeleteConflict`` for two minutes after the last of that is gone. Service-linked roles and those of
IAM Identity Center stay, and the role that the suite runs as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.kinds.caller import SPARED, is_caller
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.hanging import Hanging, is_deleted, take_off
from carbuyer_cleanup.resource import Kind, Resource
from carbuyer_cleanup.workshop import Claim

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

AWS_OWN = ("/aws-service-role/", "/aws-reserved/")

USUAL = (Hanging("ListAttachedRolePolicies", "AttachedPolicies[].PolicyArn", "DetachRolePolicy", "PolicyArn"),)
SELDOM = (
    Hanging("ListRolePolicies", "PolicyNames", "DeleteRolePolicy", "PolicyName"),
    Hanging(
        "ListInstanceProfilesForRole",
        "InstanceProfiles[].InstanceProfileName",
        "RemoveRoleFromInstanceProfile",
        "InstanceProfileName",
    ),
)


async def find(aws: Aws) -> list[Resource]:
    return [found for role in await aws.pages("iam:ListRoles", "Roles") for found in _judged(aws, role)]


def _judged(aws: Aws, role: dict[str, Any]) -> list[Resource]:
    claim = aws.workshop.claim("iam.role", role["RoleName"])
    if claim and role["Path"].startswith(AWS_OWN):
        claim = Claim(ours=False, why="AWS made it for a service of its own")
    elif claim and is_caller(aws, "role", role["RoleName"]):
        claim = SPARED
    return judged(aws, "IAM role", role["RoleName"], claim, region="global", arn=role["Arn"])


@each
async def delete(aws: Aws, role: Resource) -> None:
    """Take everything off the role and delete it."""
    whose = {"RoleName": role.id}
    await take_off(aws, whose, USUAL)
    if not await is_deleted(aws, "iam:DeleteRole", whose):
        await take_off(aws, whose, SELDOM)
        await aws.call("iam:DeleteRole", **whose)


KIND = Kind("IAM role", find, delete)
