"""DynamoDB tables: by exact name and key ``id`` (S), because they have no prefix; and by the prefix.

Anybody can have a table ``User`` with such a key. So the name proves something only where other things of the workshop
exist, and if nobody has made the table their own; else CloudTrail may show that the workshop's user created it (on the
page, students create the tables with that user's key). Billing mode and indexes say nothing: the workshop's own script
creates provisioned tables, and ``User`` with an index.

A table's deletion protection is switched off first. While a table is created, updated or deleted, AWS answers
``ResourceInUseException`` to all of this, although its reference says that deleting twice is no error. Backups stay.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS, Claim
from carbuyer_cleanup.kinds import witnesses
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Contents, Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from carbuyer_cleanup.aws.context import Aws

ENTRY = "dynamodb.table"
KEY = [("id", "HASH", "S")]
ROLES, TYPES = frozenset({"HASH", "RANGE"}), frozenset({"S", "N", "B"})
MEMORY = "table"  # the journal's topic for tables that were proven to be the workshop's


async def find(aws: Aws) -> list[Resource]:
    """Find tables by name."""
    names = await aws.pages("dynamodb:ListTables", "TableNames")
    claims = {name: claim for name in names if (claim := aws.workshop.claim(ENTRY, name))}
    return related(await asyncio.gather(*(_judged(aws, *item) for item in claims.items())))


async def _judged(aws: Aws, name: str, claim: Claim) -> Resource | None:
    table = (await aws.call("dynamodb:DescribeTable", TableName=name)).get("Table")
    if not table:  # gone since it was listed
        return None
    return judged(
        aws, "DynamoDB table", name, await claim_on(aws, table, claim),
        entry=ENTRY, state=table["TableStatus"], arn=table["TableArn"],
        contents=Contents(table["ItemCount"], "item", size=table["TableSizeBytes"]),  # as of the last six hours
        details={
            "id": _identity(table),
            "protected": table["DeletionProtectionEnabled"],
            "replicas": [replica["RegionName"] for replica in table["Replicas"]],
        },
    )  # fmt: skip


async def claim_on(aws: Aws, table: Mapping[str, Any], claim: Claim, region: str = "") -> Claim:
    """Return the claim on a table that has the name of one of the workshop's.

    Args:
        aws: the account.
        table: the table as AWS describes it.
        claim: what its name alone says.
        region: the table's Region, "" for the workshop's own.
    """
    name = needed("TableName", table)
    if not claim.ours or name.startswith(aws.workshop.prefix) or (ENTRY, name) in aws.workshop.vouched:
        return claim
    if key(table) != KEY:
        return _claim_by_key(table, claim)
    if name in aws.workshop.not_ours:
        return Claim(FOREIGN, "you said that it is not the workshop's (--not-ours)")
    if _is_remembered(aws, table, region):
        return claim
    return await _claim_by_surroundings(aws, table, claim, region)


async def _claim_by_surroundings(aws: Aws, table: Mapping[str, Any], claim: Claim, region: str) -> Claim:
    owner = signs_of_an_owner(table) or await _foreign_tag(aws, table, region)
    proof = "" if owner else await witnesses.of_table(aws, table["TableName"], region)
    proof = proof or await witnesses.maker(aws, table, region)
    if proof:
        return Claim(OURS, f"{claim.why}, its key is id (S), and {proof}")
    return Claim(DOUBTFUL, f"{claim.why}, but {owner or 'nothing else of the workshop is there to prove it'}")


def _claim_by_key(table: Mapping[str, Any], claim: Claim) -> Claim:
    """Judge a table whose key is not the workshop's: doubtful if AWS does not report it, or in new words."""
    roles = [(name, role) for name, role, _ in key(table)]
    is_told = roles and all(name and role in ROLES for name, role in roles)
    if not is_told or (roles == [("id", "HASH")] and key(table)[0][2] not in TYPES):
        return Claim(DOUBTFUL, f"{claim.why}, but AWS does not report its key")
    return Claim(FOREIGN, f"its key is {_spelled(table)}, and the workshop's tables have id (S)")


