"""What will be restored is checked before anything is created: whoever wrote the folder may have written anything.

Names must be such as the service gives, or they could lead elsewhere: in a bucket's place S3 also takes the ARN of an
access point, which may be another account's. All else is held against botocore's model of the call that will take it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

# DynamoDB developer guide, "Naming rules"; Amazon S3 user guide, "General purpose bucket naming rules".
NAMES = {"dynamodb": re.compile("[a-zA-Z0-9_.-]{3,255}"), "s3": re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")}
# RFC 9110, 5.1 and 5.5: what a header's name and value may be; http.client writes the latter in Latin-1.
TOKEN, HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\t\x20-\x7e\x80-\xff]*")
MOST_UNITS = 40_000  # of a table's throughput: "Quotas in Amazon DynamoDB"; an hour of them costs 30 dollars
UNITS = frozenset({"ReadCapacityUnits", "WriteCapacityUnits", "MaxReadRequestUnits", "MaxWriteRequestUnits"})
NOT_FIT = (AttributeError, KeyError, TypeError, ValueError, RecursionError)  # of reading what has another form


def refuse_name(service: str, name: str) -> None:
    """Check that something can be called so.

    Raises:
        Refused: it can't.
    """
    if not NAMES[service].fullmatch(name):
        raise Refused(
            f"{name[:80]} is not a valid name in {service}. Nothing was done; give another with --name OLD=NEW."
        )


def refuse_unfit(client: Any, operation: str, params: Mapping[str, Any], what: str) -> None:
    """Check that AWS may be given this.

    Raises:
        Refused: it has not the form that the call takes.
    """
    shape = client.meta.service_model.operation_model(operation).input_shape
    try:
        why = ParamValidator().validate(params, shape).generate_report() or _unwritable(params) or _too_dear(params)
    except RecursionError:
        why = "it is too deep"
    if why:
        raise unfit(what, why.splitlines()[0][:200])


def refuse_headers(params: Mapping[str, Any], what: str) -> None:
    """Check that metadata can be sent, and are metadata: a line break in one would begin another header.

    Raises:
        Refused: they can't, or aren't.
    """
    metadata = params.get("Metadata", {})
    values = [*metadata.values(), *(value for value in params.values() if isinstance(value, str))]
    if not (all(map(TOKEN.fullmatch, metadata)) and all(map(HEADER.fullmatch, values))):
        raise unfit(what, "HTTP can't carry its metadata")


def unfit(what: str, why: str) -> Refused:
    """Return what is said of something that can't be put back as it is in the folder."""
    return Refused(f"{what} can't be put back: {why}. Nothing was done; use a copy of the folder.")


def _unwritable(params: Mapping[str, Any]) -> str:
    try:
        json.dumps(params, ensure_ascii=False, default=repr).encode()
    except ValueError as error:
        return str(error)
    return ""


def _too_dear(value: Any) -> str:
    """Say which throughput is more than a table may have."""
    if isinstance(value, list):
        return next(filter(None, map(_too_dear, value)), "")
    if not isinstance(value, dict):
        return ""
    found = (f"{name} is {one}" for name, one in value.items() if name in UNITS and one > MOST_UNITS)
    return next(found, "") or _too_dear(list(value.values()))
