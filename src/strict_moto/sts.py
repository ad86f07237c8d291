"""STS in the sandbox, except AssumeRole: who the caller is, and the sessions that users open for themselves."""

from __future__ import annotations

import hashlib
import math
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend

from strict_moto.world import After, Instead, Refusal

if TYPE_CHECKING:
    from aws_clock import Clock
    from strict_moto.identity import Credentials, Identity
    from strict_moto.world import Params, Request, World

HALF_A_DAY = 43200  # the STS API reference's default for both


def rules(identity: Identity) -> tuple[Instead | After, ...]:
    """Return the rules; ``identity`` opens the sessions."""

    def get_session_token(_world: World, request: Request) -> Params:
        if ":user/" not in request.principal:
            code = "AccessDenied"
            raise Refusal(code, "Cannot call GetSessionToken with session credentials", 403)
        return {"Credentials": _opened(request, request.principal)}

    def get_federation_token(_world: World, request: Request) -> Params:
        name = request.params["Name"]
        principal = f"arn:aws:sts::{request.account}:federated-user/{name}"
        user = {"FederatedUserId": f"{request.account}:{name}", "Arn": principal}
        return {"Credentials": _opened(request, principal), "FederatedUser": user}

    def _opened(request: Request, principal: str) -> Params:
        seconds = float(request.params.get("DurationSeconds", HALF_A_DAY))
        return shown(identity.assume(principal, request.account, seconds), seconds, identity.clock)

    return (
        Instead("sts:GetCallerIdentity", _get_caller_identity, "STS API reference, GetCallerIdentity"),
        Instead("sts:GetSessionToken", get_session_token, "STS API reference, GetSessionToken"),
        Instead("sts:GetFederationToken", get_federation_token, "STS API reference, GetFederationToken"),
        After("iam:GetUser", _get_user, "IAM API reference, GetUser: without a name it is the caller"),
    )


def _get_caller_identity(_world: World, request: Request) -> Params:
    return {
        "UserId": unique_id(request.account, request.principal),
        "Account": request.account,
        "Arn": request.principal,
    }


def _get_user(_world: World, request: Request, answer: Params) -> Params:
    """Return the caller as STS knows it: moto makes up a user."""
    if request.params.get("UserName"):
        return answer
    if ":user/" not in request.principal:
        code = "ValidationError"
        raise Refusal(code, "Must specify userName when calling with non-User credentials")
    path, name = request.principal.partition(":user")[2].rsplit("/", 1)
    user = {"Path": f"{path}/", "UserName": name, "UserId": unique_id(request.account, request.principal)}
    return {**answer, "User": {**answer["User"], **user, "Arn": request.principal}}


def unique_id(account: str, principal: str) -> str:
    """Return a caller's unique id, in the form that IAM's user guide describes ("IAM identifiers")."""
    _, _, name = principal.partition("/")
    iam, last = get_backend("iam")[account]["aws"], name.rpartition("/")[2]
    if ":federated-user/" in principal:
        return f"{account}:{name}"
    if ":assumed-role/" in principal:
        role = next((role for role in iam.roles.values() if role.name == name.partition("/")[0]), None)
        return f"{role.id if role else _made_up('AROA', principal)}:{last}"
    return str(iam.users[last].id) if last in iam.users else _made_up("AIDA", principal)


def _made_up(prefix: str, principal: str) -> str:
    return prefix + b32encode(hashlib.sha256(principal.encode()).digest())[:17].decode()


def shown(made: Credentials, seconds: float, clock: Clock) -> dict[str, Any]:
    """Return a session's keys as STS shows them. They expire in the caller's own time, by which SDKs renew them."""
    lasts = timedelta(seconds=seconds if math.isinf(clock.speed) else seconds / clock.speed)
    return {
        "AccessKeyId": made.access_key,
        "SecretAccessKey": made.secret_key,
        "SessionToken": made.token,
        "Expiration": datetime.now(UTC) + lasts,
    }
