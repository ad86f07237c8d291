"""Why there are no keys to sign with: by the way of signing in and what went wrong, with the command that helps.

botocore's credential providers run programs, read files that other tools write, and ask people: they can raise any
exception. What such a program printed is never repeated, because it may be the keys.
"""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatchcase
from traceback import walk_tb
from typing import NamedTuple

from botocore.credentials import CredentialProvider, Credentials
from botocore.exceptions import ClientError

from carbuyer_cleanup.aws.refusals import code_of, discreet, refusal
from carbuyer_cleanup.errors import PASSING, AwsError, NotSent, Trouble

ASKED = "sts:GetCallerIdentity"  # the first call of every run, and the one call that needs no permission


class Cause(NamedTuple):
    """Why a way of signing in failed.

    ``methods`` are botocore's names of its providers, and ``errors`` the names of exceptions or their bases, or AWS's
    codes: patterns, as for file names, separated by spaces. In ``says``, ``{text}`` is what the exception says.
    ``helps`` is what to do, as a clause; in it, ``{profile}`` is the option that names the profile, if there is one.
    """

    methods: str
    errors: str
    says: str
    helps: str


PIP = f"`{sys.executable} -m pip install 'botocore[crt]'`"
SSO = "run `aws sso login{profile}`"
PROGRAM = "the program that the profile names (credential_process)"
PROCESS = (
    "see which program it is with `aws configure get credential_process{profile}`, and run that until it prints keys"
)
MFA = (
    'run `eval "$(aws configure export-credentials{profile} --format env)"`, which asks for the code, and leave '
    "--profile out"
)
CONFIG = "fix the profile in ~/.aws/config (`aws configure list{profile}` shows what it has)"
TRUST = (
    "let the role's trust policy name you, with the external id if it asks for one, and your own policy allow "
    "sts:AssumeRole on it (`aws sts get-caller-identity{profile}` says who you are)"
)
WEB_IDENTITY = (
    'look at it with `ls -l "$AWS_WEB_IDENTITY_TOKEN_FILE"`; in GitHub Actions the job needs `permissions: id-token: '
    "write` and the step that signs in"
)
CONTAINER = (
    "reopen the terminal (CloudShell: Actions > Restart), or, to sign in another way, run "
    "`unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`"
)
UNSET = "`unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`"
MALFORMED = "InvalidConfigError PartialCredentialsError UnknownCredentialError ProfileNotFound ConfigParseError"
UNREADABLE = "KeyError ValueError TypeError AttributeError OSError"  # a damaged file, in whatever way
ENDED = "ExpiredToken ExpiredTokenException"

NOT_KNOWN = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"})

# Where a key is found before CloudShell's own, and how to have it ignored
IN_FRONT = {
    "env": UNSET,
    "shared-credentials-file": "`export AWS_SHARED_CREDENTIALS_FILE=/dev/null`",
    "config-file": "`export AWS_CONFIG_FILE=/dev/null`",
}
FOUND_FIRST = "in the workshop you ran `aws configure` here, and its key takes precedence over your console sign-in"

