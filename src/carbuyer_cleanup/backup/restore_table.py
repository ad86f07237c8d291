"""Putting a DynamoDB table back: made as it was described, and filled from the export."""

from __future__ import annotations

import gzip
import json
import time
from base64 import b64decode
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of a table's description, what CreateTable takes as it is; of an index and of its throughput likewise.
OF_TABLE = ("AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled", "OnDemandThroughput")
OF_INDEX = ("IndexName", "KeySchema", "Projection", "OnDemandThroughput")
OF_THROUGHPUT = ("ReadCapacityUnits", "WriteCapacityUnits")
OF_STREAM = ("StreamEnabled", "StreamViewType")
INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
BATCH = 25  # items that BatchWriteItem takes
TRIES = 10


def exists(client: Any, name: str) -> bool:
    """Say whether there is a table of that name."""
    try:
        client.describe_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def restore(client: Any, export: Path, name: str) -> int:
    """Make a table of that name, fill it, and return how many items it was.

    Args:
        client: DynamoDB's.
        export: the folder of the export.
        name: the table's.

    Raises:
        Refused: DynamoDB does not take all items.
    """
    described = json.loads((export / "table.json").read_text(encoding="utf-8"))
    client.create_table(TableName=name, **definition(described["Table"]), **_tags(described))
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2})
    expiry = described["TimeToLiveDescription"]
    if expiry.get("TimeToLiveStatus") == "ENABLED":
        specification = {"Enabled": True, "AttributeName": expiry["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    items, count = read(export), 0
    while batch := list(islice(items, BATCH)):
        _write(client, name, batch)
        count += len(batch)
    return count


def _tags(described: dict[str, Any]) -> dict[str, Any]:
    own = [tag for tag in described["Tags"] if not tag["Key"].startswith("aws:")]
    return {"Tags": own} if own else {}


def definition(table: dict[str, Any]) -> dict[str, Any]:
    """Return what CreateTable takes of what DescribeTable told, but for the name."""
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    made = _some(table, OF_TABLE) | ({"BillingMode": "PAY_PER_REQUEST"} if on_demand else _throughput(table))
    for indexes in INDEXES:
        if table.get(indexes):
            provisioned = indexes == INDEXES[0] and not on_demand
            made[indexes] = [_some(one, OF_INDEX) | (_throughput(one) if provisioned else {}) for one in table[indexes]]
    if table.get("StreamSpecification", {}).get("StreamEnabled"):
        made["StreamSpecification"] = _some(table["StreamSpecification"], OF_STREAM)
    if table_class := table.get("TableClassSummary", {}).get("TableClass"):
        made["TableClass"] = table_class
    return made


def _throughput(described: dict[str, Any]) -> dict[str, Any]:
    return {"ProvisionedThroughput": _some(described["ProvisionedThroughput"], OF_THROUGHPUT)}


def _some(described: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: described[name] for name in names if described.get(name) not in (None, [], {}, "")}


def read(export: Path) -> Iterator[dict[str, Any]]:
    """Yield the items of an export, as boto3's client takes them."""
    for path in sorted((export / "data").glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield {name: _value(value) for name, value in json.loads(line)["Item"].items()}


def _value(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute's value with bytes where its JSON has base64."""
    ((sort, content),) = value.items()
    return {sort: VALUES[sort](content) if sort in VALUES else content}


VALUES: dict[str, Any] = {
    "B": b64decode,
    "BS": lambda content: [b64decode(one) for one in content],
    "L": lambda content: [_value(one) for one in content],
    "M": lambda content: {name: _value(one) for name, one in content.items()},
}


def _write(client: Any, name: str, items: list[dict[str, Any]]) -> None:
    """Write a batch, and again what DynamoDB leaves of it, more and more slowly ("Error handling", developer guide)."""
    left: dict[str, Any] = {name: [{"PutRequest": {"Item": item}} for item in items]}
    for attempt in range(TRIES):
        left = _left(client, left)
        if not left:
            return
        time.sleep(0.05 * 2**attempt)
    msg = f"DynamoDB does not take all items of {name}: it is throttled. Delete the table, then restore again."
    raise Refused(msg)


def _left(client: Any, requests: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(client.batch_write_item(RequestItems=requests)["UnprocessedItems"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ProvisionedThroughputExceededException":
            raise
        return requests
