"""AWS's answers as JSON: times in ISO 8601, bytes in base64, as DynamoDB's own JSON has them."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any


def text(value: Any) -> str:
    """Return an answer as JSON to be read by people."""
    return json.dumps(value, indent=2, sort_keys=True, default=_other, ensure_ascii=False) + "\n"


def line(value: Any) -> bytes:
    """Return an answer as a line of JSON."""
    return json.dumps(value, separators=(",", ":"), default=_other, ensure_ascii=False).encode() + b"\n"


def plain(value: Any) -> Any:
    """Return an answer as it is after a way through JSON."""
    return json.loads(json.dumps(value, default=_other))


def _other(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
