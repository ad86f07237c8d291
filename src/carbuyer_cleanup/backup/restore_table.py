"""Putting a DynamoDB table back: made as it was described, and filled from the export."""

from __future__ import annotations

import gzip
import time
import zlib
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from carbuyer_cleanup.backup import inside
from carbuyer_cleanup.backup.fitting import NOT_FIT, refuse_unfit
from carbuyer_cleanup.backup.marks import Unfit, own
from carbuyer_cleanup.strict_json import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Saved

# Of a table's description, what CreateTable takes as it is; of an index and of its throughput likewise.
OF_TABLE = ("AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled", "OnDemandThroughput")
OF_INDEX = ("IndexName", "KeySchema", "Projection", "OnDemandThroughput")
OF_VECTORS = ("IndexName", "VectorAttribute", "SearchSchema", "Projection", "Dimensions", "DistanceFunction")
OF_THROUGHPUT = ("ReadCapacityUnits", "WriteCapacityUnits")
OF_STREAM = ("StreamEnabled", "StreamViewType")
INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
EXPIRING = ("ENABLED", "ENABLING")
BATCH = 25  # items that BatchWriteItem takes
TRIES = 10
LONGEST = 2**23  # bytes of a line: an item has 400 KB, and {"NULL":true} is two of them
NOT_READ = (*NOT_FIT, OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class Export:
    """An export in the folder of an ``account``'s backup; ``data`` are the files that hold its items."""

    account: Path
    place: str
    data: tuple[str, ...]
    items: int

    @classmethod
    def of(cls, account: Path, index: Index, table: Saved) -> Export:
        """Return a table's last export."""
        place = str(table.facts["place"])
        files = [file.path for file in index.files(table.kind, table.id) if file.path.startswith(f"{place}/data/")]
        return cls(account, place, tuple(files), table.facts["items"])

    @property
    def definition(self) -> str:
        """The file that has the table's definition."""
        return f"{self.place}/table.json"


def check(client: Any, export: Export, name: str) -> None:
    """Check that a table can be put back, before it is made.

    Raises:
        Refused: the export is none, or not whole.
    """
    what = str(export.account / export.definition)
    table, expiry = requests(export, name)
    refuse_unfit(client, "CreateTable", table, what)
    if expiry:
        refuse_unfit(client, "UpdateTimeToLive", expiry, what)
    fits = partial(refuse_unfit, client, "PutItem", what=f"An item of {export.account / export.place}")
    count = 0
    for item in read(export):
        fits({"TableName": name, "Item": item})
        count += 1
    if count != export.items:
        raise inside.damaged(export.account, export.place, f"it has {count} items, not {export.items}")


def restore(client: Any, export: Export, name: str, mark: dict[str, str], *, begun: bool) -> int:
    """Make a table of that name, fill it, and return how many items it was.

    Args:
        client: DynamoDB's.
        export: what is put back.
        name: the table's.
        mark: the tag that it has until all is put back; those that were saved come then.
        begun: whether an earlier run has made it.

    Raises:
        Unfit: DynamoDB does not take all items.
    """
    table, expiry = requests(export, name)
    if not begun:
        client.create_table(**{**table, "Tags": [mark]})
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2})
    if expiry and client.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("AttributeName") is None:
        client.update_time_to_live(**expiry)
    items, count = read(export), 0
    while batch := list(islice(items, BATCH)):
        _write(client, name, batch)
        count += len(batch)
    return count


def tags(export: Export) -> list[dict[str, str]]:
    """Return the tags that were saved."""
    return list(requests(export, "")[0].get("Tags", []))


def requests(export: Export, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what CreateTable is asked, and UpdateTimeToLive; the latter is empty if items don't expire.

    Raises:
        Refused: the definition is not what a backup has there.
    """
    described = inside.read_json(export.account, export.definition)
    with _understood(export, export.definition):
        table = {"TableName": name, **definition(described["Table"]), **_tags(described)}
        expiry = described["TimeToLiveDescription"]
        if expiry.get("TimeToLiveStatus") not in EXPIRING:
            return table, {}
        specification = {"Enabled": True, "AttributeName": expiry["AttributeName"]}
        return table, {"TableName": name, "TimeToLiveSpecification": specification}


@contextmanager
def _understood(export: Export, path: str) -> Iterator[None]:
    """Tell in a sentence that a file is not what a backup has there.

    Raises:
        Refused: it isn't.
    """
    try:
        yield
    except NOT_READ as error:
        raise inside.damaged(export.account, path, f"it is not what a backup has there ({error!r:.100})") from error


def _tags(described: dict[str, Any]) -> dict[str, Any]:
    found = own(described["Tags"])
    return {"Tags": found} if found else {}


def definition(table: dict[str, Any]) -> dict[str, Any]:
    """Return what CreateTable takes of what DescribeTable told, except the name."""
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    made = _some(table, OF_TABLE) | ({"BillingMode": "PAY_PER_REQUEST"} if on_demand else _throughput(table))
    for indexes in INDEXES:
        if table.get(indexes):
            provisioned = indexes == INDEXES[0] and not on_demand
            made[indexes] = [_some(one, OF_INDEX) | (_throughput(one) if provisioned else {}) for one in table[indexes]]
    if vectors := table.get("VectorIndexes"):
        made["VectorIndexes"] = [_some(one, OF_VECTORS) for one in vectors]
    if table.get("StreamSpecification", {}).get("StreamEnabled"):
        made["StreamSpecification"] = _some(table["StreamSpecification"], OF_STREAM)
    if table_class := table.get("TableClassSummary", {}).get("TableClass"):
        made["TableClass"] = table_class
    return made


def _throughput(described: dict[str, Any]) -> dict[str, Any]:
    return {"ProvisionedThroughput": _some(described["ProvisionedThroughput"], OF_THROUGHPUT)}


def _some(described: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: described[name] for name in names if described.get(name) not in (None, [], {}, "")}


def read(export: Export) -> Iterator[dict[str, Any]]:
    """Yield the items of an export, as boto3's client takes them; at most one more than it should have.

    Raises:
        Refused: it has something else.
    """
    items = (item for path in export.data for item in _items(export, path))
    return islice(items, export.items + 1)


def _items(export: Export, path: str) -> Iterator[dict[str, Any]]:
    with _understood(export, path), inside.opened(export.account, path) as file, gzip.open(file) as lines:
        while line := lines.readline(LONGEST):
            yield {name: value_of(value) for name, value in loaded(line)["Item"].items()}


def value_of(value: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute's value with bytes where its JSON has base64."""
    ((sort, content),) = value.items()
    return {sort: VALUES[sort](content) if sort in VALUES else content}


VALUES: dict[str, Any] = {
    "B": partial(b64decode, validate=True),
    "BS": lambda content: [b64decode(one, validate=True) for one in content],
    "L": lambda content: [value_of(one) for one in content],
    "M": lambda content: {name: value_of(one) for name, one in content.items()},
}


def _write(client: Any, name: str, items: list[dict[str, Any]]) -> None:
    """Write a batch, and again what DynamoDB leaves of it, more and more slowly ("Error handling", developer guide)."""
    left: dict[str, Any] = {name: [{"PutRequest": {"Item": item}} for item in items]}
    for attempt in range(TRIES):
        left = _left(client, left)
        if not left:
            return
        time.sleep(0.05 * 2**attempt)
    msg = "DynamoDB throttles it, and doesn't take all items"
    raise Unfit(msg)


def _left(client: Any, requests: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(client.batch_write_item(RequestItems=requests)["UnprocessedItems"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ProvisionedThroughputExceededException":
            raise
        return requests
