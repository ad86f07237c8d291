"""The accounts of an organizational unit, in the form of a roster."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.aws.endpoints import refuse_nonsense
from carbuyer_cleanup.aws.identity import pin
from carbuyer_cleanup.aws.refusals import discreet
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import AwsError, CleanupError, NotSent, NotUnderstood, Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.workshop import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}")  # Organizations API reference, ParentId
ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,64}", re.ASCII)
ROOM = 63 - 13  # characters of a name in an alias; the rest is for a hyphen and an account number
ACTIVE = "ACTIVE"
NUMBERED = re.compile(r"(.*-)?[0-9]{12}")  # a name that could be taken for another account's alias
NOT_UNDERSTOOD = "AWS's list of the accounts of {} was not understood: {}. Nothing was done; run again."

Account = dict[str, Any]


def members(profile: str, region: str, unit: str, role: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Ask AWS Organizations for the accounts of a unit and of the units in it.

    Args:
        profile: one of the management account or a delegated administrator; "" for the ordinary credential chain.
        region: the Region to ask from.
        unit: the id of the unit, or of the root.
        role: the name of the role that is assumed in each account.

    Returns:
        The active accounts, sorted by name, and a sentence for each account that isn't active.

    Raises:
        Refused: ``unit`` or ``role`` is malformed, AWS can't be asked, or the unit has no active account.
    """
    _refuse_nonsense(unit, role)
    try:
        with contained(f"the accounts of {unit}", (CleanupError, BotoCoreError, ClientError)):
            client = _client(boto3.Session(profile_name=profile or None, region_name=region), region)
            return _by_state(_in_order(unit, _accounts(client, unit)), unit, _role_arn(client, role))
    except NotSent as error:
        raise Refused(printable(error.at_the_start)) from error
    except NotUnderstood as error:
        raise Refused(printable(NOT_UNDERSTOOD.format(unit, error.happened))) from error
    except (AwsError, BotoCoreError, ClientError) as error:
        why = printable(discreet(str(error))).rstrip(".")
        raise Refused(f"The accounts of {unit} can't be listed: {why}. Nothing was done.") from error


def _role_arn(client: Any, role: str) -> str:
    """Return the ARN of each account's role, with a placeholder for the account number."""
    return f"arn:{client.meta.partition}:iam::{{}}:role/{role}"


def _by_state(accounts: list[Account], unit: str, arn: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Return the active accounts, and a sentence for each of the others."""
    active = [account for account in accounts if _state(account) == ACTIVE]
    if not active:
        raise Refused(f"There is no active account in {unit}. Nothing was done.")
    others = [account for account in accounts if _state(account) != ACTIVE]
    made = [_member(account, alias, arn) for account, alias in zip(active, aliases(active), strict=True)]
    return tuple(made), tuple(map(_not_run, others))


def _refuse_nonsense(unit: str, role: str) -> None:
    for option, value, form in (("--organization", unit, UNIT), ("--role", role, ROLE_NAME)):
        if not form.fullmatch(value):
            example = "ou-ab12-11112222" if form is UNIT else "OrganizationAccountAccessRole"
            msg = f"{option} must look like {example}, not {value!r}. Nothing was done."
            raise Refused(msg)


def _in_order(unit: str, accounts: Iterable[Account | None]) -> list[Account]:
    """Return each account once, sorted by name: one that moves in the meantime may be listed in two units."""
    once = {str(account.get("Id", "")): account for account in (one or {} for one in accounts)}
    if not all(map(ACCOUNT.fullmatch, once)):
        raise Refused(NOT_UNDERSTOOD.format(unit, "one has no number"))
    return sorted(once.values(), key=lambda account: (_name(account), account["Id"]))


def _name(account: Account) -> str:
    return str(account.get("Name", ""))


def _state(account: Account) -> str:
    """Return ``State`` or the older ``Status`` (API reference, Account), whichever isn't ACTIVE; else ACTIVE."""
    told = [str(account[name]) for name in ("State", "Status") if account.get(name)]
    return next((word for word in told if word != ACTIVE), ACTIVE if told else "in a state that AWS doesn't name")


def _client(session: boto3.Session, region: str) -> Any:
    """Return a client that signs every request for the same account: the list is read page by page."""
    refuse_nonsense(session)
    config = Config(retries={"mode": "standard", "total_max_attempts": 5})
    pin(session, region, config)
    return session.client("organizations", config=config)


def _accounts(client: Any, parent: str) -> Iterator[Account]:
    for page in client.get_paginator("list_accounts_for_parent").paginate(ParentId=parent):
        yield from page["Accounts"]
    for page in client.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent):
        for unit in page["OrganizationalUnits"]:
            yield from _accounts(client, unit["Id"])


def _member(account: Account, alias: str, arn: str) -> Member:
    columns = {"email": str(account.get("Email", "")), "name": _name(account)}
    return Member(alias=alias, account=str(account["Id"]), role_arn=arn.format(account["Id"]), columns=columns)


def _not_run(account: Account) -> str:
    return f"{account['Id']} ({printable(_name(account))}) is {printable(_state(account))} and is left out."


def aliases(accounts: Sequence[Account]) -> list[str]:
    """Return an alias for each account: its name made safe, with its number unless it is the only one of that name.

    Aliases are always distinct, and each depends only on the accounts of the same name. Whoever has an account can name
    it: like another, like another's number, or without a single safe character.
    """
    safe = [
        re.sub(r"[^a-z0-9.-]+", "-", _name(account).lower()).strip("-.")[:ROOM].rstrip("-.") for account in accounts
    ]
    count = Counter(safe)
    return [
        name if name and count[name] == 1 and not NUMBERED.fullmatch(name) else f"{name}-{account['Id']}".lstrip("-")
        for name, account in zip(safe, accounts, strict=True)
    ]