# botocore's providers: credentials.py. `aws login`: AWS CLI user guide, "Login for AWS local development".
# export-credentials: AWS CLI command reference. SignInLocalDevelopmentAccess: AWS managed policy reference.
CAUSES = (
    Cause(
        "*",
        "ConnectionError HTTPClientError",
        "your credentials could not be renewed: {text}",
        "check with `aws sts get-caller-identity{profile}` whether the network and the proxy work",
    ),
    Cause(
        "*",
        "MissingDependencyException",
        "signing in with `aws login` needs a package that is not installed here",
        f"run {PIP}",
    ),
    Cause(
        "login",
        "LoginInsufficientPermissions",
        "your user may not sign in with `aws login`",
        "attach the policy SignInLocalDevelopmentAccess to it in the IAM console and run `aws login{profile}`",
    ),
    Cause("login", "*", "your sign-in with `aws login` has ended, or can't be read", "run `aws login{profile}`"),
    Cause("sso", MALFORMED, "the profile can't be used: {text}", "run `aws configure sso{profile}`"),
    Cause(
        "sso",
        "ForbiddenException",
        "IAM Identity Center does not give you that role in that account",
        "choose one that you have with `aws configure sso{profile}`",
    ),
    Cause("sso", "SSOTokenLoadError", "you are not signed in to IAM Identity Center", SSO),
    Cause("sso", "SSOError TokenRetrievalError Unauthorized*", "your sign-in to IAM Identity Center has ended", SSO),
    Cause(
        "sso",
        UNREADABLE,
        "the file in ~/.aws/sso/cache that keeps your sign-in is damaged",
        "run `rm ~/.aws/sso/cache/*.json; aws sso login{profile}`",
    ),
    Cause("custom-process", "OSError", f"{PROGRAM} can't be started", PROCESS),
    Cause("custom-process", "RuntimeError", f"{PROGRAM} gave keys that have expired", PROCESS),
    Cause("custom-process", "CredentialRetrievalError", f"{PROGRAM} failed", PROCESS),
    Cause("custom-process", "*", f"{PROGRAM} printed something other than keys, such as a sign-in page", PROCESS),
    Cause("assume-role", "RefreshWithMFAUnsupportedError", "the session that your MFA code opened has ended", MFA),
    Cause(
        "assume-role",
        "EOFError OSError GetPassWarning error",  # termios.error
        "the profile asks for an MFA code, and there is no terminal to type it at",
        MFA,
    ),
    Cause("*assume-role", "AccessDenied", "the account's role could not be taken: {text}", TRUST),
    Cause(
        "assume-role-with-web-identity",
        "OSError",
        "the file with the web identity token (AWS_WEB_IDENTITY_TOKEN_FILE) can't be read",
        WEB_IDENTITY,
    ),
    Cause(
        "assume-role-with-web-identity",
        "AccessDenied InvalidIdentityToken* ExpiredToken* IDP*",
        "AWS rejects the web identity token: {text}",
        WEB_IDENTITY,
    ),
    Cause(
        "container-role",
        "OSError ValueError",
        "the file with the container's token (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) can't be read",
        'look at it with `ls -l "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"`',
    ),
    Cause("container-role", "*", "the container you are in provides no credentials", CONTAINER),
    Cause(
        "iam-role",
        "*",
        "the instance you are on provides no credentials",
        "sign in another way, for example with `aws configure`",
    ),
    Cause("env", "PartialCredentialsError", "the environment has only a part of the keys: {text}", f"run {UNSET}"),
    Cause(
        "env",
        ENDED,
        "the keys in the environment have expired: {text}",
        f"copy new ones from where you have them, or run {UNSET}",
    ),
    Cause(
        "shared-credentials-file config-file",
        ENDED,
        "the keys in the file have expired: {text}",
        "run `aws configure{profile}`",
    ),
    Cause("*", MALFORMED, "the profile can't be used: {text}", CONFIG),
    Cause(
        "*",
        "NoCredentialsError",
        "{text}",
        "sign in with `aws login{profile}`, `aws sso login{profile}` or `aws configure{profile}`, whichever you use",
    ),
    Cause(
        "*",
        "*",
        "{text}",
        "run `aws sts get-caller-identity{profile}` to see why",
    ),
)  # fmt: skip


def failed(error: Exception, profile: str) -> AwsError:
    """Return the error that users see if a provider returned no keys, perhaps because AWS gave it none.

    Args:
        error: what botocore raised.
        profile: the name of the profile in use.
    """
    if isinstance(error, AwsError):  # about the credentials with which to assume a role
        return error
    code = code_of(error) if isinstance(error, ClientError) else type(error).__name__
    known = refusal(ASKED, "", error)
    trouble = known.trouble if known.trouble in PASSING else Trouble.EXPIRED
    cause = cause_of(method_of(error), code, *(base.__name__ for base in type(error).__mro__))
    return _told(cause, AwsError(ASKED, code, str(error), trouble, request_id=known.request_id), profile)


def explained(error: AwsError, method: str, profile: str) -> AwsError:
    """Return the error that users see if AWS refused the first question, with the cause if the table knows it."""
    cause = cause_of(method, error.code)
    if error.code in NOT_KNOWN and instead_of(method):
        cause = Cause(method, error.code, f"{FOUND_FIRST}. AWS doesn't know it: {{text}}", f"run {instead_of(method)}")
    return error if cause.methods == "*" else _told(cause, error, profile)


def instead_of(method: str) -> str:
    """Return the command that makes AWS CloudShell's own credentials win; "" elsewhere, and if they were used.

    It changes no file. CloudShell's credentials are a container's, which botocore looks for last.
    """
    return IN_FRONT.get(method, "") if os.environ.get("AWS_EXECUTION_ENV") == "CloudShell" else ""


def cause_of(method: str, *names: str) -> Cause:
    """Return the first row that fits a method and one of the names: exceptions, or AWS's codes."""
    return next(c for c in CAUSES if _fits(c.methods, method) and _fits(c.errors, *names))


def _fits(patterns: str, *names: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns.split() for name in names)


def _told(cause: Cause, error: AwsError, profile: str) -> NotSent:
    option = "" if profile == "default" else f" --profile {profile}"
    says = cause.says.replace("{text}", discreet(error.message or error.code).rstrip("."))
    helps = cause.helps.replace("{profile}", option)
    return NotSent(error.call, error.code, says, error.trouble, error.region, error.request_id, helps)


def method_of(error: Exception) -> str:
    """Return botocore's name of the innermost provider that the error came through, "" if it came through none."""
    owners = [frame.f_locals.get("self") for frame, _ in walk_tb(error.__traceback__)]
    methods = [owner.METHOD if isinstance(owner, CredentialProvider) else _method(owner) for owner in owners]
    return next(filter(None, reversed(methods)), "")


def _method(owner: object) -> str:
    return str(owner.method) if isinstance(owner, Credentials) else ""
