"""IAM instance profiles: those with a name of the workshop's roles, as the console creates one with a role for EC2.

One that holds the role that the suite itself runs as stays, and so does one that others' instances use. We look for
those where we look for a role's: once the profile is gone, nothing shows that an instance had the role by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed, texts
from carbuyer_cleanup.backup.asking import Definition, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds import role, users_of
from carbuyer_cleanup.kinds.caller import is_caller
from carbuyer_cleanup.kinds.common import each, judged, refuse_if_used, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find instance profiles that have the names of our roles."""
    profiles = await aws.pages("iam:ListInstanceProfiles", "InstanceProfiles")
    return related(_judged(aws, profile) for profile in profiles)


def _judged(aws: Aws, profile: dict[str, Any]) -> Resource | None:
    name, roles = needed("InstanceProfileName", profile), texts("Roles[].RoleName", profile)
    claim = aws.workshop.claim("iam.role", name)
    if claim and any(is_caller(aws, "role", held) for held in roles):
        claim = Claim(FOREIGN, "it holds the role that this suite runs as")
    return judged(aws, "instance profile", name, claim, region="global", arn=profile["Arn"], details={"roles": roles})


@each
async def delete(aws: Aws, profile: Resource) -> None:
    """Remove the roles from a profile and delete it, unless somebody else's instance uses it."""
    regions = await role.regions_of(aws, profile.details["roles"])
    refuse_if_used(profile, await users_of.profile(aws, profile.id, regions))
    removing = Preparing()
    for held in profile.details["roles"]:
        with removing:
            await aws.call("iam:RemoveRoleFromInstanceProfile", InstanceProfileName=profile.id, RoleName=held)
    with removing.deletion():
        await aws.call("iam:DeleteInstanceProfile", InstanceProfileName=profile.id)


async def define(aws: Aws, profile: Resource) -> Any:
    """Return what the list tells, and the tags, which it doesn't."""
    return (await told_of(aws, profile, "iam:GetInstanceProfile", InstanceProfileName=profile.id))["InstanceProfile"]


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "instance profile": Definition(
            define,
            by_aws="Roles.RoleLastUsed",
            calls={"iam:GetInstanceProfile": read("NoSuchEntity", has="InstanceProfile")},
        )
    }


KIND = Kind(
    "instance profile",
    find,
    delete,
    step=14,
    also="instance profiles",
    entry="iam.role",
    deadline=5,  # tf doesn't wait; as roles
    waits_for=("EC2 instance",),  # running instances would lose their credentials
    price=0,
    console="iam/home#/roles",
    calls={
        "iam:ListInstanceProfiles": read(),
        "iam:RemoveRoleFromInstanceProfile": write("NoSuchEntity"),
        "iam:DeleteInstanceProfile": write("NoSuchEntity", "DeleteConflict"),
    },
    grants=(
        grant(
            "Roles",
            "iam:RemoveRoleFromInstanceProfile iam:DeleteInstanceProfile",
            "iam::*:instance-profile/{iam.role}",
        ),
    ),
    definitions=definitions,
)
