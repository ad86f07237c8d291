"""Answers in which every text is a secret or a name of somebody's, made from botocore's models."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session

DEEP = 7  # models refer to themselves
TIME = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "timestamp": TIME}


@cache
def session() -> botocore.session.Session:
    """Return a botocore session, for its models."""
    return botocore.session.Session()


@cache
def model_of(call: str) -> Any:
    """Return botocore's model of a call."""
    service, operation = call.split(":")
    return session().get_service_model(service).operation_model(operation)


def disguises(canary: str) -> list[str]:
    """Return texts that hold a canary: alone, as a part of what AWS's texts are like, and in documents."""
    statement = {"Effect": "Allow", "Principal": {"AWS": canary}, "Resource": f"arn:aws:s3:::{canary}/*", "Sid": canary}
    identity = {"type": "IAMUser", "userName": canary, "arn": canary}
    return [
        canary,
        f"carbuyer-{canary}",
        f"arn:aws:iam::123456789012:role/{canary}",
        f"{canary}@example.com",
        f"https://{canary}.s3.ap-southeast-1.amazonaws.com/{canary}?{canary}={canary}",
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        json.dumps({"userIdentity": identity, "sourceIPAddress": canary}),
    ]


def told(shape: Any, text: str, depth: int = 0) -> Any:
    """Return a value of a shape, whole, in which every text is that one."""
    if depth > DEEP:
        return None
    if shape.type_name == "structure":
        return {name: told(member, text, depth + 1) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [told(shape.member, text, depth + 1)]
    if shape.type_name == "map":
        return {text: told(shape.value, text, depth + 1)}
    if shape.type_name == "blob":
        return base64.b64encode(text.encode())
    return NUMBERS.get(shape.type_name, text)
