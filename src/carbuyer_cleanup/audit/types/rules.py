"""What makes a resource the workshop's or not, besides its name and its Name tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.reading import needed, text, texts
from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS, Claim
from carbuyer_cleanup.kinds import bucket, distribution, log_delivery, table
from carbuyer_cleanup.kinds import origin_access_control as origin_access
from carbuyer_cleanup.kinds.common import is_ours

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types.row import Item
    from carbuyer_cleanup.aws.context import Aws

EXECUTION_LOGS = "API-Gateway-Execution-Logs_"
# Application Auto Scaling's names for a table's alarms, which go with the policy: seen in eight public repositories.
OF_A_TABLE = re.compile(r"TargetTracking-table/(?P<table>[^/]+?)(/index/.+)?-(AlarmHigh|AlarmLow|ProvisionedCapacity)")


async def unattached(_aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """An Elastic IP that nothing uses is charged for, whoever's it is; only AWS can release one of its own."""
    if item.get("AssociationId"):
        return claim
    name = ", ".join([*texts("Tags[?Key=='Name'].Value", item), *texts("PublicIp", item)])
    if service := item.get("ServiceManaged"):
        why = f"an AWS service ({service}) keeps it and releases it later: check again"
        return Claim(OURS, why, name)
    return Claim(OURS, "it is not attached to anything, but charged for", name)


async def launches(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """A Spot request that launches instances like the workshop's may launch one after all are gone."""
    groups = texts("LaunchSpecification.SecurityGroups[].GroupName", item)
    with_ = [("ec2.key_pair", text("LaunchSpecification.KeyName", item)), *(("ec2.security_group", g) for g in groups)]
    used = [name for entry, name in with_ if is_ours(aws, entry, name)]
    return claim or (Claim(DOUBTFUL, f"it launches instances with {used[0]}") if used else None)


async def scaling_alarm(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """An alarm that auto scaling made for a table has the table's name in its own, and is charged for without it."""
    match = OF_A_TABLE.match(text("AlarmName", item))
    if not match or not is_ours(aws, "dynamodb.table", match["table"]):
        return claim
    proven = match["table"].startswith(aws.workshop.prefix)  # else the table's key must match, too
    return Claim(OURS if proven else DOUBTFUL, f"auto scaling made it for the table {match['table']}")


async def workshop_key(aws: Aws, item: Item, region: str, claim: Claim | None) -> Claim | None:
    """A table whose name lacks the prefix is also judged by its key and its surroundings."""
    name, place = text("TableName", item), "" if region == aws.region else region
    if not (claim and claim.ours) or name.startswith(aws.workshop.prefix):
        return claim
    answer = await aws.fresh("dynamodb:DescribeTable", region=region, TableName=name)
    return await table.claim_on(aws, needed("Table", answer), claim, place) if answer else None


async def distribution_name(aws: Aws, item: Item, region: str, _claim: Claim | None) -> Claim | None:
    """The console stores a distribution's name as a tag, which no list shows; without a name, its origins decide."""
    answer = await aws.fresh("cloudfront:ListTagsForResource", region=region, Resource=needed("ARN", item))
    if not answer:  # it was deleted a moment ago
        return None
    name = next(iter(texts("Items[?Key=='Name'].Value", needed("Tags", answer))), "")
    claim = distribution.claim_on(aws, item, name, set() if name else await _our_buckets(aws))
    return claim and claim._replace(name=name)


async def _our_buckets(aws: Aws) -> set[str]:
    names = texts("Buckets[].Name", await aws.fresh("s3:ListBuckets"))
    return {name for name in names if is_ours(aws, "s3.bucket", name)}


async def origin_access_control(aws: Aws, item: Item, _region: str, _claim: Claim | None) -> Claim | None:
    """The console names one after the bucket that it opens; the journal has those that our distributions used."""
    return origin_access.claim_on(aws, item)


async def origin_bucket(aws: Aws, item: Item, _region: str, _claim: Claim | None) -> Claim | None:
    """A bucket with a name of its own is judged by the distributions that served it, which the journal has."""
    return bucket.claim_on(aws, text("Name", item), bucket.remembered(aws))


async def execution_logs(aws: Aws, item: Item, region: str, claim: Claim | None) -> Claim | None:
    """An API's log group has the API's id in its name; if no API has it now, the journal says whether it was ours."""
    api = text("logGroupName", item).removeprefix(EXECUTION_LOGS).split("/")[0]
    if api not in aws.journal.remembered("rest api", region) or api in await _apis(aws, region):
        return claim
    return Claim(OURS, "an API of the workshop wrote it")


async def log_source(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """A source of a distribution's logs names that by ARN; the journal says which distributions were ours."""
    ours = aws.journal.remembered(log_delivery.MEMORY, "global")
    return Claim(OURS, "it is for the logs of the workshop") if ours.keys() & {*texts("resourceArns", item)} else claim


async def _apis(aws: Aws, region: str) -> set[str]:
    pages = aws.each_fresh_page("apigateway:GetRestApis", region=region, limit=500)
    return {api["id"] async for page in pages for api in page.get("items", [])}


async def not_caller(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """The identity that the suite runs as can't be gone."""
    if claim and claim.ours and _runs_as(aws.caller, item):
        return Claim(FOREIGN, "this suite runs as it")
    return claim


def _runs_as(caller: str, item: Item) -> bool:
    assumed = f":assumed-role/{item.get('RoleName')}/"
    return caller == needed("Arn", item) or assumed in caller
