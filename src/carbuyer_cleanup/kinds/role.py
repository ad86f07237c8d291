"""IAM roles, by name.

Unlike the console, the API deletes a role only if nothing is attached to it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html); a permissions boundary does not count.
IAM may answer ``DeleteConflict`` for two minutes after the last attachment is gone. These stay: service-linked roles,
those of IAM Identity Center, the role that the suite runs as, and any role that others' instances, profiles or
functions have. We look for those in the workshop's Region, and where IAM says that the role was last used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed, texts
from carbuyer_cleanup.backup.asking import Definition, of_iam, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds import users_of
from carbuyer_cleanup.kinds.caller import SPARED, is_caller
from carbuyer_cleanup.kinds.common import each, judged, refuse_if_used, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Collection

    from carbuyer_cleanup.aws.context import Aws

BY_CONSOLE = "iam policy"  # the journal's topic for those policies
CONSOLE_POLICY = re.compile(r":[0-9]{12}:policy/service-role/[\w-]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
AWS_OWN = ("/aws-service-role/", "/aws-reserved/")

# What is attached to a role: its path in the role's description, the call that removes one, and the call's parameter.
HANGING_ON = (
    ("AttachedManagedPolicies[].PolicyArn", "iam:DetachRolePolicy", "PolicyArn"),
    ("RolePolicyList[].PolicyName", "iam:DeleteRolePolicy", "PolicyName"),
    ("InstanceProfileList[].InstanceProfileName", "iam:RemoveRoleFromInstanceProfile", "InstanceProfileName"),
)


async def find(aws: Aws) -> list[Resource]:
    """Find roles by name, with what is attached to them: in one call instead of three lists for each role."""
    roles = await aws.pages("iam:GetAccountAuthorizationDetails", "RoleDetailList", Filter=["Role"])
    return related(_judged(aws, role) for role in roles)


def _judged(aws: Aws, role: dict[str, Any]) -> Resource | None:
    name = needed("RoleName", role)
    claim = aws.workshop.claim("iam.role", name)
    if claim and role["Path"].startswith(AWS_OWN):
        claim = Claim(FOREIGN, "AWS created it for one of its services")
    elif claim and is_caller(aws, "role", name):
        claim = SPARED
    return judged(
        aws, "IAM role", name, claim, region="global", arn=role["Arn"],
        details={
            "hanging": _hanging(role), "console": _by_console(role),
            "profiles": _profiles(role), "regions": _regions(aws, role),
        },
    )  # fmt: skip


def _by_console(role: dict[str, Any]) -> list[str]:
    """Return the role's policies that a console created for it alone: the name ends in a UUID."""
    attached = (policy["PolicyArn"] for policy in role["AttachedManagedPolicies"])
    return [arn for arn in attached if CONSOLE_POLICY.search(arn)]


def _profiles(role: dict[str, Any]) -> list[str]:
    return [profile["InstanceProfileName"] for profile in role["InstanceProfileList"]]


def _regions(aws: Aws, role: dict[str, Any]) -> list[str]:
    """Return the Regions in which to look for what has the role; "" is the workshop's."""
    last = role["RoleLastUsed"]["Region"] or aws.region
    return ["", *({last} - {aws.region})]


async def regions_of(aws: Aws, names: Collection[str]) -> list[str]:
    """Return the Regions in which to look for what has one of the roles of these names; "" is the workshop's."""
    roles = await aws.pages("iam:GetAccountAuthorizationDetails", "RoleDetailList", Filter=["Role"]) if names else []
    found = [region for role in roles if role["RoleName"] in names for region in _regions(aws, role)]
    return list(dict.fromkeys(["", *found]))


def _hanging(role: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Return the calls that remove what is attached to a role, with their parameters."""
    return [(call, {key: name}) for path, call, key in HANGING_ON for name in texts(path, role)]


@each
async def delete(aws: Aws, role: Resource) -> None:
    """Remove everything from the role and delete it, unless others use it."""
    users = await users_of.role(aws, role.id, role.details["profiles"], role.details["regions"])
    refuse_if_used(role, users)
    aws.journal.remember(BY_CONSOLE, "global", role.details["console"], because=f"the {role}")
    taking_off = Preparing()
    for call, what in role.details["hanging"]:
        with taking_off:
            await aws.call(call, RoleName=role.id, **what)
    with taking_off.deletion():
        await aws.call("iam:DeleteRole", RoleName=role.id)


async def define(aws: Aws, role: Resource) -> Any:
    """Return all that hangs on a role, and the description and the longest session, which another call tells."""
    described = await of_iam("Role", "RoleDetailList", "RoleName")(aws, role)
    told = (await told_of(aws, role, "iam:GetRole", RoleName=role.name))["Role"]
    return {**{name: told[name] for name in ("Description", "MaxSessionDuration") if name in told}, **described}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "IAM role": Definition(
            define,
            by_aws="RoleLastUsed InstanceProfileList.Roles.RoleLastUsed",
            calls={"iam:GetRole": read("NoSuchEntity", has="Role")},
        )
    }


ROLES = (
    "iam::*:role/{iam.role}",
    "iam::*:role/service-role/{iam.role}",  # where Lambda's console creates a function's role
)
KIND = Kind(
    "IAM role",
    find,
    delete,
    step=14,
    entry="iam.role",
    deadline=5,  # DeleteConflict after what held it is gone: tf iam/role.go with iam/wait.go, propagationTimeout, 2
    # Lambda deletes a function's network interfaces by the function's own role: without it they stay forever
    # (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).
    waits_for=("instance profile", "Lambda function", "EC2 instance"),
    price=0,
    console="iam/home#/roles/details/{id}",
    # For two minutes after the last obstacle is gone, the answer is still DeleteConflict, here and for other things of
    # IAM: terraform-provider-aws, iam/role.go.
    calls={
        "iam:DeleteRolePolicy": write("NoSuchEntity"),
        "iam:DetachRolePolicy": write("NoSuchEntity"),
        "iam:DeleteRole": write("NoSuchEntity", "DeleteConflict"),
    },
    grants=(grant("Roles", "iam:DeleteRolePolicy iam:DetachRolePolicy iam:DeleteRole", *ROLES),),
    definitions=definitions,
)
