"""Who is calling: the accounts of the embedded AWS, their keys and sessions, their Regions, and their organization."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend

from strict_moto import moto_patches, sts
from strict_moto.families import DENIED, ErrorText
from strict_moto.world import After, Instead, Refusal

if TYPE_CHECKING:
    from aws_clock import Clock
    from strict_moto.wire import HttpRequest
    from strict_moto.world import Params, Request, World

ADMIN = "user/rehearsal"
UNSIGNED = ErrorText("MissingAuthenticationToken", 403, "Request is missing Authentication Token")

# Enabled in every account; all others are off until the account opts in (AWS Account Management reference guide).
DEFAULT_REGIONS = frozenset(
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 "
    "eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2".split()
)


@dataclass(frozen=True)
class Credentials:
    """What a caller signs with. Only sessions have a ``token``, and ``expires`` in seconds of the sandbox's clock."""

    access_key: str
    secret_key: str
    token: str = ""
    account: str = ""
    principal: str = ""
    expires: float = math.inf


@dataclass
class Identity:
    """The existing accounts, and the credentials that AWS knows."""

    clock: Clock
    opted_in: set[str] = field(default_factory=set)
    accounts: dict[str, Credentials] = field(default_factory=dict)
    sessions: dict[str, Credentials] = field(default_factory=dict)
    administrators: dict[str, Credentials] = field(default_factory=dict)  # by access key

    def add_account(self, account: str, alias: str = "") -> Credentials:
        """Open an account unless it is open already, and return its administrator's keys."""
        iam = get_backend("iam")[account]["aws"]
        moto_patches.add_managed_policies(iam)
        iam.account_aliases = [alias] if alias else iam.account_aliases
        keys = _key("AKIA", account)
        principal = f"arn:aws:iam::{account}:{ADMIN}"
        made = self.accounts.setdefault(account, Credentials(*keys, account=account, principal=principal))
        return self.administrators.setdefault(made.access_key, made)

    def caller(self, call: HttpRequest) -> Credentials:
        """Return the caller of a request.

        Raises:
            Refusal: the key is unknown, the session has expired, or the Region is not enabled.
        """
        family = call.family
        if not call.access_key:
            raise UNSIGNED.refusal()
        known = self._known(call.access_key)
        if known is None or known.token != call.token:
            raise family.unknown.refusal()
        if self.clock.now() >= known.expires:
            raise family.expired.refusal()
        if call.region not in DEFAULT_REGIONS | self.opted_in:
            raise family.off.refusal(region=call.region)
        return known

    def assume(self, principal: str, account: str, seconds: float) -> Credentials:
        """Open a session that lasts ``seconds`` on the sandbox's clock, and return its credentials."""
        keys = _key("ASIA", f"{principal} {len(self.sessions)}")
        token = base64.b64encode(f"{principal} {len(self.sessions)}".encode()).decode()
        made = Credentials(*keys, token, account, principal, self.clock.now() + seconds)
        self.sessions[made.access_key] = made
        return made

    def _known(self, access_key: str) -> Credentials | None:
        """Return the credentials of a key: a session's, an administrator's, or an IAM user's if the key is active."""
        known = self.sessions.get(access_key) or self.administrators.get(access_key)
        return known or next((c for a in self.accounts if (c := _users_key(a, access_key))), None)


def _users_key(account: str, access_key: str) -> Credentials | None:
    key = get_backend("iam")[account]["aws"].access_keys.get(access_key)
    if key is None or key.status != "Active":
        return None
    arn = get_backend("iam")[account]["aws"].get_user(key.user_name).arn
    return Credentials(access_key, key.secret_access_key, "", account, arn)


def _key(prefix: str, seed: str) -> tuple[str, str]:
    """Return an access key in AWS's form, and its secret; always the same for a ``seed``."""
    digest = hashlib.sha256(seed.encode()).digest()
    return prefix + base64.b32encode(digest)[:16].decode(), base64.b64encode(digest)[:40].decode()


# Calls that are about the caller


def rules(identity: Identity) -> tuple[Instead | After, ...]:
    """Return the rules for calls whose answer depends on the caller or on the Regions."""

    def assume_role(_world: World, request: Request) -> Params:
        account, name = _role(request)
        _check_trust(request, account, name)
        seconds = float(request.params.get("DurationSeconds", 3600))
        principal = f"arn:aws:sts::{account}:assumed-role/{name}/{request.params['RoleSessionName']}"
        made = identity.assume(principal, account, seconds)
        user = {"AssumedRoleId": sts.unique_id(account, principal), "Arn": principal}
        return {"Credentials": sts.shown(made, seconds, identity.clock), "AssumedRoleUser": user}

    def describe_regions(_world: World, request: Request, answer: Params) -> Params:
        told = [_with_status(region, identity.opted_in) for region in answer["Regions"]]
        if not request.params.get("AllRegions"):
            told = [region for region in told if region["OptInStatus"] != "not-opted-in"]
        return {**answer, "Regions": told}

    return (
        Instead("sts:AssumeRole", assume_role, "STS API reference, AssumeRole"),
        After("ec2:DescribeRegions", describe_regions, "EC2 API reference, DescribeRegions: AllRegions"),
        *sts.rules(identity),
    )


def _role(request: Request) -> tuple[str, str]:
    _, _, _, _, account, role = request.params["RoleArn"].split(":", 5)
    return account, role.rpartition("/")[2]


def _check_trust(request: Request, account: str, name: str) -> None:
    """Refuse the caller unless the role exists and trusts it: AWS doesn't say which of the two failed."""
    roles = get_backend("iam")[account]["aws"].roles.values()
    role = next((role for role in roles if role.name == name), None)
    if role is None or not _trusts(role, request):
        facts = {"principal": request.principal, "action": "sts:AssumeRole", "because": ""}
        message = DENIED.replace("*", "{arn}").format(**facts, arn=request.params["RoleArn"]).rstrip()
        code = "AccessDenied"
        raise Refusal(code, message, 403)


def _trusts(role: Any, request: Request) -> bool:
    document = json.loads(role.assume_role_policy_document)
    matching = [s["Effect"] for s in _listed(document["Statement"]) if _is_about(s, request)]
    return "Allow" in matching and "Deny" not in matching


def _is_about(statement: dict[str, Any], request: Request) -> bool:
    """Return whether a statement's principal, action and condition match; a condition that is unknown here doesn't."""
    callers = {"*", request.account, f"arn:aws:iam::{request.account}:root", request.principal}
    principal = statement.get("Principal", {})
    named = ["*"] if principal == "*" else _listed(principal.get("AWS", []))
    acts = any(fnmatchcase("sts:AssumeRole", action) for action in _listed(statement["Action"]))
    return acts and bool(callers & set(named)) and _holds(statement.get("Condition", {}), request)


def _holds(condition: dict[str, dict[str, Any]], request: Request) -> bool:
    """Return whether a whole condition holds: IAM user guide, "How to use an external ID"."""
    given = {"sts:ExternalId": request.params.get("ExternalId")}
    tests = [(operator, key, wanted) for operator, keys in condition.items() for key, wanted in keys.items()]
    return all(operator == "StringEquals" and given.get(key) in _listed(wanted) for operator, key, wanted in tests)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _with_status(region: dict[str, Any], opted_in: set[str]) -> dict[str, Any]:
    name = region["RegionName"]
    status = "opt-in-not-required" if name in DEFAULT_REGIONS else "opted-in" if name in opted_in else "not-opted-in"
    return {**region, "OptInStatus": status}
