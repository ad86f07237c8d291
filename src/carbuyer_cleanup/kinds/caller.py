"""Who the suite runs as: never deleted, nor robbed of its permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.claims import FOREIGN, Claim

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

SORTS = {"assumed-role": "role", "user": "user"}
SPARED = Claim(FOREIGN, "this suite runs as it")


def caller_of(aws: Aws) -> tuple[str, str]:
    """Return whether the suite runs as a ``user`` or in a ``role`` ("": as root, say), and the name of that.

    The ARN of a caller is ``…:user/<path>/<user>``, or ``…:assumed-role/<role>/<session>`` without the role's path.
    """
    word, *names = aws.caller.split(":", 5)[5].split("/")
    sort = SORTS.get(word, "")
    return sort, names[0 if sort == "role" else -1] if names else ""


def is_caller(aws: Aws, sort: str, name: str) -> bool:
    """Return whether the suite runs as the IAM ``user`` or ``role`` of that name."""
    return caller_of(aws) == (sort, name)
