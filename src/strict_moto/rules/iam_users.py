"""IAM users: the nine things that must be removed first, some of which moto lacks."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.world import Params, Request, World

GUIDE = "IAM user guide, id_users_manage: what the API does not remove by itself"
MODEL = "botocore's model of IAM: errors of the call"
LACKING = "not implemented in moto 5.2.5"
CONFLICT, NONE = "DeleteConflict", "NoSuchEntity"


def _backend(world: World, request: Request) -> Any:
    return world.backend("iam", request.account, "aws")


def _user(world: World, request: Request) -> Any:
    return _backend(world, request).users.get(request.params.get("UserName"))


def _existing_user(world: World, request: Request) -> Any:
    user = _user(world, request)
    if user is None:
        raise Refusal(NONE, f"The user with name {request.params.get('UserName')} cannot be found.", 404)
    return user


# --- The nine --------------------------------------------------------------------------------------------------


def _groups(world: World, request: Request) -> list[Any]:
    groups = _backend(world, request).groups.values()
    return [group for group in groups if _user(world, request) in group.users]


def _has(attribute: str) -> Callable[[World, Request], bool]:
    return lambda world, request: bool(getattr(_user(world, request), attribute, None))


LEFTOVERS: tuple[tuple[Callable[[World, Request], Any], str], ...] = (
    (_has("password"), "delete login profile"),
    (_has("access_keys"), "delete access keys"),
    (_has("signing_certificates"), "delete signing certificates"),
    (_has("ssh_public_keys"), "delete SSH public keys"),
    (lambda world, request: bool(_credentials_of(world, request)), "delete service specific credentials"),
    (_has("mfa_devices"), "deactivate MFA devices"),
    (_has("policies"), "delete policies"),
    (_has("managed_policies"), "detach all policies"),
    (lambda world, request: bool(_groups(world, request)), "remove users from group"),
)

NINE = tuple(
    Rule("iam:DeleteUser", when, CONFLICT, f"Cannot delete entity, must {what} first.", GUIDE, 409)
    for when, what in LEFTOVERS
)


# --- MFA devices and the login profile -------------------------------------------------------------------------


def _is_assigned(world: World, request: Request) -> bool:
    users = _backend(world, request).users.values()
    return any(request.params["SerialNumber"] in user.mfa_devices for user in users)


def _login_profile_made(world: World, request: Request, answer: Params) -> Params:
    made = world.recall("login-profiles", request.account)
    made[request.params["UserName"]] = world.now() + world.quirks.login_profile_settling
    return answer


def _login_profile_is_new(world: World, request: Request) -> bool:
    until = world.recall("login-profiles", request.account).get(request.params.get("UserName"), 0)
    return bool(world.now() < until and getattr(_user(world, request), "password", None))


SETTLING = (
    Rule(
        "iam:DeleteVirtualMFADevice",
        _is_assigned,
        CONFLICT,
        "MFA VirtualDevice in use. Must deactivate first.",
        MODEL,
        409,
    ),
    Rule(
        "iam:DeleteLoginProfile",
        _login_profile_is_new,
        "EntityTemporarilyUnmodifiable",
        "Login Profile for User {UserName} cannot be modified while login profile is being created.",
        MODEL + "; Terraform retries for 2 minutes",
        409,
    ),
    After("iam:CreateLoginProfile", _login_profile_made, MODEL),
)


# --- Service-specific credentials ------------------------------------------------------------------------------


def _credentials(world: World, request: Request) -> dict[str, Params]:
    return world.recall("service-specific", request.account)


def _credentials_of(world: World, request: Request) -> list[Params]:
    every = _credentials(world, request).values()
    return [one for one in every if one["UserName"] == request.params.get("UserName")]


def _create_credential(world: World, request: Request) -> Params:
    user, service = _existing_user(world, request), request.params["ServiceName"]
    made = {
        "CreateDate": datetime.now(UTC),
        "ServiceName": service,
        "ServiceSpecificCredentialId": "ACCA" + secrets.token_hex(8).upper(),
        "ServiceUserName": f"{user.name}-at-{request.account}",
        "Status": "Active",
        "UserName": user.name,
    }
    _credentials(world, request)[made["ServiceSpecificCredentialId"]] = made
    return {"ServiceSpecificCredential": {**made, "ServicePassword": secrets.token_urlsafe(32)}}


def _list_credentials(world: World, request: Request) -> Params:
    _existing_user(world, request)
    service = request.params.get("ServiceName")
    found = [one for one in _credentials_of(world, request) if service in (None, one["ServiceName"])]
    return {"ServiceSpecificCredentials": found}


def _no_credential(world: World, request: Request) -> bool:
    found = _credentials(world, request).get(request.params["ServiceSpecificCredentialId"])
    return found is None or request.params.get("UserName", found["UserName"]) != found["UserName"]


def _delete_credential(world: World, request: Request) -> Params:
    del _credentials(world, request)[request.params["ServiceSpecificCredentialId"]]
    return {}


def _update_credential(world: World, request: Request) -> Params:
    _credentials(world, request)[request.params["ServiceSpecificCredentialId"]]["Status"] = request.params["Status"]
    return {}


CREDENTIALS = (
    *(
        Rule(
            f"iam:{operation}ServiceSpecificCredential",
            _no_credential,
            "NoSuchEntity",
            "Service specific credential {ServiceSpecificCredentialId} does not exist.",
            MODEL,
            404,
        )
        for operation in ("Delete", "Update")
    ),
    Instead("iam:CreateServiceSpecificCredential", _create_credential, LACKING),
    Instead("iam:ListServiceSpecificCredentials", _list_credentials, LACKING),
    Instead("iam:DeleteServiceSpecificCredential", _delete_credential, LACKING),
    Instead("iam:UpdateServiceSpecificCredential", _update_credential, LACKING),
)


# --- Permissions boundaries ------------------------------------------------------------------------------------


def _boundary(user: Any) -> str | None:
    return getattr(user, "permissions_boundary_arn", None)


def _put_boundary(world: World, request: Request) -> Params:
    _existing_user(world, request).permissions_boundary_arn = request.params["PermissionsBoundary"]
    return {}


def _delete_boundary(world: World, request: Request) -> Params:
    user = _existing_user(world, request)
    if not _boundary(user):
        raise Refusal(NONE, f"The user with name {user.name} has no permissions boundary.", 404)
    user.permissions_boundary_arn = None
    return {}


def _created(world: World, request: Request, answer: Params) -> Params:
    if "PermissionsBoundary" in request.params:
        _put_boundary(world, request)
    return _show_boundary(world, request, answer)


def _show_boundary(world: World, request: Request, answer: Params) -> Params:
    arn = _boundary(_backend(world, request).users.get(answer["User"]["UserName"]))
    if arn:
        shown = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
        answer["User"]["PermissionsBoundary"] = shown
    return answer


BOUNDARIES = (
    Instead("iam:PutUserPermissionsBoundary", _put_boundary, LACKING),
    Instead("iam:DeleteUserPermissionsBoundary", _delete_boundary, LACKING),
    After("iam:CreateUser", _created, LACKING),
    After("iam:GetUser", _show_boundary, LACKING),
)

RULES = tuple(chain(NINE, SETTLING, CREDENTIALS, BOUNDARIES))
