"""Opening an account: the embedded AWS for a rehearsal, or a real one after its identity is checked."""

from __future__ import annotations

import difflib
import sqlite3
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserError

from carbuyer_cleanup.aws.availability import known, partition_of
from carbuyer_cleanup.aws.clients import CONFIG, HOME_REGIONS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.endpoints import refuse_nonsense
from carbuyer_cleanup.aws.event_handlers import light_session
from carbuyer_cleanup.aws.identity import Pinned, ask, pin
from carbuyer_cleanup.aws.remedies import remedy
from carbuyer_cleanup.aws.sign_in import FOUND_FIRST, explained, instead_of
from carbuyer_cleanup.backup.folder import make_if_missing
from carbuyer_cleanup.backup.saving import Backup
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CODES, PASSING, AwsError, CleanupError, NotSent, Refused, Trouble
from carbuyer_cleanup.kinds.caller import caller_of
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.journal import Journal

if TYPE_CHECKING:
    from aws_clock import Clock
    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.command_line.settings import Settings
    from carbuyer_cleanup.teardown.engine import Loop

PAUSES = (0.5, 1.0, 2.0)  # seconds before AWS is asked again who we are
TIMED_OUT = frozenset({"ConnectTimeoutError", "ReadTimeoutError"})  # these already took 10 or 60 seconds
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 5})  # hundreds of roles are assumed at once
REHEARSAL_ACCOUNT = "111122223333"  # an account number that AWS's documentation uses for examples

NOT_AWS = (
    "The endpoint that answered is not AWS, or its answer was cut short on the way. Nothing was done; check "
    "AWS_ENDPOINT_URL and the proxy, then run again."
)


SIGN_IN = (
    "Sign in (`aws sso login`, `aws configure`), check --profile, --region, the proxy if there is one and this "
    "computer's clock, then run again."
)
YOURSELF = "sign in as yourself (`aws sts get-caller-identity` shows who you are)"
OFF = (
    "The Region {} is not enabled for your account. Nothing was done; if the workshop was built in another Region, "
    "give that one with --region (for a class: in the roster), otherwise enable it (`aws account enable-region`), then "
    "run again."
)


def open_account(session: boto3.Session, settings: Settings, clock: Clock, loop: Loop) -> Aws:
    """Ask AWS who we are and return the account.

    Raises:
        Refused: AWS can't be asked, it is the wrong account or caller, or the backup or the journal can't be used.
    """
    pinned = identified(session, settings.region)
    account, caller = pinned.whoami
    _refuse_stranger(settings, account, caller)
    read_only = settings.task is not Task.TEARDOWN
    journal = Journal(settings.journal, account)
    aws = Aws(
        session, account=account, caller=caller, region=settings.region, workshop=settings.workshop,
        journal=journal, clock=clock, pool=loop.pool, read_only=read_only,
    )  # fmt: skip
    aws.pinned, aws.in_all = pinned, loop.in_all
    if not settings.rehearsal:
        _refuse_own(aws, pinned.method)
    if not (read_only or settings.rehearsal):
        journal.lock()
    try:
        aws.backup = _backup(settings, account)  # which clears away what another run has half-written
    except Refused:
        journal.unlock()
        raise
    return aws


def _backup(settings: Settings, account: str) -> Backup | None:
    """Open the folder for the account's backup, if one was asked for and anything will be deleted.

    Raises:
        Refused: nothing can be saved there.
    """
    if not settings.backup or settings.task is not Task.TEARDOWN:
        return None
    try:
        make_if_missing(Path(settings.backup))
        return Backup(Path(settings.backup) / account, secrets=settings.backup_secrets, logs=settings.backup_logs)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"--backup {settings.backup}: nothing can be saved there: {why}. Nothing was done; give another folder."
        raise Refused(msg) from error


def _refuse_stranger(settings: Settings, account: str, caller: str) -> None:
    if settings.account and settings.account != account:
        msg = (
            f"The credentials belong to account {account} ({caller}), not to {settings.account}. "
            "Nothing was deleted; give the right account number, or the right credentials."
        )
        raise Refused(msg)
    if (partition := caller.split(":")[1]) not in HOME_REGIONS:
        msg = (
            f"The account {account} is in AWS's partition {partition}; this suite knows {', '.join(HOME_REGIONS)} only."
        )
        raise Refused(msg)


def _refuse_own(aws: Aws, method: str) -> None:
    """Refuse to tear down as the workshop's own user or role: it must be deleted too, and would be left over.

    A run that only looks warns if the manifest names the identity: one that only has the prefix may be a grader's role.
    """
    sort, name = caller_of(aws.caller)
    claim = aws.workshop.claim(f"iam.{sort}", name)
    if not (sort and claim and claim.ours):
        return
    command = instead_of(method)
    because = f": {FOUND_FIRST}" if command else ""
    helps = f"run {command}, which changes no file" if command else YOURSELF
    who = f"You are signed in as the workshop's own {sort} {name} ({claim.why}), which is to be deleted{because}."
    if not aws.read_only:
        raise Refused(f"{who} Nothing was deleted; {helps}, then run again.")
    if name in aws.workshop.names.get(f"iam.{sort}", ()):
        aws.warning = f"{who} It can see little, and no account is clean while it exists; {helps}, then run again."


