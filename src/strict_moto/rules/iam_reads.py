"""IAM's reads: short pages, and deleted entities that can still be read for a while."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from strict_moto.rules.paging import paged
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of IAM"
LAG = "IAM user guide: eventually consistent"


def _backend(world: World, request: Request) -> Any:
    return world.backend("iam", request.account, "aws")


# --- Pages -----------------------------------------------------------------------------------------------------


def _itself(item: Any) -> Any:
    return item


def _by(field: str) -> Callable[[Any], Any]:
    return lambda item: item[field]


# Calls that moto answers in one page: the list in the answer, and what identifies its items
WHOLE: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("ListAccessKeys", "AccessKeyMetadata", _by("AccessKeyId")),
    ("ListGroups", "Groups", _by("GroupName")),
    ("ListGroupsForUser", "Groups", _by("GroupName")),
    ("ListInstanceProfiles", "InstanceProfiles", _by("InstanceProfileName")),
    ("ListInstanceProfilesForRole", "InstanceProfiles", _by("InstanceProfileName")),
    ("ListMFADevices", "MFADevices", _by("SerialNumber")),
    ("ListPolicyVersions", "Versions", _by("VersionId")),
    ("ListRolePolicies", "PolicyNames", _itself),
    ("ListSSHPublicKeys", "SSHPublicKeys", _by("SSHPublicKeyId")),
    ("ListServiceSpecificCredentials", "ServiceSpecificCredentials", _by("ServiceSpecificCredentialId")),
    ("ListSigningCertificates", "Certificates", _by("CertificateId")),
    ("ListUserPolicies", "PolicyNames", _itself),
    ("ListUsers", "Users", _by("UserName")),
)
# Calls that moto pages itself, with the item's number as the marker
NUMBERED = (
    ("ListAttachedGroupPolicies", "AttachedPolicies"),
    ("ListAttachedRolePolicies", "AttachedPolicies"),
    ("ListAttachedUserPolicies", "AttachedPolicies"),
    ("ListPolicies", "Policies"),
    ("ListRoles", "Roles"),
    ("ListVirtualMFADevices", "VirtualMFADevices"),
)


def _shorten(items: str) -> Callable[[World, Request, Params], Params]:
    def act(world: World, request: Request, answer: Params) -> Params:
        length = world.quirks.iam_page
        if len(answer[items]) <= length:
            return answer
        marker = str(int(request.params.get("Marker") or 0) + length)
        return {**answer, items: answer[items][:length], "Marker": marker, "IsTruncated": True}

    return act


DETAILS = ("GroupDetailList", "Policies", "RoleDetailList", "UserDetailList")


def _page_of_details(world: World, request: Request, answer: Params) -> Params:
    """Cut four lists into pages as if they were one."""
    after = request.params.get("Marker", "")
    every = [(f"{kind} {one['Arn']}", kind, one) for kind in DETAILS for one in answer.get(kind, ())]
    rest = sorted((entry for entry in every if entry[0] > after), key=itemgetter(0))
    length = min(int(request.params.get("MaxItems") or 100), world.quirks.iam_page)
    page = {kind: [one for _, of, one in rest[:length] if of == kind] for kind in DETAILS}
    more = len(rest) > length
    return {**page, "IsTruncated": more, **({"Marker": rest[length - 1][0]} if more else {})}


SHORT = MODEL + ": IAM might return fewer results, even when there are more"

PAGES = (
    *(
        paged(
            f"iam:{operation}",
            items,
            key,
            size="MaxItems",
            start="Marker",
            resume="Marker",
            most=lambda quirks: quirks.iam_page,
            more="IsTruncated",
            source=SHORT,
        )
        for operation, items, key in WHOLE
    ),
    *(After(f"iam:{operation}", _shorten(items), SHORT) for operation, items in NUMBERED),
    After("iam:GetAccountAuthorizationDetails", _page_of_details, SHORT + "; moto 5.2.5 answers in one page"),
)


# --- What is gone but can still be read ------------------------------------------------------------------------

KINDS = {"RoleName": "roles", "UserName": "users", "InstanceProfileName": "instance_profiles"}
UNAWARE = ("Get", "List", "CreateInstanceProfile", "CreateRole", "CreateUser")  # all other calls notice that it is gone


def _ghosts(world: World, request: Request, parameter: str) -> dict[str, float]:
    """Return the time until which each deleted name can still be read."""
    return world.recall("iam-ghosts", request.account, parameter)


def _is_ghost(parameter: str) -> Callable[[World, Request], bool]:
    def when(world: World, request: Request) -> bool:
        until = _ghosts(world, request, parameter).get(request.params.get(parameter, ""), 0)
        return world.now() < until and not request.operation.startswith(UNAWARE)

    return when


def _missing(parameter: str) -> Callable[[World, Request], bool]:
    def when(world: World, request: Request) -> bool:
        things = getattr(_backend(world, request), KINDS[parameter]).values()
        return all(thing.name != request.params[parameter] for thing in things)

    return when


def _holds_a_role(world: World, request: Request) -> bool:
    profile = _backend(world, request).instance_profiles.get(request.params["InstanceProfileName"])
    return bool(profile and profile.roles)


def _delete(parameter: str) -> Callable[[World, Request], Params]:
    """Return an action that deletes at once for writes, and a little later for reads."""

    def act(world: World, request: Request) -> Params:
        name, lag = request.params[parameter], world.quirks.iam_read_lag
        things = getattr(_backend(world, request), KINDS[parameter])
        key = next(key for key, thing in things.items() if thing.name == name)
        _ghosts(world, request, parameter)[name] = world.now() + lag
        world.later(lag, lambda: things.pop(key, None))
        world.catch_up()
        _forget_tags(world, request, parameter)
        return {}

    return act


def _forget_tags(world: World, request: Request, parameter: str) -> None:
    if parameter == "UserName":  # moto keeps a user's tags beside the user
        arn = f"arn:aws:iam::{request.account}:user/{request.params[parameter]}"
        _backend(world, request).tagger.delete_all_tags_for_resource(arn)


NO_ENTITY = "NoSuchEntity"
DELETIONS = {"RoleName": "DeleteRole", "UserName": "DeleteUser", "InstanceProfileName": "DeleteInstanceProfile"}

GHOSTS = (
    *(Rule("iam:*", _is_ghost(one), NO_ENTITY, "{" + one + "} cannot be found.", LAG, 404) for one in KINDS),
    *(
        Rule(f"iam:{call}", _missing(one), NO_ENTITY, "{" + one + "} cannot be found.", MODEL, 404)
        for one, call in DELETIONS.items()
    ),
    Rule(
        "iam:DeleteInstanceProfile",
        _holds_a_role,
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
        MODEL,
        409,
    ),
    *(Instead(f"iam:{call}", _delete(one), LAG) for one, call in DELETIONS.items()),
)

RULES = (*PAGES, *GHOSTS)
