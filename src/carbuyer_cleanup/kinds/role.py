"""IAM roles, by name.

Unlike the console, the API deletes a role only when nothing hangs on it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html); a permissions boundary does not count.
IAM may answer ``DeleteConflict`` for two minutes after the last of that is gone. Service-linked roles and those of
IAM Identity Center stay, and the role that the suite runs as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath

from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds.caller import SPARED, is_caller
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

AWS_OWN = ("/aws-service-role/", "/aws-reserved/")

# What hangs on a role, where its description has it, and the call that takes one off, with the parameter for it.
HANGING_ON = (
    ("AttachedManagedPolicies[].PolicyArn", "iam:DetachRolePolicy", "PolicyArn"),
    ("RolePolicyList[].PolicyName", "iam:DeleteRolePolicy", "PolicyName"),
    ("InstanceProfileList[].InstanceProfileName", "iam:RemoveRoleFromInstanceProfile", "InstanceProfileName"),
)


async def find(aws: Aws) -> list[Resource]:
    """Ask for the roles with all that hangs on them: one call, where the lists take three a role."""
    roles = await aws.pages("iam:GetAccountAuthorizationDetails", "RoleDetailList", Filter=["Role"])
    return [found for role in roles for found in _judged(aws, role)]


def _judged(aws: Aws, role: dict[str, Any]) -> list[Resource]:
    claim = aws.workshop.claim("iam.role", role["RoleName"])
    if claim and role["Path"].startswith(AWS_OWN):
        claim = Claim(FOREIGN, "AWS made it for a service of its own")
    elif claim and is_caller(aws, "role", role["RoleName"]):
        claim = SPARED
    return judged(
        aws, "IAM role", role["RoleName"], claim, region="global", arn=role["Arn"], details={"hanging": _hanging(role)}
    )


def _hanging(role: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Return the calls that take off what hangs on a role, with their parameters."""
    return [(call, {key: name}) for path, call, key in HANGING_ON for name in jmespath.search(path, role) or ()]


@each
async def delete(aws: Aws, role: Resource) -> None:
    """Take everything off the role and delete it."""
    taking_off = Preparing()
    for call, what in role.details["hanging"]:
        with taking_off:
            await aws.call(call, RoleName=role.id, **what)
    with taking_off.deletion():
        await aws.call("iam:DeleteRole", RoleName=role.id)


KIND = Kind("IAM role", find, delete)
