"""Opening an account: the embedded AWS for a rehearsal, or a real one after its identity is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.aws import CONFIG, Aws
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.journal import Journal
from carbuyer_cleanup.settings import Task

if TYPE_CHECKING:
    from carbuyer_cleanup.clock import Clock
    from carbuyer_cleanup.engine import Loop
    from carbuyer_cleanup.settings import Settings

REHEARSAL_ACCOUNT = "111122223333"  # an account number that AWS's documentation uses for examples


def open_account(session: boto3.Session, settings: Settings, clock: Clock, loop: Loop) -> Aws:
    """Ask AWS who we are and return the account.

    Raises:
        Refused: AWS can't be asked, or the account is not the one that may be torn down.
    """
    identity = _identity(session, settings.region)
    account = identity["Account"]
    if settings.account and settings.account != account:
        msg = (
            f"The credentials belong to account {account} ({identity['Arn']}), not to {settings.account}. "
            "Nothing was deleted; give --account the right number, or --profile the right credentials."
        )
        raise Refused(msg)
    journal = Journal(settings.reports / "journal.jsonl", account)
    if settings.task is Task.TEARDOWN and not settings.rehearsal:
        journal.lock()
    return Aws(
        session, account=account, caller=identity["Arn"], region=settings.region,
        workshop=settings.workshop, journal=journal, clock=clock, pool=loop.pool,
    )  # fmt: skip


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
        return dict(session.client("sts", region_name=region, config=CONFIG).get_caller_identity())
    except (BotoCoreError, ClientError) as error:
        msg = (
            f"AWS could not be asked who you are: {str(error).rstrip('.')}. Nothing was done; sign in "
            "(`aws sso login`, `aws configure`), check --profile and --region, then run again."
        )
        raise Refused(msg) from error
