"""Whether what AWS says about a resource is what was saved of it: all of it, except what AWS changes by itself.

A row of ``BY_AWS`` has the members, as paths without the places in lists, that change though nobody has changed the
definition: states, counters, and the times of both. Those of what has no content are in ``Kind.definitions``.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.definitions import DEFINITIONS
from carbuyer_cleanup.backup.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

THROUGHPUT = "LastIncreaseDateTime LastDecreaseDateTime NumberOfDecreasesToday"
SIZE = "IndexSizeBytes ItemCount"


def _under(prefix: str, names: str) -> str:
    return " ".join(f"{prefix}.{name}" for name in names.split())


BY_AWS: Mapping[str, str] = {
    **{sort: definition.by_aws for sort, definition in DEFINITIONS.items() if definition.by_aws},
    "REST API": "RestApi.apiStatus RestApi.apiStatusMessage Stages.cacheClusterStatus",
    "HTTP API": "Stages.LastDeploymentStatusMessage",
    "Lambda function": _under(
        "Versions.Configuration",
        "LastModified RevisionId State StateReason StateReasonCode RuntimeVersionConfig "
        "LastUpdateStatus LastUpdateStatusReason LastUpdateStatusReasonCode",
    )
    + " Aliases.RevisionId",
    "log group": "storedBytes",
    # The protection against deletion is switched off to delete it.
    "DynamoDB table": " ".join((
        "TimeToLiveDescription.TimeToLiveStatus",
        _under("Table", "TableStatus DeletionProtectionEnabled TableSizeBytes ItemCount WarmThroughput"),
        _under("Table", "SSEDescription.Status Replicas GlobalTableWitnesses"),
        _under("Table.ProvisionedThroughput", THROUGHPUT),
        _under("Table.GlobalSecondaryIndexes", f"IndexStatus Backfilling WarmThroughput {SIZE}"),
        _under("Table.GlobalSecondaryIndexes.ProvisionedThroughput", THROUGHPUT),
        _under("Table.LocalSecondaryIndexes", SIZE),
    )),
}  # fmt: skip
# Lists whose order says something; all others AWS returns in any.
ORDERED = frozenset({"CacheBehaviors", "OriginGroups", "CORSRules", "RoutingRules", "Layers"})


def digest(kind: str, described: Any) -> str:
    """Return what is the same for what AWS says about a resource as long as nobody changes it."""
    by_aws = frozenset(BY_AWS.get(kind, "").split())
    return hashlib.sha256(_line(_without(by_aws, "", plain(described)))).hexdigest()


def _line(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _without(paths: frozenset[str], path: str, value: Any, *, ordered: bool = False) -> Any:
    """Return a value without the members of these paths, and with lists in an order of their own."""
    if isinstance(value, list):
        items = [_without(paths, path, one, ordered=ordered) for one in value]
        return items if ordered else sorted(items, key=_line)
    if not isinstance(value, dict):
        return value
    return {
        name: _without(paths, whole, one, ordered=ordered or name in ORDERED)
        for name, one in value.items()
        if (whole := f"{path}.{name}".lstrip(".")) not in paths
    }
