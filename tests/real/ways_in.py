"""Ways of signing in that don't work: each is arranged, and says what must be told and which command helps."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, NamedTuple

from botocore import credentials

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

CANARY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY1"
ROLE = "arn:aws:iam::111122223333:role/admin"
SSO = "sso_session = school\nsso_account_id = 111122223333\nsso_role_name = me\n"
SCHOOL = "[sso-session school]\nsso_region = eu-west-1\nsso_start_url = https://school.awsapps.com/start\n"
PAST = "2020-01-01T00:00:00Z"


class Way(NamedTuple):
    """A way of signing in: ``arrange`` takes the profile's lines from ``lines`` and does what else it takes."""

    lines: str
    says: str
    helps: str
    arrange: Callable[[pytest.MonkeyPatch, Path], object] = lambda _monkeypatch, _home: None


def cached_sso(token: str | None) -> Callable[[pytest.MonkeyPatch, Path], object]:
    """Return what leaves the cache of IAM Identity Center with this in its file, or without a file."""

    def arrange(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        cache = home / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        if token is not None:
            (cache / f"{hashlib.sha1(b'school', usedforsecurity=False).hexdigest()}.json").write_text(token)
        monkeypatch.setattr(credentials.SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(cache))
        monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(cache))

    return arrange


def prints(text: str, status: int = 0) -> Callable[[pytest.MonkeyPatch, Path], object]:
    """Return what makes a program in ``~/tool`` that prints this, on both streams, and ends with a status."""

    def arrange(_monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        (home / "said").write_text(text)
        tool = home / "tool"
        tool.write_text(f'#!/bin/sh\ncat "{home}/said"; cat "{home}/said" >&2; exit {status}\n')
        tool.chmod(0o700)

    return arrange


def variables(**names: str) -> Callable[[pytest.MonkeyPatch, Path], object]:
    """Return what sets variables of the environment."""

    def arrange(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
        for name, value in names.items():
            monkeypatch.setenv(name, value)

    return arrange


def without_crt(monkeypatch: pytest.MonkeyPatch, _home: Path) -> None:
    """Have botocore without its extra ``crt``."""
    monkeypatch.setattr(credentials, "EC", None)


def with_crt(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Have botocore with it, and nobody signed in."""
    monkeypatch.setattr(credentials, "EC", object())
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(home / "login"))


def keys(**more: str) -> str:
    """Return what a credential_process prints."""
    return json.dumps({"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": CANARY} | more)


PROGRAM = "credential_process = {home}/tool\n"
FIND = "`aws configure get credential_process --profile mine`"
LOGIN = "aws sso login --profile mine`"
WEB = f"role_arn = {ROLE}\nweb_identity_token_file = {{home}}/none\n"
BASE = "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
MFA = f"role_arn = {ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n"
TOKEN, TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
NOWHERE = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/keys"}

WAYS = {
    "sso: not signed in": Way(SSO, "you are not signed in to IAM Identity Center", LOGIN, cached_sso(None)),
    "sso: empty file": Way(SSO, "in ~/.aws/sso/cache that keeps your sign-in is damaged", LOGIN, cached_sso("")),
    "sso: torn file": Way(SSO, "in ~/.aws/sso/cache that keeps your sign-in is damaged", LOGIN, cached_sso('{"acc')),
    "sso: no object": Way(SSO, "in ~/.aws/sso/cache that keeps your sign-in is damaged", LOGIN, cached_sso("null")),
    "sso: ended": Way(
        SSO,
        "your sign-in to IAM Identity Center has ended",
        LOGIN,
        cached_sso(json.dumps({"accessToken": CANARY, "expiresAt": PAST})),
    ),
    "sso: half a profile": Way(
        "sso_account_id = 111122223333\n", "the profile can't be used", "`aws configure sso --profile mine`"
    ),
    "login: no crt": Way("login_session = me\n", "a package that is not installed", "botocore[crt]", without_crt),
    "login: not signed in": Way(
        "login_session = me\n", "your sign-in with `aws login` has ended", "`aws login --profile mine`", with_crt
    ),
    "process: not there": Way(PROGRAM, "can't be started", FIND),
    "process: sign-in page": Way(PROGRAM, "printed something other than keys", FIND, prints(f"<html>{CANARY}</html>")),
    "process: nothing": Way(PROGRAM, "printed something other than keys", FIND, prints("")),
    "process: a list": Way(PROGRAM, "printed something other than keys", FIND, prints(f'["{CANARY}"]')),
    "process: no secret": Way(PROGRAM, "(credential_process) failed", FIND, prints('{"Version": 1}')),
    "process: fails": Way(PROGRAM, "(credential_process) failed", FIND, prints(CANARY, 3)),
    "process: expired keys": Way(
        PROGRAM, "gave keys that have expired", FIND, prints(keys(Expiration=PAST, SessionToken="t"))
    ),
    "process: bad expiry": Way(PROGRAM, "printed something other than keys", FIND, prints(keys(Expiration=CANARY))),
    "web identity: no file": Way(WEB, "the file with the web identity token", "ls -l"),
    "mfa: no terminal": Way(f"{MFA}{BASE}", "there is no terminal to type it at", "export-credentials --profile mine"),
    "role: loop": Way(f"role_arn = {ROLE}\nsource_profile = b\n", "the profile can't be used", "`aws configure list"),
    "container: no token file": Way(
        "region = eu-west-1\n", "the file with the container's token", "ls -l",
        variables(**NOWHERE, **{TOKEN_FILE: "/none"}),
    ),
    "container: torn token": Way(
        "region = eu-west-1\n", "the file with the container's token", "ls -l",
        variables(**NOWHERE, **{TOKEN: "a\nb"}),
    ),
    "half a key": Way("aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n", "the profile can't be used", "`aws configure list"),
    "nothing": Way("region = eu-west-1\n", "Unable to locate credentials", "`aws configure --profile mine`"),
}  # fmt: skip


def arrange(way: Way, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let the profile ``mine`` be this one, and the environment have no keys."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    way.arrange(monkeypatch, home)
    config = home / "config"
    config.write_text(f"[profile mine]\n{way.lines.replace('{home}', str(home))}{SCHOOL}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("HOME", str(home))
