"""What suggests that a table is the workshop's: its name alone proves nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.errors import AwsError, Trouble
from carbuyer_cleanup.kinds.common import is_ours, our_vpcs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws

OTHERS = 2  # other tables with the workshop's names and key that prove one: a single one may be a coincidence, too
MOMENT = timedelta(minutes=5)  # between a call and the creation that it began: room for clocks that differ
KEY_SCHEMA = [{"AttributeName": "id", "KeyType": "HASH"}]


async def of_table(aws: Aws, name: str, region: str) -> str:
    """Return what else of the workshop exists around a table with its name and key, "" if there is nothing.

    Args:
        aws: the account.
        name: the table's name.
        region: the table's Region, "" for the workshop's own; only there do its other things count.
    """
    for look in (_role, _vpc, _bucket) if not region else ():
        if found := await look(aws):
            return found
    return await _tables(aws, name, region)


async def _role(aws: Aws) -> str:
    roles = await aws.pages("iam:GetAccountAuthorizationDetails", "RoleDetailList[].RoleName", Filter=["Role"])
    return _first(f"the role {role} is there" for role in roles if is_ours(aws, "iam.role", role))


async def _vpc(aws: Aws) -> str:
    return _first(f"the VPC {name or id_} is there" for id_, name in (await our_vpcs(aws)).items())


async def _bucket(aws: Aws) -> str:
    names = await aws.pages("s3:ListBuckets", "Buckets[].Name", MaxBuckets=1000)
    return _first(f"the bucket {name} is there" for name in names if is_ours(aws, "s3.bucket", name))


async def _tables(aws: Aws, name: str, region: str) -> str:
    others = [one for one in await _names(aws, region) if one != name]
    tables = await asyncio.gather(*(aws.call("dynamodb:DescribeTable", region=region, TableName=n) for n in others))
    keyed = [n for n, t in zip(others, tables, strict=True) if t["Table"]["KeySchema"] == KEY_SCHEMA]
    return f"so is that of {' and '.join(keyed[:OTHERS])}" if len(keyed) >= OTHERS else ""


async def _names(aws: Aws, region: str) -> list[str]:
    """Return the names of the tables that have one of the workshop's names."""
    names = await aws.pages("dynamodb:ListTables", "TableNames", region=region)
    return [name for name in names if is_ours(aws, "dynamodb.table", name)]


async def tags_of_tables(aws: Aws, region: str) -> dict[str, dict[str, str]]:
    """Return the tags of each table with one of the workshop's names, in one call instead of one for each table."""
    tagged = await aws.pages(
        "resourcegroupstaggingapi:GetResources",
        "ResourceTagMappingList",
        region=region,
        ResourceTypeFilters=["dynamodb:table"],
    )
    tags = {one["ResourceARN"].rpartition("/")[2]: _pairs(one["Tags"]) for one in tagged}
    return {name: tags.get(name, {}) for name in await _names(aws, region)}


def _pairs(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


async def maker(aws: Aws, table: Mapping[str, Any], region: str) -> str:
    """Return which user of the workshop created a table, "" if that can't be proven.

    CloudTrail keeps 90 days of management events; on the workshop's page, students create the tables with the key of
    the workshop's own user. If the caller may not ask, or there is no CloudTrail, the table stays doubtful. An event
    that is not from the table's own beginning is about an earlier one: restoring or importing is not ``CreateTable``.
    """
    attributes = [{"AttributeKey": "ResourceName", "AttributeValue": table["TableName"]}]
    try:
        events = await aws.pages("cloudtrail:LookupEvents", "Events", region=region, LookupAttributes=attributes)
    except AwsError as error:
        if error.trouble is Trouble.EXPIRED:
            raise
        return ""
    made = [event for event in events if event["EventName"] == "CreateTable"][:1]  # the latest first
    began = [event for event in made if _is_of(table, event)]
    return _first(f"{user} made it" for event in began if is_ours(aws, "iam.user", user := _user(event)))


def _is_of(table: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Return whether the call was made when the table began to exist; False if AWS does not tell both times."""
    times = event["EventTime"], table["CreationDateTime"]
    return all(times) and abs(times[0] - times[1]) < MOMENT


def _user(event: dict[str, Any]) -> str:
    """Return the IAM user who made a call, "" if it was somebody else.

    The event's ``Username`` can also be a role's session name: only the record says which it is.
    """
    identity = json.loads(event["CloudTrailEvent"] or "{}").get("userIdentity", {})
    return str(identity.get("userName", "")) if identity.get("type") == "IAMUser" else ""


def _first(proofs: Iterable[str]) -> str:
    return next(iter(proofs), "")
