"""The accounts of an organizational unit, as a roster has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.roster import ALIAS, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}")  # Organizations API reference, ParentId
ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,64}", re.ASCII)
ROOM = 63 - 13  # in an alias, for a hyphen and an account number

Account = dict[str, Any]


def members(profile: str, region: str, unit: str, role: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Ask AWS Organizations for the accounts of a unit and of the units in it.

    Args:
        profile: of the management account or of a delegated administrator; "" for the ordinary credential chain.
        region: the Region to ask from.
        unit: the id of the unit, or of the root.
        role: the name of the role that is assumed in each account.

    Returns:
        The accounts that are active, by name; and of those that aren't, a sentence each.

    Raises:
        Refused: ``unit`` or ``role`` can't be one, AWS can't be asked, or has no active account there.
    """
    _refuse_nonsense(unit, role)
    try:
        client: Any = boto3.Session(profile_name=profile or None, region_name=region).client("organizations")
        accounts = sorted(_accounts(client, unit), key=lambda account: (account["Name"], account["Id"]))
        partition = client.meta.partition
    except (BotoCoreError, ClientError) as error:
        msg = f"The accounts of {unit} can't be listed: {printable(str(error))}. Nothing was done."
        raise Refused(msg) from error
    active = [account for account in accounts if account["Status"] == "ACTIVE"]
    if not active:
        msg = f"There is no active account in {unit}. Nothing was done."
        raise Refused(msg)
    others = [account for account in accounts if account["Status"] != "ACTIVE"]
    arn = f"arn:{partition}:iam::{{}}:role/{role}"
    made = [_member(account, alias, arn) for account, alias in zip(active, _aliases(active), strict=True)]
    return tuple(made), tuple(map(_not_run, others))


def _refuse_nonsense(unit: str, role: str) -> None:
    for option, value, form in (("--organization", unit, UNIT), ("--role", role, ROLE_NAME)):
        if not form.fullmatch(value):
            example = "ou-ab12-11112222" if form is UNIT else "OrganizationAccountAccessRole"
            msg = f"{option} must be such as {example}, not {value!r}. Nothing was done."
            raise Refused(msg)


def _accounts(client: Any, parent: str) -> Iterator[Account]:
    for page in client.get_paginator("list_accounts_for_parent").paginate(ParentId=parent):
        yield from page["Accounts"]
    for page in client.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent):
        for unit in page["OrganizationalUnits"]:
            yield from _accounts(client, unit["Id"])


def _member(account: Account, alias: str, arn: str) -> Member:
    columns = {"email": str(account.get("Email", "")), "name": str(account["Name"])}
    return Member(alias, str(account["Id"]), arn.format(account["Id"]), columns=columns)


def _not_run(account: Account) -> str:
    return f"{account['Id']} ({printable(account['Name'])}) is {account['Status']} and is left out."


def _aliases(accounts: Iterable[Account]) -> list[str]:
    """Return an alias for each account: its name made safe, with the number where that is not one or not the only."""
    safe = [re.sub(r"[^a-z0-9.-]+", "-", account["Name"].lower()).strip("-.")[:ROOM] for account in accounts]
    numbered = [f"{name}-{account['Id']}".lstrip("-") for name, account in zip(safe, accounts, strict=True)]
    return [
        name if ALIAS.fullmatch(name) and safe.count(name) == 1 else other
        for name, other in zip(safe, numbered, strict=True)
    ]
