"""Opening an account: the embedded AWS for a rehearsal, or a real one after its identity is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from carbuyer_cleanup.aws import CONFIG, HOME, Aws
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.journal import Journal
from carbuyer_cleanup.kinds.caller import SORTS, is_caller
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from carbuyer_cleanup.clock import Clock
    from carbuyer_cleanup.engine import Loop
    from carbuyer_cleanup.settings import Settings

REHEARSAL_ACCOUNT = "111122223333"  # an account number that AWS's documentation uses for examples

NOT_AWS = (
    "What was asked who you are is not AWS. Nothing was done; check AWS_ENDPOINT_URL and the proxy, then run again."
)


def open_account(session: boto3.Session, settings: Settings, clock: Clock, loop: Loop) -> Aws:
    """Ask AWS who we are and return the account.

    Raises:
        Refused: AWS can't be asked, or the account is not the one that may be torn down.
    """
    identity = _identity(session, settings.region)
    account, caller = identity["Account"], identity["Arn"]
    _refuse_stranger(settings, account, caller)
    read_only = settings.task is not Task.TEARDOWN
    journal = Journal(settings.reports / "journal.jsonl", account)
    aws = Aws(
        session, account=account, caller=caller, region=settings.region, workshop=settings.workshop,
        journal=journal, clock=clock, pool=loop.pool, read_only=read_only,
    )  # fmt: skip
    if not (read_only or settings.rehearsal):
        _refuse_own(aws)
        journal.lock()
    return aws


def _refuse_stranger(settings: Settings, account: str, caller: str) -> None:
    if settings.account and settings.account != account:
        msg = (
            f"The credentials belong to account {account} ({caller}), not to {settings.account}. "
            "Nothing was deleted; give --account the right number, or --profile the right credentials."
        )
        raise Refused(msg)
    if (partition := caller.split(":")[1]) not in HOME:
        msg = f"The account {account} is in AWS's partition {partition}; this suite knows {', '.join(HOME)} only."
        raise Refused(msg)


def _refuse_own(aws: Aws) -> None:
    """Refuse to tear down as somebody whom the workshop made: he is to be deleted, and would be left over."""
    for sort in SORTS.values():
        for name in aws.workshop.names.get(f"iam.{sort}", ()):
            if is_caller(aws, sort, name):
                msg = (
                    f"You are signed in as the workshop's own {sort} {name}, which is to be deleted. Nothing was "
                    "deleted; sign in as yourself (`aws sts get-caller-identity` tells who you are), then run again."
                )
                raise Refused(msg)


def real_session(settings: Settings) -> boto3.Session:
    """Return a session of the ordinary credential chain.

    Raises:
        Refused: there is no such profile.
    """
    try:
        return boto3.Session(profile_name=settings.profile or None, region_name=settings.region)
    except BotoCoreError as error:
        msg = f"{error}. Nothing was done; `aws configure list-profiles` shows the profiles there are."
        raise Refused(msg) from error


def alias_of(aws: Aws) -> str:
    """Return the account's alias; an account without one, or a caller who may not ask, is said in brackets."""
    try:
        aliases = aws.client("iam").list_account_aliases()["AccountAliases"]
    except (BotoCoreError, ClientError) as error:
        return f"(alias not known: {getattr(error, 'response', {}).get('Error', {}).get('Code', type(error).__name__)})"
    return aliases[0] if aliases else "(no alias)"


def _identity(session: boto3.Session, region: str) -> dict[str, Any]:
    try:
        answer = session.client("sts", region_name=region, config=CONFIG).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        msg = (
            f"AWS could not be asked who you are: {printable(str(error)).rstrip('.')}. Nothing was done; sign in "
            "(`aws sso login`, `aws configure`), check --profile, --region and this computer's clock, then run again."
        )
        raise Refused(msg) from error
    except ResponseParserError as error:
        raise Refused(NOT_AWS) from error
    if "Account" not in answer:
        raise Refused(NOT_AWS)
    return dict(answer)
