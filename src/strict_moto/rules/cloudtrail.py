"""CloudTrail: the history of management events, for tables only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Instead

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

GUIDE = "AWS CloudTrail User Guide: Viewing CloudTrail Event history; Record contents: userIdentity"
KEPT = 90 * 24 * 3600  # seconds
SORTS = {"user": "IAMUser", "assumed-role": "AssumedRole", "root": "Root"}


def _history(world: World, request: Request) -> dict[Any, Any]:
    return world.recall("trail", request.account, request.region)


def _note(world: World, request: Request, answer: Params) -> Params:
    """Record who created a table, the latest first."""
    name = request.params["TableName"]
    table = world.backend("dynamodb", request.account, request.region).tables[name]
    _history(world, request).setdefault(name, []).insert(0, (world.now(), request.principal, table))
    return answer


def _look_up(world: World, request: Request) -> Params:
    names = [row["AttributeValue"] for row in request.params.get("LookupAttributes", ())]
    noted = [(name, *made) for name in names for made in _history(world, request).get(name, ())]
    return {"Events": [_event(*one) for one in noted if world.now() - one[1] < KEPT]}


def _event(name: str, _time: float, principal: str, table: Any) -> Params:
    sort, *rest = principal.split(":", 5)[5].split("/")
    identity = {"type": SORTS.get(sort, "AWSAccount"), "arn": principal}
    if sort == "user":
        identity["userName"] = rest[-1]
    return {
        "EventName": "CreateTable",
        "EventSource": "dynamodb.amazonaws.com",
        "EventTime": table.created_at,
        "Username": rest[-1] if rest else "root",
        "Resources": [{"ResourceType": "AWS::DynamoDB::Table", "ResourceName": name}],
        "CloudTrailEvent": json.dumps({"userIdentity": identity, "eventName": "CreateTable"}),
    }


RULES = (
    After("dynamodb:CreateTable", _note, GUIDE),
    Instead("cloudtrail:LookupEvents", _look_up, GUIDE),
)