class Chosen(Protocol):
    """Whose credentials are used, and where; the profile "" leaves the choice to the ordinary credential chain."""

    @property
    def profile(self) -> str:
        """The profile of the AWS CLI."""

    @property
    def region(self) -> str:
        """The Region."""


def real_session(settings: Chosen) -> boto3.Session:
    """Return a session of the ordinary credential chain.

    Raises:
        Refused: there is no such profile or Region, or a configured endpoint is not a URL.
    """
    try:
        session = boto3.Session(profile_name=settings.profile or None, region_name=settings.region)
    except BotoCoreError as error:
        msg = f"{error}. Nothing was done; `aws configure list-profiles` shows the profiles there are."
        raise Refused(msg) from error
    _refuse_unknown_region(settings.region)
    refuse_nonsense(session)
    return session


def _refuse_unknown_region(region: str) -> None:
    """Refuse a Region that the installed botocore doesn't know: its endpoint's name would be a guess."""
    if region not in known("sts"):
        close = difflib.get_close_matches(region, known("sts"), 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        msg = f"There is no AWS Region {region}.{hint} Nothing was done; if it is a new one, update boto3."
        raise Refused(msg)
    if (partition := partition_of(region)) not in HOME_REGIONS:
        built = ", ".join(HOME_REGIONS)
        msg = f"{region} is in AWS's partition {partition}; the workshop is built in {built}. Nothing was done."
        raise Refused(msg)


class Assumer:
    """Assumes roles in other accounts; the credentials stay in memory and are renewed there.

    Raises:
        Refused: there is no such profile or Region, or a configured endpoint is not a URL.
    """

    def __init__(self, settings: Settings) -> None:
        self._own = real_session(settings)
        pin(self._own, settings.region, PATIENT)

    @cached_property
    def _sts(self) -> Any:
        return self._own.client("sts", config=PATIENT)

    def session(self, member: Member) -> boto3.Session:
        """Return a session in the member's role, which is assumed at the first call."""
        core = light_session()
        core.register_component("credential_provider", _GivenKeys(self._credentials(member)))
        return boto3.Session(botocore_session=core, region_name=member.region or self._own.region_name)

    def _credentials(self, member: Member) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(lambda: self._taken(member), "sts-assume-role")

    def _taken(self, member: Member) -> dict[str, str]:
        given = {"ExternalId": member.external_id} if member.external_id else {}
        answer = self._sts.assume_role(RoleArn=member.role_arn, RoleSessionName="carbuyer-cleanup", **given)
        if not (keys := answer.get("Credentials")):
            msg = "AssumeRole: the answer has no Credentials"
            raise ResponseParserError(msg)
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"].isoformat(),
        }


@dataclass(frozen=True)
class _GivenKeys:
    """A botocore credential provider that returns what it was given."""

    credentials: DeferredRefreshableCredentials

    def load_credentials(self) -> DeferredRefreshableCredentials:
        return self.credentials


async def account_alias(aws: Aws) -> str:
    """Return the account's alias, or a text in brackets if it has none or the caller may not ask."""
    try:
        with contained("account alias"):
            aliases = (await aws.call("iam:ListAccountAliases"))["AccountAliases"]
            return printable(aliases[0]) if aliases else "(no alias)"
    except AwsError as error:
        return f"(alias not known: {error.code})"
    except CleanupError as error:
        return f"(alias not known: {error})"


def identified(session: boto3.Session, region: str) -> Pinned:
    """Return the session's credentials after AWS has said whose they are.

    Raises:
        Refused: AWS can't be asked.
    """
    pinned = pin(session, region, CONFIG)
    try:
        _ask_patiently(pinned)
    except AwsError as error:
        off = _is_off(session, region, pinned, error)
        told = explained(error, pinned.method, pinned.profile)
        raise Refused(OFF.format(region) if off else _said(told)) from error
    return pinned


def _ask_patiently(pinned: Pinned) -> None:
    """Ask AWS whose credentials these are, and ask again if that may help: one broken answer is no reason to refuse.

    Raises:
        AwsError: AWS can't be asked.
    """
    pauses = list(PAUSES)
    while True:
        try:
            pinned.get_frozen_credentials()
        except AwsError as error:
            if not pauses or error.trouble not in PASSING or error.code in TIMED_OUT:
                raise
            time.sleep(pauses.pop(0))
        else:
            return


def _said(error: AwsError) -> str:
    """Return the message for a first question that AWS could not be asked, or refused to answer."""
    if error.code == "NotAws":
        return NOT_AWS
    if isinstance(error, NotSent):
        return printable(error.at_the_start)
    code = f"{error.code}; request id {error.request_id}" if error.request_id else error.code
    helps = remedy(error.call, error.code, error.message) or SIGN_IN
    text = printable(error.message).rstrip(".")
    return f"AWS could not be asked who you are: {text} ({code}). Nothing was done. {helps}"


def _is_off(session: boto3.Session, region: str, pinned: Pinned, error: AwsError) -> bool:
    """Return whether only this Region doesn't know the caller: the partition's home Region does."""
    home = HOME_REGIONS.get(partition_of(region), region)
    if home == region or error.code not in CODES[Trouble.REGION_OFF]:
        return False
    try:
        ask(session, home, CONFIG, pinned.unchecked())
    except AwsError:
        return False  # no: what the Region said is reported
    return True
