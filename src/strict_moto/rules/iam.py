"""IAM: what must go before a role, group, policy or user can; more is in :mod:`.iam_users` and :mod:`.iam_reads`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.rules.iam_reads import RULES as READS
from strict_moto.rules.iam_users import RULES as USERS
from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of IAM: errors of the call"
GUIDE = "IAM user guide: changes are eventually consistent; Terraform retries DeleteConflict for 2 minutes"
CONFLICT = "DeleteConflict"


def _backend(world: World, request: Request) -> Any:
    return world.backend("iam", request.account, "aws")


# --- Roles that only AWS may change ----------------------------------------------------------------------------

CHANGES_OF_ROLES = (
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
)
PATHS_OF_AWS = ("/aws-service-role/", "/aws-reserved/")


def _role(world: World, request: Request) -> Any:
    roles = _backend(world, request).roles.values()
    return next((role for role in roles if role.name == request.params.get("RoleName")), None)


def _belongs_to_aws(world: World, request: Request) -> bool:
    role = _role(world, request)
    return role is not None and role.path.startswith(PATHS_OF_AWS)


UNMODIFIABLE = tuple(
    Rule(
        f"iam:{operation}",
        _belongs_to_aws,
        "UnmodifiableEntity",
        "Cannot perform the operation on the protected role '{RoleName}' - this role is only modifiable by AWS",
        MODEL,
    )
    for operation in CHANGES_OF_ROLES
)


def _not_in_profile(world: World, request: Request) -> bool:
    profiles = _backend(world, request).instance_profiles.values()
    profile = next((one for one in profiles if one.name == request.params["InstanceProfileName"]), None)
    return profile is not None and _role(world, request) not in profile.roles


NOT_THERE = (
    Rule(
        "iam:RemoveRoleFromInstanceProfile",
        _not_in_profile,
        "NoSuchEntity",
        "Cannot find role {RoleName} in Instance Profile {InstanceProfileName}.",
        f"{MODEL}; moto 5.2.5 raises a ValueError",
        404,
    ),
)


# --- An obstacle is gone, but not everywhere in IAM yet ------------------------------------------------------------

INLINE = "Cannot delete entity, must delete policies first."
ATTACHED = "Cannot delete entity, must detach all policies first."
PROFILE = "Cannot delete entity, must remove roles from instance profile first."

# The call that removes an obstacle, the parameter that names what it blocked, and what IAM says for a while after
REMOVALS = (
    ("DeleteRolePolicy", "RoleName", INLINE),
    ("DetachRolePolicy", "RoleName", ATTACHED),
    ("RemoveRoleFromInstanceProfile", "RoleName", PROFILE),
    ("DeleteUserPolicy", "UserName", INLINE),
    ("DetachUserPolicy", "UserName", ATTACHED),
    ("DeleteLoginProfile", "UserName", "Cannot delete entity, must delete login profile first."),
    ("DeleteAccessKey", "UserName", "Cannot delete entity, must delete access keys first."),
    ("RemoveUserFromGroup", "UserName", "Cannot delete entity, must remove users from group first."),
)


def _echoes(world: World, request: Request, parameter: str) -> dict[str, tuple[float, str]]:
    return world.recall("iam-echoes", request.account, parameter)


def _note_removal(parameter: str, text: str) -> Any:
    def act(world: World, request: Request, answer: Params) -> Params:
        until = world.now() + world.quirks.iam_conflict_lag
        if parameter in request.params:
            _echoes(world, request, parameter)[request.params[parameter]] = (until, text)
        return answer

    return act


def _obstacle_echoes(parameter: str) -> Any:
    def when(world: World, request: Request) -> Params | None:
        until, text = _echoes(world, request, parameter).get(request.params[parameter], (0.0, ""))
        return {"text": text} if world.now() < until else None

    return when


ECHOES = (
    *(After(f"iam:{operation}", _note_removal(parameter, text), GUIDE) for operation, parameter, text in REMOVALS),
    Rule("iam:DeleteRole", _obstacle_echoes("RoleName"), CONFLICT, "{text}", GUIDE, 409),
    Rule("iam:DeleteUser", _obstacle_echoes("UserName"), CONFLICT, "{text}", GUIDE, 409),
)


# --- Roles and policies ----------------------------------------------------------------------------------------


def _has_inline(world: World, request: Request) -> bool:
    return bool(getattr(_role(world, request), "policies", None))


def _has_attached(world: World, request: Request) -> bool:
    return bool(getattr(_role(world, request), "managed_policies", None))


def _is_in_profile(world: World, request: Request) -> bool:
    profiles = _backend(world, request).instance_profiles.values()
    return any(role.name == request.params["RoleName"] for profile in profiles for role in profile.roles)


def _no_role_boundary(world: World, request: Request) -> bool:
    role = _role(world, request)
    return role is not None and not role.permissions_boundary_arn


def _uses(world: World, request: Request) -> Iterator[str]:
    """Yield the ARNs of all policies that are attached to anything or set as a permissions boundary."""
    backend = _backend(world, request)
    for holder in chain(backend.roles.values(), backend.users.values(), backend.groups.values()):
        yield from holder.managed_policies
        boundary = getattr(holder, "permissions_boundary_arn", None)
        if boundary:
            yield boundary


def _policy_is_used(world: World, request: Request) -> bool:
    return request.params["PolicyArn"] in set(_uses(world, request))


def _has_versions(world: World, request: Request) -> bool:
    policy = _backend(world, request).managed_policies.get(request.params["PolicyArn"])
    return policy is not None and len(policy.versions) > 1


def _group(world: World, request: Request) -> Any:
    return _backend(world, request).groups.get(request.params["GroupName"])


def _has_members(world: World, request: Request) -> bool:
    return bool(getattr(_group(world, request), "users", None))


def _has_group_policies(world: World, request: Request) -> bool:
    group = _group(world, request)
    return group is not None and bool(group.managed_policies or group.policies)


CONFLICTS = (
    Rule(
        "iam:DeleteGroup",
        _has_members,
        CONFLICT,
        "Cannot delete entity, must remove users from group first.",
        MODEL + "; moto 5.2.5 checks nothing",
        409,
    ),
    Rule("iam:DeleteGroup", _has_group_policies, CONFLICT, ATTACHED, MODEL + "; moto 5.2.5 checks nothing", 409),
    Rule("iam:DeleteRole", _has_inline, CONFLICT, INLINE, MODEL, 409),
    Rule("iam:DeleteRole", _has_attached, CONFLICT, ATTACHED, MODEL, 409),
    Rule("iam:DeleteRole", _is_in_profile, CONFLICT, PROFILE, MODEL + "; six logs in public repositories", 409),
    Rule(
        "iam:DeleteRolePermissionsBoundary",
        _no_role_boundary,
        "NoSuchEntity",
        "The role with name {RoleName} has no permissions boundary.",
        MODEL + "; text unverified",
        404,
    ),
    Rule(
        "iam:DeletePolicy",
        _policy_is_used,
        CONFLICT,
        "Cannot delete a policy attached to entities.",
        MODEL + "; moto 5.2.5 checks nothing",
        409,
    ),
    Rule(
        "iam:DeletePolicy",
        _has_versions,
        CONFLICT,
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy.",
        MODEL + "; moto 5.2.5 checks nothing",
        409,
    ),
)

RULES = tuple(chain(UNMODIFIABLE, CONFLICTS, ECHOES, USERS, READS, NOT_THERE))