def key(table: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the names, roles and types of a table's key attributes."""
    types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    return [(k["AttributeName"], k["KeyType"], types.get(k["AttributeName"], "?")) for k in table["KeySchema"]]


def _spelled(table: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({type_})" for name, _, type_ in key(table)) or "not known"


# What people switch on for a table that they mean to keep, and the workshop never does.
SIGNS: tuple[tuple[str, Callable[[Mapping[str, Any]], object]], ...] = (
    ("it is protected against deletion", lambda table: table["DeletionProtectionEnabled"]),
    ("it has replicas in other Regions", lambda table: table["Replicas"] or table["GlobalTableVersion"]),
    ("it has a stream", lambda table: table["StreamSpecification"]["StreamEnabled"]),
    ("somebody restored it from a backup", lambda table: table["RestoreSummary"]["RestoreDateTime"]),
)


def signs_of_an_owner(table: Mapping[str, Any]) -> str:
    """Return what suggests that somebody has made a table their own, "" if nothing does."""
    return next((what for what, shows in SIGNS if shows(table)), "")


async def _foreign_tag(aws: Aws, table: Mapping[str, Any], region: str) -> str:
    """Return a tag that isn't the workshop's, "" if there is none: the workshop creates tables without tags.

    A tag that all of the workshop's tables have says nothing about this one: many organizations tag everything.
    """
    tags = await witnesses.tags_of_tables(aws, region)
    own = tags.get(table["TableName"], {}).items()
    all_over = set.intersection(*(set(one.items()) for one in tags.values())) if len(tags) > witnesses.OTHERS else set()
    others = sorted(f"{k}={v}" for k, v in own - all_over if not k.startswith("aws:") and not _is_workshops(aws, k, v))
    return f"it is tagged {others[0]}" if others else ""


def _is_workshops(aws: Aws, name: str, value: str) -> bool:
    return aws.workshop.prefix.rstrip("-") in f"{name}={value}".lower()


def _is_remembered(aws: Aws, table: Mapping[str, Any], region: str) -> bool:
    """Return whether it is the very table that was proven to be the workshop's while its surroundings existed."""
    memory = aws.journal.remembered(MEMORY, region or aws.region).get(table["TableName"])
    return memory is not None and bool(_identity(table)) and memory.facts == {"TableId": _identity(table)}


def _identity(table: Mapping[str, Any]) -> str:
    """Return what distinguishes a table from one that is created later under the same name."""
    return str(table["TableId"] or table["CreationDateTime"])


async def delete(aws: Aws, tables: list[Resource]) -> None:
    """Unprotect or delete each table, after writing all of them to the disk: each is evidence for the others."""
    facts = {table.id: {"TableId": table.details["id"]} for table in tables}
    aws.journal.remember(MEMORY, aws.region, facts, because="proven to be the workshop's", facts=facts)
    await _delete_each(aws, tables)


@each
async def _delete_each(aws: Aws, table: Resource) -> None:
    """Switch the protection off, and delete the table at the next turn; at once if AWS refuses to switch it off."""
    unprotecting = Preparing()
    if table.details["protected"]:
        with unprotecting:
            await aws.call("dynamodb:UpdateTable", TableName=table.id, DeletionProtectionEnabled=False)
            return
    with unprotecting.deletion():
        await aws.call("dynamodb:DeleteTable", TableName=table.id)


async def holders(_aws: Aws, tables: list[Resource]) -> list[str]:
    """Name the replicas: a table in several Regions can't be deleted before they are."""
    return [f"the replica of {t.name} in {region}" for t in tables for region in t.details["replicas"]]


KIND = Kind(
    "DynamoDB table",
    find,
    delete,
    step=10,
    entry=ENTRY,
    # One that is being created can't be deleted: tf dynamodb/wait.go, createTableTimeout, 30; deleteTableTimeout, 10
    deadline=40,
    price=0.024,
    console="dynamodbv2/home?region={region}#table?name={id}",
    # ResourceInUseException: it is being created, updated or deleted.
    calls={
        "dynamodb:ListTables": read(),
        "dynamodb:DescribeTable": read(
            "ResourceNotFoundException",
            has="Table",
            final="Table.TableStatus == 'DELETING'",  # until ListTables has it no more
        ),
        "dynamodb:UpdateTable": write("ResourceNotFoundException", "ResourceInUseException"),
        "dynamodb:DeleteTable": write("ResourceNotFoundException", "ResourceInUseException"),
        "cloudtrail:LookupEvents": read(has="Events"),
    },
    grants=(
        grant("Tables", "dynamodb:UpdateTable dynamodb:DeleteTable", "dynamodb:{region}:*:table/{dynamodb.table}"),
    ),
    leaving=frozenset({"DELETING"}),
    holders=holders,
)
