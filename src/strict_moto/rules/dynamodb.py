"""DynamoDB tables: the states from creation to deletion, and what each of them refuses."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.rules.throttle import limited
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.world import Params, Request, World

CATALOGUE = "catalogue of 9562 answers recorded from DynamoDB (DDB-TABLE-444)"
MODEL = "botocore's model of DynamoDB"
IN_USE = "Attempt to change a resource which is still in use: "

# What a table is busy with, and the state that it shows.
STATE_SHOWN = {
    "CREATING": "CREATING",
    "DELETING": "DELETING",
    "INDEXING": "UPDATING",
    "STREAMING": "UPDATING",
    "TAGGING": "ACTIVE",
    "UPDATING": "UPDATING",
}
# The reason for each, after IN_USE. A second deletion is refused, although the API reference says otherwise.
REFUSED_BECAUSE = {
    "CREATING": "Table is being created: {TableName}",
    "DELETING": "Table is being deleted: {TableName}",
    "INDEXING": "Cannot delete table while indexes are being created, updated, or deleted.",
    "STREAMING": "Cannot delete table while stream is being enabled/disabled.",
    "TAGGING": "Table tags are being updated: {TableName}",
    "UPDATING": "Table: {TableName} is in the process of being updated.",
}


def _backend(world: World, request: Request) -> Any:
    return world.backend("dynamodb", request.account, request.region)


def _name(request: Request) -> str:
    """Return the table's bare name: calls take names and ARNs."""
    named: str = request.params.get("TableName") or request.params["ResourceArn"]
    return named.rpartition("table/")[2].partition("/")[0]


def _table(world: World, request: Request) -> Any:
    return _backend(world, request).tables.get(_name(request))


def _busy(world: World, request: Request) -> dict[str, tuple[str, float]]:
    """Return what each table is busy with, and until when."""
    return world.recall("tables", request.account, request.region)


def _doing(world: World, request: Request, name: str) -> str | None:
    what, until = _busy(world, request).get(name, ("", 0.0))
    return what if world.now() < until else None


def _begin(world: World, request: Request, what: str, seconds: float) -> None:
    _busy(world, request)[_name(request)] = (what, world.now() + seconds)


# --- Refusals --------------------------------------------------------------------------------------------------


def _missing(world: World, request: Request) -> bool:
    return _table(world, request) is None


def _is(what: str) -> Callable[[World, Request], bool]:
    return lambda world, request: _doing(world, request, _name(request)) == what


def _is_protected(world: World, request: Request) -> bool:
    return bool(getattr(_table(world, request), "deletion_protection_enabled", False))


def _changes_protection_too_early(world: World, request: Request) -> bool:
    changing = "DeletionProtectionEnabled" in request.params
    return changing and _doing(world, request, _name(request)) in {"UPDATING", "INDEXING", "STREAMING", "DELETING"}


def _too_many_at_once(world: World, request: Request) -> Params | None:
    tables, limit = _backend(world, request).tables, world.quirks.tables_at_once
    changing = sum(STATE_SHOWN.get(_doing(world, request, name) or "", "ACTIVE") != "ACTIVE" for name in tables)
    return {"limit": limit} if changing >= limit else None


REFUSALS = (
    *(
        Rule(
            f"dynamodb:{operation}",
            _missing,
            "ResourceNotFoundException",
            "Requested resource not found: Table: {TableName} not found",
            CATALOGUE,
        )
        for operation in ("DeleteTable", "UpdateTable")
    ),
    *(
        Rule("dynamodb:DeleteTable", _is(what), "ResourceInUseException", IN_USE + why, CATALOGUE)
        for what, why in REFUSED_BECAUSE.items()
    ),
    Rule(
        "dynamodb:UpdateTable",
        _is("CREATING"),
        "ResourceInUseException",
        IN_USE + REFUSED_BECAUSE["CREATING"],
        CATALOGUE,
    ),
    Rule(
        "dynamodb:UpdateTable",
        _changes_protection_too_early,
        "ResourceInUseException",
        "Table needs to be in ACTIVE status to modify deletion protection setting.",
        CATALOGUE,
    ),
    Rule(
        "dynamodb:DeleteTable",
        _is_protected,
        "ValidationException",
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        "aws-nuke's tests; four logs in public repositories; " + CATALOGUE,
    ),
    *(
        Rule(
            f"dynamodb:{operation}",
            _too_many_at_once,
            "LimitExceededException",
            "Subscriber limit exceeded: Only {limit} tables can be created, updated, or deleted simultaneously",
            MODEL + "; Terraform meets it in older accounts",
        )
        for operation in ("CreateTable", "UpdateTable", "DeleteTable")
    ),
    limited(
        "dynamodb:ListTagsOfResource",
        lambda quirks: quirks.table_tags_rate,
        source=MODEL + ": up to 10 times per second, per account",
        code="ThrottlingException",
        status=400,
    ),
)


