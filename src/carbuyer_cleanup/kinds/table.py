"""DynamoDB tables: by exact name if their key is ``id`` (S) alone, for they carry no prefix; and by the prefix.

A table's deletion protection is switched off first. While a table is created, updated or deleted AWS answers
``ResourceInUseException`` to all of this, although its reference says that deleting twice is no error. Backups stay.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

KEY = [("id", "HASH", "S")]


async def find(aws: Aws) -> list[Resource]:
    names = await aws.pages("dynamodb:ListTables", "TableNames")
    claims = {name: claim for name in names if (claim := aws.workshop.claim("dynamodb.table", name))}
    return [r for found in await asyncio.gather(*(_judged(aws, *item) for item in claims.items())) for r in found]


async def _judged(aws: Aws, name: str, claim: Claim) -> list[Resource]:
    table = (await aws.call("dynamodb:DescribeTable", TableName=name)).get("Table")
    if not table:  # gone since it was listed
        return []
    if not name.startswith(aws.workshop.prefix) and claim.ours and _key(table) != KEY:
        claim = Claim(FOREIGN, f"its key is {_spelled(table)}, and the workshop's tables have id (S)")
    return judged(
        aws, "DynamoDB table", name, claim, state=table["TableStatus"], arn=table["TableArn"],
        details={
            "protected": table.get("DeletionProtectionEnabled", False),
            "replicas": [replica["RegionName"] for replica in table.get("Replicas", ())],
        },
    )  # fmt: skip


def _key(table: dict[str, Any]) -> list[tuple[str, str, str]]:
    types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    return [(k["AttributeName"], k["KeyType"], types[k["AttributeName"]]) for k in table["KeySchema"]]


def _spelled(table: dict[str, Any]) -> str:
    return ", ".join(f"{name} ({type_})" for name, _, type_ in _key(table))


@each
async def delete(aws: Aws, table: Resource) -> None:
    """Switch the protection off, and delete the table at the next turn; at once if AWS does not switch it off."""
    unprotecting = Preparing()
    if table.details["protected"]:
        with unprotecting:
            await aws.call("dynamodb:UpdateTable", TableName=table.id, DeletionProtectionEnabled=False)
            return
    with unprotecting.deletion():
        await aws.call("dynamodb:DeleteTable", TableName=table.id)


async def holders(_aws: Aws, tables: list[Resource]) -> list[str]:
    """Name the replicas: a table of several Regions can't go before they do."""
    return [f"the replica of {t.name} in {region}" for t in tables for region in t.details["replicas"]]


KIND = Kind("DynamoDB table", find, delete, leaving=frozenset({"DELETING"}), holders=holders)
