"""Customer managed IAM policies: by the prefix, and those that a console created for roles of ours alone.

Terraform variants of the workshop create the former; one of the latter is Lambda's
``service-role/AWSLambdaBasicExecutionRole-<UUID>``, which DeleteRole leaves behind.

All versions except the default one must be deleted before the policy, and it must not be attached to anything
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html). A policy that somebody else's user, group
or role uses stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, of_iam
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import part
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import role
from carbuyer_cleanup.kinds.caller import is_caller
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

DETACH = {
    "user": ("iam:DetachUserPolicy", "UserName"),
    "group": ("iam:DetachGroupPolicy", "GroupName"),
    "role": ("iam:DetachRolePolicy", "RoleName"),
}


async def find(aws: Aws) -> list[Resource]:
    """Find policies by the prefix, and those that a console created for our roles alone."""
    policies = await aws.pages("iam:ListPolicies", "Policies", Scope="Local")
    made = any(role.CONSOLE_POLICY.search(policy["Arn"]) for policy in policies)
    holders = await _holders(aws) if made else {}
    had = aws.journal.remembered(role.BY_CONSOLE, "global") if made else {}
    because = {arn: f"it was made for {memory.because}" for arn, memory in had.items()}
    because |= {arn: f"it was made for the {roles[0]}" for arn, roles in holders.items()}
    shared = {p["Arn"] for p in policies if p["AttachmentCount"] > len(holders.get(p["Arn"], ()))}
    alone = {arn: why for arn, why in because.items() if arn not in shared}
    return related(_judged(aws, policy, alone.get(policy["Arn"], "")) for policy in policies)


async def _holders(aws: Aws) -> dict[str, list[Resource]]:
    """Return the policies that a console created for roles of ours, each with the roles that have it."""
    holders: dict[str, list[Resource]] = {}
    for one in await role.find(aws):
        for arn in one.details["console"] if one.ours else ():
            holders.setdefault(arn, []).append(one)
    return holders


def _judged(aws: Aws, policy: dict[str, Any], because: str) -> Resource | None:
    arn, name = policy["Arn"], needed("PolicyName", policy)
    claim = aws.workshop.claim("", name, id_=arn, inferred=part(because) if because else None)
    return judged(aws, "IAM policy", arn, claim, name=name, region="global", arn=arn)


@each
async def delete(aws: Aws, policy: Resource) -> None:
    """Detach a policy from what is ours and delete it, unless it is attached to others'."""
    users = await _users(aws, policy)
    foreign = [f"{sort} {name}" for sort, name in users if not _is_ours(aws, sort, name)]
    if foreign:
        raise Blocked(f"The {policy} is attached to the {', the '.join(foreign)}: detach it there, then run again.")
    emptying = Preparing()
    for sort, name in users:
        call, parameter = DETACH[sort]
        with emptying:
            await aws.call(call, PolicyArn=policy.id, **{parameter: name})
    with emptying:
        await _delete_versions(aws, policy, emptying)
    with emptying.deletion():
        await aws.call("iam:DeletePolicy", PolicyArn=policy.id)


async def _delete_versions(aws: Aws, policy: Resource, emptying: Preparing) -> None:
    for version in await aws.pages("iam:ListPolicyVersions", "Versions", PolicyArn=policy.id):
        if not version["IsDefaultVersion"]:
            with emptying:
                await aws.call("iam:DeletePolicyVersion", PolicyArn=policy.id, VersionId=version["VersionId"])


async def _users(aws: Aws, policy: Resource) -> list[tuple[str, str]]:
    """Return the users, groups and roles that have the policy, attached or as a boundary, with the type of each."""
    path = "[PolicyUsers[].['user', UserName], PolicyGroups[].['group', GroupName], PolicyRoles[].['role', RoleName]][]"
    return [(sort, name) for sort, name in await aws.pages("iam:ListEntitiesForPolicy", path, PolicyArn=policy.id)]


def _is_ours(aws: Aws, sort: str, name: str) -> bool:
    claim = aws.workshop.claim(f"iam.{sort}", name)
    return bool(claim and claim.ours) and not is_caller(aws, sort, name)


async def define(aws: Aws, policy: Resource) -> Any:
    """Return what the list tells, and what it doesn't: the tags, and who has the policy."""
    described = await of_iam("LocalManagedPolicy", "Policies", "Arn")(aws, policy)
    tags = await aws.pages("iam:ListPolicyTags", "Tags", PolicyArn=policy.id)
    names = {"PolicyUsers": "UserName", "PolicyGroups": "GroupName", "PolicyRoles": "RoleName"}
    holders = [
        await aws.pages("iam:ListEntitiesForPolicy", f"{path}[].{name}", PolicyArn=policy.id)
        for path, name in names.items()
    ]
    return {**described, "Tags": tags, **dict(zip(names, holders, strict=True))}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "IAM policy": Definition(
            define,
            by_aws="AttachmentCount PermissionsBoundaryUsageCount",
            calls={"iam:ListPolicyTags": read("NoSuchEntity")},
        )
    }


KIND = Kind(
    "IAM policy",
    find,
    delete,
    step=15,
    also="policies with the prefix, and those that a console created for those roles",
    deadline=5,  # tf doesn't wait; as roles
    comes_after=("IAM role", "IAM user", "IAM group"),  # it need not be detached from those that are gone
    price=0,
    console="iam/home#/policies/details/{arn}",
    calls={
        "iam:ListPolicies": read(),
        "iam:ListEntitiesForPolicy": read("NoSuchEntity", has="PolicyGroups PolicyUsers PolicyRoles"),
        "iam:ListPolicyVersions": read("NoSuchEntity"),
        "iam:DeletePolicyVersion": write("NoSuchEntity"),
        "iam:DeletePolicy": write("NoSuchEntity", "DeleteConflict"),
    },
    grants=(
        grant(
            "GroupsAndPolicies",
            "iam:ListEntitiesForPolicy iam:ListPolicyVersions iam:DeletePolicyVersion iam:DeletePolicy",
            "iam::*:policy/{}",
            # where consoles create policies for a role; AWS deletes none that is attached to anything
            "iam::*:policy/service-role/*",
        ),
        grant("Roles", "iam:DetachRolePolicy", *role.ROLES),
    ),
    definitions=definitions,
)
