"""What makes a resource the workshop's, or not, beside its name and its Name tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.claims import FOREIGN, OURS, Claim, strongest
from carbuyer_cleanup.reading import needed, text, texts

if TYPE_CHECKING:
    from carbuyer_cleanup.audit_types.row import Item
    from carbuyer_cleanup.aws import Aws

KEY = "KeySchema[].[AttributeName, KeyType]"
KEY_TYPE = "AttributeDefinitions[?AttributeName=='id'].AttributeType | [0]"
EXECUTION_LOGS = "API-Gateway-Execution-Logs_"


async def unattached(_aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """An Elastic IP that nothing uses is charged, whosever it is."""
    if item.get("AssociationId"):
        return claim
    return Claim(OURS, "it is attached to nothing, and charged for")


async def workshop_key(aws: Aws, item: Item, region: str, claim: Claim | None) -> Claim | None:
    """A table of a name without prefix is the workshop's only if its key is: others have a table ``User``, too."""
    name = text("TableName", item)
    if not (claim and claim.ours) or name.startswith(aws.workshop.prefix):
        return claim
    answer = await aws.fresh("dynamodb:DescribeTable", region=region, TableName=name)
    if not answer:
        return None
    table = needed("Table", answer)
    if needed(KEY, table) != [["id", "HASH"]] or needed(KEY_TYPE, table) != "S":
        return Claim(FOREIGN, "its key is not id (S)")
    return claim


async def distribution_name(aws: Aws, item: Item, region: str, claim: Claim | None) -> Claim | None:
    """The console stores a distribution's name as a tag, which no list shows; our bucket as origin counts, too."""
    answer = await aws.fresh("cloudfront:ListTagsForResource", region=region, Resource=needed("ARN", item))
    names = texts("Items[?Key=='Name'].Value", needed("Tags", answer)) if answer else []
    claims = [claim, *(aws.workshop.claim("cloudfront.distribution", name) for name in names)]
    origins = [domain.split(".")[0] for domain in texts("Origins.Items[].DomainName", item)]
    claims += [aws.workshop.claim("s3.bucket", bucket) for bucket in origins]
    return strongest(*claims)


async def origin_access_control(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """The console names one for the bucket it gives access to; those that our distributions used are in the journal."""
    if text("Id", item) in aws.journal.remembered("origin access control", "global"):
        return Claim(OURS, "a distribution of the workshop used it")
    return strongest(claim, aws.workshop.claim("s3.bucket", text("Name", item).removeprefix("oac-").split(".")[0]))


async def execution_logs(aws: Aws, item: Item, region: str, claim: Claim | None) -> Claim | None:
    """A log group of an API has the API's id in its name; which ids were ours is in the journal."""
    api = text("logGroupName", item).removeprefix(EXECUTION_LOGS).split("/")[0]
    if api not in aws.journal.remembered("rest api", region):
        return claim
    return Claim(OURS, "an API of the workshop wrote it")


async def not_caller(aws: Aws, item: Item, _region: str, claim: Claim | None) -> Claim | None:
    """The identity that looks can't be gone."""
    if claim and claim.ours and _runs_as(aws.caller, item):
        return Claim(FOREIGN, "this suite runs as it")
    return claim


def _runs_as(caller: str, item: Item) -> bool:
    assumed = f":assumed-role/{item.get('RoleName')}/"
    return caller == needed("Arn", item) or assumed in caller