# --- States ----------------------------------------------------------------------------------------------------


def _dated(world: World, request: Request, answer: Params) -> Params:
    """Let a table have been created when it is for this AWS, not for the machine."""
    table = _backend(world, request).tables[answer["TableDescription"]["TableName"]]
    table.created_at += timedelta(seconds=world.now())
    answer["TableDescription"]["CreationDateTime"] = table.created_at
    return answer


def _created(world: World, request: Request, answer: Params) -> Params:
    _begin(world, request, "CREATING", world.quirks.table_creating)
    answer["TableDescription"]["TableStatus"] = "CREATING"
    return answer


def _updated(world: World, request: Request, answer: Params) -> Params:
    """Begin the longest of the requested changes."""
    quirks = world.quirks
    if "GlobalSecondaryIndexUpdates" in request.params:
        _begin(world, request, "INDEXING", quirks.table_index_changing)
    elif "StreamSpecification" in request.params:
        _begin(world, request, "STREAMING", quirks.table_updating)
    else:
        _begin(world, request, "UPDATING", quirks.table_updating)
    answer["TableDescription"]["TableStatus"] = "UPDATING"
    return answer


def _tagged(world: World, request: Request, answer: Params) -> Params:
    if _doing(world, request, _name(request)) is None:
        _begin(world, request, "TAGGING", world.quirks.table_tagging)
    return answer


def _tagged_anew(world: World, request: Request, answer: Params) -> Params:
    """Keep only the last value of each tag."""
    for table in _backend(world, request).tables.values():
        if table.table_arn == request.params["ResourceArn"]:
            table.tags = [
                {"Key": key, "Value": value} for key, value in {t["Key"]: t["Value"] for t in table.tags}.items()
            ]
    return _tagged(world, request, answer)


def _described(world: World, request: Request, answer: Params) -> Params:
    doing = _doing(world, request, _name(request))
    answer["Table"]["TableStatus"] = STATE_SHOWN.get(doing or "", "ACTIVE")
    return answer


def _delete(world: World, request: Request) -> Params:
    """Begin the deletion; the table is gone only after a while."""
    tables, name = _backend(world, request).tables, _name(request)
    _begin(world, request, "DELETING", world.quirks.table_deleting)
    world.later(world.quirks.table_deleting, lambda: tables.pop(name, None))
    shown = {"TableName": name, "TableStatus": "DELETING", "TableArn": tables[name].table_arn}
    return {"TableDescription": {**shown, "ItemCount": 0, "TableSizeBytes": 0}}


def _list(world: World, request: Request) -> Params:
    """List the tables after a name that may be gone by now, where moto would end the list."""
    start = request.params.get("ExclusiveStartTableName", "")
    names = sorted(name for name in _backend(world, request).tables if name > start)
    length = min(int(request.params.get("Limit", 100)), 100)
    more = {"LastEvaluatedTableName": names[length - 1]} if len(names) > length else {}
    return {"TableNames": names[:length], **more}


STATES = (
    *(
        After(f"dynamodb:{operation}", _dated, MODEL + ": CreationDateTime; moto 5.2.5 asks the machine's clock")
        for operation in ("CreateTable", "RestoreTableFromBackup", "RestoreTableToPointInTime")
    ),
    After("dynamodb:CreateTable", _created, CATALOGUE),
    After("dynamodb:UpdateTable", _updated, CATALOGUE),
    After("dynamodb:TagResource", _tagged_anew, CATALOGUE + "; moto 5.2.5 keeps both values of a key"),
    After("dynamodb:UntagResource", _tagged, CATALOGUE),
    After("dynamodb:DescribeTable", _described, CATALOGUE),
    Instead("dynamodb:DeleteTable", _delete, CATALOGUE),
    Instead("dynamodb:ListTables", _list, MODEL + ": at most 100 names"),
)

RULES = tuple(chain(REFUSALS, STATES))
